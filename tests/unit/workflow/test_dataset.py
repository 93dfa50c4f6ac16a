"""From takes to windows: every window is of the take, the place, the label and the side that it says."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.errors import TrainingError
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.training.dataset import Dataset, Side, WindowPlan, make_dataset

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
