"""No window of a recording, of its copies or of a person is learned from and tested: not by any split, not in folds,
not as the worker gets it, not varied. Hypothesis draws projects that try to make one cross.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.data.storage.schema import Region
from tinylab.errors import TrainingError
from tinylab.evaluation.folds import make_folds
from tinylab.evaluation.splits import Split, make_split
from tinylab.learning.augmentation import MOST, Augmentation, varied_counts
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.training.dataset import Prepared, prepare
from tinylab.workflow.training.sides import Side
from tinylab.workflow.training.train_request import train_request
from tinylab.workflow.training.window_plan import WindowPlan

LABELS = ("wave", "shake", "rest")
PLAN = NetworkPlan("cnn", width=4)
_RANDOM = np.random.default_rng(5)
# Signals of which no two share a sample: what a window holds says where it comes from, whatever its take is called.
SIGNALS = tuple(
    np.cumsum(_RANDOM.integers(-300, 301, (300, 3)), axis=0).clip(-16000, 16000).astype(np.int16) for _ in range(12)
)


@dataclass(frozen=True)
class Planned:
    """A take; those of the same signal are copies."""

    label: str
    subject: str
    given: str
    signal: int
    regions: int  # parts with labels of their own; 0: the whole take


TAKES = st.lists(
    st.builds(
        Planned, st.sampled_from(LABELS), st.sampled_from(["Anna", "Ben", "Cleo", "Dora"] * 7 + [""]),
        st.sampled_from(["", "train", "validation", "test"]), st.integers(0, len(SIGNALS) - 1), st.integers(0, 2),
    ),
    min_size=3, max_size=12,
)  # fmt: skip


def prepared_of(takes: Sequence[Planned]) -> Prepared:
    recordings, regions = [], {}
    sensor = boards()[0].sensor
    for number, take in enumerate(takes, 1):
        made = Recording.of(
            SIGNALS[take.signal].copy(), label=take.label, subject=take.subject, rate_hz=50.0,
            g_per_count=sensor.g_per_count[16], range_g=16.0, split=take.given, source="board",
        )  # fmt: skip
        recordings.append(made.with_changes(id=number))
        regions[number] = [
            Region(10 * number + n, number, LABELS[(n + number) % 3], 120 * n, 110) for n in range(take.regions)
        ]
    return prepare(recordings, LABELS, sensor, WindowPlan(1.0, 0.4), PLAN, regions)


def samples_of(windows: npt.NDArray[np.int16]) -> set[bytes]:
    return {row.tobytes() for row in windows.reshape(-1, 3)}


def check_sides(prepared: Prepared, split: Split) -> None:
    """Neither takes nor samples are on both sides, also in what the worker is sent."""
    try:
        dataset = prepared.divided(split)
    except TrainingError as error:
        assert error.hint
        return
    learning = [dataset.train, dataset.validation]
    for one, other in ((*learning,), (learning[0], dataset.test), (learning[1], dataset.test)):
        assert not set(one.take_ids.tolist()) & set(other.take_ids.tolist())
        if split.kind != "given":  # whoever gives the sides may have put copies on both, and is told
            assert not samples_of(one.windows) & samples_of(other.windows)
    if split.kind == "given" and samples_of(dataset.everyone.windows) & samples_of(dataset.test.windows):
        assert any("same samples" in caution for caution in dataset.cautions)
    for sides in ((dataset.train, dataset.validation), (dataset.everyone, dataset.everyone.none())):
        request = train_request(dataset, PLAN, dataset.recipe, sides, dataset.test.windows)
        assert np.array_equal(request.train_windows, sides[0].windows)
        assert np.array_equal(request.asked_windows, dataset.test.windows)
    people = {take.id: take.subject for take in dataset.takes}
    if split.kind == "subject":
        assert not people_of(dataset.everyone, people) & people_of(dataset.test, people)


def people_of(side: Side, people: dict[int, str]) -> set[str]:
    return {people[take_id] for take_id in side.take_ids.tolist()}


def splits_of(prepared: Prepared, kind: str, seed: int) -> Iterator[Split]:
    """The one split, or that of each fold as the folds' networks learn."""
    if not kind.startswith("folds"):
        yield make_split(prepared.items, kind, seed)  # type: ignore[arg-type]
        return
    by = kind.removeprefix("folds by ")
    every = frozenset[str]().union(*(item.labels for item in prepared.items))
    for fold in make_folds(prepared.items, by, None, seed).folds:  # type: ignore[arg-type]
        taught = frozenset[str]().union(*(prepared.items[index].labels for index in fold.train))
        yield Split(by, fold.train, (), fold.test, "", left_out=tuple(sorted(every - taught)))


@pytest.mark.parametrize("kind", ["auto", "subject", "recording", "given", "folds by subject", "folds by recording"])
@settings(max_examples=12)
@given(takes=TAKES, seed=st.integers(0, 9))
def test_no_window_crosses(kind: str, takes: list[Planned], seed: int) -> None:
    prepared = prepared_of(takes)
    try:
        for split in splits_of(prepared, kind, seed):
            check_sides(prepared, split)
    except TrainingError as error:
        assert error.hint


@settings(max_examples=20)
@given(
    wanted=st.builds(Augmentation, **{name: st.floats(0, most) for name, most in MOST.items()}),
    seed=st.integers(0, 99), windows=st.integers(2, 5), row=st.integers(0, 4),
)  # fmt: skip
def test_a_varied_window_holds_nothing_of_the_others(wanted: Augmentation, seed: int, windows: int, row: int) -> None:
    assume(row < windows)
    counts = np.stack([SIGNALS[number][:40] for number in range(windows)])
    alone = np.zeros_like(counts)
    alone[row] = counts[row]
    among, by_itself = (varied_counts(each, 0.01, wanted, np.random.default_rng(seed)) for each in (counts, alone))
    assert np.array_equal(among[row], by_itself[row])
