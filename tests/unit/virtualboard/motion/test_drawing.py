"""A path on the pad becomes a motion of the board."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.errors import BoardError
from tinylab.virtualboard.motion.drawing import drawn_motion
from tinylab.virtualboard.motion.gestures import RATE_HZ


def test_the_board_is_tilted_and_pushed_as_the_pointer_is() -> None:
    times = np.arange(0.0, 2.0, 0.016)
    path = [(t, 0.6 * np.sin(2 * np.pi * t), 0.0) for t in times]
    motion = drawn_motion(path)
    assert len(motion) == pytest.approx(2.0 * RATE_HZ, abs=5)
    spectrum = np.abs(np.fft.rfft(motion[:, 0] - motion[:, 0].mean()))
    assert np.argmax(spectrum) == 2, "two swings in two seconds"
    assert np.abs(motion[:, 1]).max() < 0.01
    assert np.ptp(motion[:, 0]) > 0.8


def test_a_resting_pointer_holds_the_board_tilted() -> None:
    motion = drawn_motion([(t, 0.5, -0.5) for t in np.arange(0.0, 1.0, 0.02)])
    assert motion == pytest.approx(np.tile([0.5, 0.5, np.sqrt(0.5)], (len(motion), 1)), abs=1e-6)


@pytest.mark.parametrize(
    "path",
    [
        [],
        [(0.0, 0.0, 0.0)],
        [(0.0, 0, 0), (0.01, 1, 1), (0.02, 1, 1)],
        [(t, 0, 0) for t in range(60)],
        [(0.0, 0, 0)] * 50,
        [(float("nan"), 0, 0)] * 50,
    ],
)
def test_a_click_is_no_motion(path: list[tuple[float, float, float]]) -> None:
    with pytest.raises(BoardError, match="lasts between"):
        drawn_motion(path)
