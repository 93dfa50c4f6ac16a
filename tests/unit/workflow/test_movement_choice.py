"""When the board is to decide on movements, and from which level on it sees one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.dsp.movements import looks
from tinylab.evaluation.splits import Split, make_split
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.training.dataset import Dataset, prepare
from tinylab.workflow.training.movement_choice import wants_movements
from tinylab.workflow.training.window_plan import WindowPlan

PLAN = WindowPlan(window_s=1.0, stride_s=0.25)
RATE_HZ, G_PER_COUNT = 50.0, 0.0039


def take(label: str, seconds: float, strong_g: float, number: int, *, rest_s: float = 0.0) -> Recording:
    """Some movement at once, between two rests."""
    random = np.random.default_rng((number, len(label)))
    samples, resting = round(seconds * RATE_HZ), round(rest_s * RATE_HZ)
    signal = random.normal(0, 0.005, (samples + 2 * resting, 3)) + np.array((0, 0, 1))
    signal[resting : resting + samples] += strong_g * np.sin(np.arange(samples) * 1.1 + number)[:, None]
    return Recording.of(
        np.round(signal / G_PER_COUNT).astype(np.int16), label=label, subject="", rate_hz=RATE_HZ,
        g_per_count=G_PER_COUNT, range_g=8, id=number,
    )  # fmt: skip


def dataset(*takes: Recording, plan: WindowPlan = PLAN) -> Dataset:
    labels = sorted({each.header.label for each in takes})
    prepared = prepare(takes, labels, boards()[0].sensor, plan, NetworkPlan())
    return prepared.divided(make_split(prepared.items, "recording", 1))


def gestures(strong_g: float = 0.5) -> list[Recording]:
    return [take(("wave", "jab")[n % 2], 0.4, strong_g * (1 + n % 2), n, rest_s=0.15) for n in range(1, 13)]


def test_it_follows_the_takes_lengths_unless_it_was_chosen() -> None:
    assert wants_movements(PLAN, [0.5, 0.6, 4.0])
    assert not wants_movements(PLAN, [0.5, 4.0, 4.0]) and not wants_movements(PLAN, [0.995, 1.0, 1.0])
    assert not wants_movements(PLAN, []) and not wants_movements(replace(PLAN, decides="stride"), [0.5])
    assert wants_movements(replace(PLAN, decides="movement"), [4.0])


def test_gestures_are_decided_on_when_they_have_ended() -> None:
    made = dataset(*gestures())
    recipe = made.recipe
    assert recipe.by_movement and not recipe.decides_rest
    assert 0.03 <= recipe.movement_level * recipe.g_per_count <= 0.25
    assert any("not at rest" in note for note in made.notes)
    stream = np.concatenate([take("wave", 0.4, 0.5, 77, rest_s=1.0).counts] * 3)
    assert len(looks(stream, recipe.movements)) == 3
    assert not dataset(*gestures(), plan=replace(PLAN, decides="stride")).recipe.by_movement


def test_a_label_that_is_a_rest_is_decided_on_and_a_trembling_hand_is_no_movement() -> None:
    rests = [take("still", 5.0, 0.04, n) for n in range(20, 24)]
    made = dataset(*gestures(), *rests)
    assert made.recipe.decides_rest and any("and on rests" in note for note in made.notes)
    found = looks(rests[0].counts, made.recipe.movements)
    assert len(found) == 17 and all(look.samples == made.recipe.window_samples for look in found)


def test_where_nothing_moves_it_decides_every_stride() -> None:
    poses = [take(("lying", "on edge")[n % 2], 0.5, 0.01, n) for n in range(1, 9)]
    made = dataset(*poses)
    assert not made.recipe.by_movement and not any("decides" in note for note in made.notes)


@pytest.mark.parametrize("weak_g", [0.15, 0.4])
def test_the_weakest_label_is_still_seen(weak_g: float) -> None:
    weak = [take("nudge", 0.4, weak_g, n, rest_s=0.15) for n in range(30, 36)]
    made = dataset(*gestures(2.0), *weak)
    seen = [looks(np.concatenate([each.counts] * 2), made.recipe.movements) for each in weak]
    assert all(seen)


def test_the_level_does_not_depend_on_who_is_tested() -> None:
    """Somebody who is tested may tremble as they like: what rests come to is measured on those who teach."""
    teach = [*gestures(), *(take("still", 3.0, 0.0, n) for n in range(40, 43))]

    def level(strong_g: float) -> int:
        takes = [*teach, *(take("still", 3.0, strong_g, n) for n in range(50, 60))]
        plan = replace(PLAN, decides="movement")
        prepared = prepare(takes, ["jab", "still", "wave"], boards()[0].sensor, plan, NetworkPlan())
        tested = tuple(range(len(teach), len(takes)))
        return prepared.divided(Split("given", tuple(range(len(teach))), (), tested, "")).recipe.movement_level

    assert level(0.0) == level(0.3) > 0
