"""Frames: samples stay as they were measured, and are turned where windows are cut."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.data.frames import AS_IMPORTED, BOARD, FRAMES, RAW, frame_of_run, turn

COUNTS = np.array([[1, 2, 3], [-4, -5, -6], [-32768, -32768, 32767]], np.int16)


def test_the_boards_frame_has_y_the_other_way_round() -> None:
    turned = turn(COUNTS, RAW, BOARD)
    assert turned.tolist() == [[1, -2, 3], [-4, 5, -6], [-32768, 32767, 32767]]
    assert turned.dtype == np.int16


def test_turning_back_gives_what_was_there() -> None:
    assert np.array_equal(turn(turn(COUNTS[:2], RAW, BOARD), BOARD, RAW), COUNTS[:2])


@pytest.mark.parametrize("frame", FRAMES)
def test_nobody_knows_how_imported_samples_lie_so_they_are_never_turned(frame: str) -> None:
    assert turn(COUNTS, AS_IMPORTED, frame) is COUNTS
    assert turn(COUNTS, frame, AS_IMPORTED) is COUNTS
    assert turn(COUNTS, frame, frame) is COUNTS


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([], AS_IMPORTED),
        ([AS_IMPORTED, AS_IMPORTED], AS_IMPORTED),
        ([AS_IMPORTED, RAW], RAW),
        ([BOARD, RAW], RAW),
        ([BOARD, AS_IMPORTED], BOARD),
    ],
)
def test_a_run_decides_in_the_frame_of_its_takes(frames: list[str], expected: str) -> None:
    assert frame_of_run(frames) == expected
