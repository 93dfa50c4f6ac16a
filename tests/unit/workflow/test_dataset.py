"""From takes to windows: every window is of the take, the place, the label and the side that it says."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.data.storage.schema import Region
from tinylab.errors import TrainingError
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.training.dataset import Dataset, make_dataset
from tinylab.workflow.training.sides import Side
from tinylab.workflow.training.window_plan import WindowPlan

LABELS = ("wave", "shake", "rest")
STRIDE, WINDOW = 20, 50


def recording(number: int, samples: int) -> Recording:
    """Take `number`: its samples are thousands of its number, and their own number in the take."""
    x = np.arange(samples, dtype=np.int16)
    counts = np.stack([x, np.full_like(x, number), -x], axis=1)
    sensor = boards()[0].sensor
    made = Recording.of(
        counts, label=LABELS[number % 3], subject=f"subject {number // 6}", rate_hz=50.0,
        g_per_count=sensor.g_per_count[4], range_g=4.0, rate_asked_hz=50.0, source="board",
    )  # fmt: skip
    return made.with_changes(id=100 + number)


@pytest.fixture(scope="module")
def takes() -> dict[int, Recording]:
    made = [recording(number, 80 + 7 * (number % 5)) for number in range(30)]
    return {take.header.id: take for take in made}


@pytest.fixture(scope="module", params=["subject", "recording"])
def dataset(takes: dict[int, Recording], request: pytest.FixtureRequest) -> Dataset:
    plan = WindowPlan(window_s=1.0, stride_s=0.4, split=request.param)
    return make_dataset(list(takes.values()), LABELS, boards()[0].sensor, plan, NetworkPlan("dense"))


def sides(dataset: Dataset) -> tuple[Side, Side, Side]:
    return dataset.train, dataset.validation, dataset.test


def test_no_window_of_a_tested_take_is_learned_from(dataset: Dataset, takes: dict[int, Recording]) -> None:
    ids = [set(side.take_ids.tolist()) for side in sides(dataset)]
    assert all(ids)
    assert not ids[0] & ids[1] and not ids[0] & ids[2] and not ids[1] & ids[2]
    assert ids[0] | ids[1] | ids[2] == set(takes), "every take is on one side"
    order = list(takes)
    assert [{order[index] for index in each} for each in (
        dataset.split.train, dataset.split.validation, dataset.split.test
    )] == ids  # fmt: skip


def test_every_window_has_the_label_of_its_take(dataset: Dataset, takes: dict[int, Recording]) -> None:
    for side in sides(dataset):
        labels = [dataset.labels[number] for number in side.classes]
        assert labels == [takes[take_id].header.label for take_id in side.take_ids.tolist()]


def test_every_window_is_where_it_says(dataset: Dataset, takes: dict[int, Recording]) -> None:
    for side in sides(dataset):
        assert len(side) == len(side.take_ids) == len(side.starts) == len(side.classes)
        for window, take_id, start in zip(side.windows, side.take_ids.tolist(), side.starts.tolist(), strict=True):
            assert np.array_equal(window, takes[take_id].counts[start : start + WINDOW])
        for take_id in set(side.take_ids.tolist()):
            starts = side.starts[side.take_ids == take_id].tolist()
            assert starts == list(range(0, takes[take_id].header.samples - WINDOW + 1, STRIDE))


@pytest.mark.parametrize("plan", [WindowPlan(0.1, 0.02), WindowPlan(20.0, 20.0)])
def test_windows_and_strides_at_their_limits_are_allowed(plan: WindowPlan) -> None:
    plan.check()
    assert plan.window_s in (0.1, 20.0)


@pytest.mark.parametrize("plan", [WindowPlan(0.099), WindowPlan(20.1), WindowPlan(1.0, 0.019), WindowPlan(1.0, 20.1)])
def test_and_beyond_them_refused(plan: WindowPlan) -> None:
    with pytest.raises(TrainingError):
        plan.check()


def test_windows_are_cut_from_regions_and_never_reach_beyond_them(takes: dict[int, Recording]) -> None:
    long = recording(3, 400).with_changes(id=7, label="")
    regions = {7: [Region(1, 7, "shake", 30, 120), Region(2, 7, "rest", 200, 51), Region(3, 7, "wave", 300, 9)]}
    unlabelled = recording(4, 200).with_changes(id=8, label="")
    plan = WindowPlan(window_s=1.0, stride_s=0.4, split="recording")
    everything = [*takes.values(), long, unlabelled]
    dataset = make_dataset(everything, LABELS, boards()[0].sensor, plan, NetworkPlan("dense"), regions)
    found = [
        (dataset.labels[number], start, window[0, 0])
        for side in sides(dataset)
        for number, take_id, start, window in zip(side.classes, side.take_ids, side.starts, side.windows, strict=True)
        if take_id == 7
    ]
    shake = [("shake", start, start) for start in (30, 50, 70, 90)]  # the last window ends at 139, before 150
    assert found == [*shake, ("rest", 200, 200)]
    assert any("wave" in each and "0.18 s" in each for each in dataset.skipped)
    assert 8 not in {take.id for take in dataset.takes}
    assert len(dataset.takes) == len(takes) + 1


def test_a_label_that_only_regions_have_is_a_class(takes: dict[int, Recording]) -> None:
    made = [recording(3 + 6 * n, 400).with_changes(id=200 + n, label="") for n in range(5)]
    regions = {take.header.id: [Region(n, take.header.id, "punch", 100, 100)] for n, take in enumerate(made)}
    plan = WindowPlan(window_s=1.0, stride_s=0.4, split="subject")
    sensor = boards()[0].sensor
    everything = [*takes.values(), *made]
    dataset = make_dataset(everything, (*LABELS, "punch"), sensor, plan, NetworkPlan("dense"), regions)
    assert "punch" in dataset.labels
    assert any(np.any(side.classes == dataset.labels.index("punch")) for side in sides(dataset))


def test_a_short_gesture_is_one_window_with_its_movement_in_the_middle(takes: dict[int, Recording]) -> None:
    counts = np.full((30, 3), 100, np.int16)
    counts[20:26, 0] = [400, 800, 1200, 1200, 800, 400]
    short = [
        Recording(recording(n, 30).header.with_changes(id=500 + n, label="wave", samples=30), counts + n)
        for n in range(4)
    ]
    plan = WindowPlan(window_s=1.0, stride_s=0.4, split="recording")
    everything = [*takes.values(), *short]
    dataset = make_dataset(everything, LABELS, boards()[0].sensor, plan, NetworkPlan("dense"))
    found = [
        (window, start)
        for side in sides(dataset)
        for window, take_id, start in zip(side.windows, side.take_ids, side.starts, strict=True)
        if take_id >= 500
    ]
    assert len(found) == 4
    for window, start in found:
        assert abs(int(window[:, 0].argmax()) - WINDOW // 2) <= 2
        assert (window[:4] == window[0]).all() and (window[-4:] == window[-1]).all(), "the ends are held"
        assert -WINDOW < start <= 0
    assert any("4 stretches are shorter than the window" in note for note in dataset.notes)
    assert not dataset.skipped


def test_copies_never_sit_on_both_sides_and_are_said() -> None:
    random = np.random.default_rng(4)
    made = []
    for n in range(12):
        counts = np.cumsum(random.integers(-200, 201, (120, 3)), axis=0).clip(-8000, 8000).astype(np.int16)
        for copy in range(2):
            header = recording(n, 120).header.with_changes(id=2 * n + copy + 1, subject="", samples=120)
            made.append(Recording(header, counts))
    plan = WindowPlan(window_s=1.0, stride_s=0.4)
    for seed in range(5):
        dataset = make_dataset(made, LABELS, boards()[0].sensor, WindowPlan(1.0, 0.4, seed=seed), NetworkPlan("dense"))
        pairs = [{(take_id - 1) // 2 for take_id in side.take_ids.tolist()} for side in sides(dataset)]
        assert not pairs[0] & pairs[2] and not pairs[0] & pairs[1] and not pairs[1] & pairs[2]
    assert any("24 takes hold the samples of others" in note for note in dataset.notes)
    assert plan.suggested


def test_other_rates_and_ranges_are_brought_to_one_and_said(takes: dict[int, Recording]) -> None:
    slow = recording(7, 200).with_changes(id=900, rate_hz=26.0)
    wide = recording(8, 200).with_changes(id=901, range_g=8.0)
    dataset = make_dataset(
        [*takes.values(), slow, wide], LABELS, boards()[0].sensor, WindowPlan(1.0, 0.4), NetworkPlan("dense")
    )
    assert any("1 take was brought to 50 Hz" in note for note in dataset.notes)
    assert any("±4, ±8 g were brought to" in note for note in dataset.notes)


def test_what_validation_checks_sees_nothing_of_those_who_were_held_back(dataset: Dataset) -> None:
    alone = dataset.recipe_of(dataset.train)
    assert alone.offsets != dataset.recipe.offsets, "the recipe of all is fitted to all"
    assert len(dataset.everyone) == len(dataset.train) + len(dataset.validation)
