"""The range of a board is never below that of the takes, and has headroom above their strongest samples."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tinylab.boards.catalog import boards
from tinylab.boards.ranges import Levels, range_with_headroom
from tinylab.data.recording import Recording

SENSOR = boards()[0].sensor


def recording(peak_g: float, range_g: int, source: str = "board", samples: int = 1000) -> Recording:
    """A take in which one sample in twenty reaches the peak."""
    g_per_count = SENSOR.g_per_count[range_g]
    counts = np.zeros((samples, 3), np.int16)
    counts[::20, 1] = -round(peak_g / g_per_count)
    return Recording.of(
        counts, label="punch", subject="", rate_hz=50.0, g_per_count=g_per_count, range_g=float(range_g), source=source
    )


@pytest.mark.parametrize(
    ("takes", "expected"),
    [
        ([(1.2, 4)], 4),  # gentle takes at ±4 g: the range stays, it is not halved
        ([(1.2, 4), (1.0, 2)], 4),
        ([(3.5, 4)], 4),
        ([(3.7, 4)], 8),  # close to the end: the next larger one
        ([(3.99, 4)], 8),
        ([(15.5, 16)], 16),  # there is none larger
        ([(1.2, 8)], 8),
    ],
)
def test_the_range_of_the_takes_is_kept_with_headroom(takes: list[tuple[float, int]], expected: int) -> None:
    levels = Levels.of([recording(*take) for take in takes], SENSOR)
    assert range_with_headroom(SENSOR, levels) == expected


def test_an_import_counts_by_its_samples_not_by_the_range_its_file_needed() -> None:
    levels = Levels.of([recording(1.5, 16, "punch.csv")], SENSOR)
    assert (levels.recorded_g, range_with_headroom(SENSOR, levels)) == (0.0, 2)


def test_a_single_knock_makes_no_range() -> None:
    counts = np.zeros((10_000, 3), np.int16)
    counts[5] = 2000
    take = Recording.of(counts, label="x", subject="", rate_hz=50.0, g_per_count=0.00098, range_g=2.0, source="board")
    assert range_with_headroom(SENSOR, Levels.of([take], SENSOR)) == 2


def test_what_each_range_would_cut_is_known_and_stored() -> None:
    levels = Levels.of([recording(3.0, 4)], SENSOR)
    assert levels.cut == {2: 0.05, 4: 0.0, 8: 0.0, 16: 0.0}
    assert Levels.from_json(json.loads(json.dumps(levels.to_json()))) == levels
