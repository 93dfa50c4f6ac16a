"""Decisions do not flicker, on the board as in Python, whatever the settings are."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from tinylab.deploy.decision import BoardDecision, Decider
from tinylab.link.wire import MAX_OUTPUTS, MAX_SMOOTHING


def set_up(core: ctypes.CDLL, settings: BoardDecision) -> None:
    thresholds = settings.thresholds
    core.shim_decide_settings(
        (ctypes.c_int8 * len(thresholds))(*thresholds), len(thresholds), settings.smoothing, settings.consecutive
    )


def on_board(core: ctypes.CDLL, outputs: np.ndarray) -> int:
    return int(core.shim_decide((ctypes.c_int8 * len(outputs))(*outputs.tolist()), len(outputs)))


def decide(
    core: ctypes.CDLL, *windows: tuple[int, ...], smoothing: int = 1, thresholds: tuple[int, ...] = (50, 50)
) -> list[int]:
    """Both twins' decision on each window, which must be the same."""
    settings = BoardDecision(2, smoothing, thresholds)
    decider = Decider(settings)
    core.shim_decide_reset()
    set_up(core, settings)
    found = [on_board(core, np.array(window, np.int8)) for window in windows]
    assert found == [decider.decide(np.array(window, np.int8)) for window in windows]
    return found


@pytest.mark.parametrize(
    ("windows", "decisions"),
    [
        ([(60, 0), (60, 0), (70, 10)], [-1, 0, 0]),
        ([(60, 0), (0, 60), (60, 0)], [-1, -1, -1]),
        ([(60, 0), (49, 0), (60, 0), (60, 0)], [-1, -1, -1, 0]),
        ([(-128, -128)], [-1]),
        ([(50, 50), (50, 50)], [-1, 0]),
    ],
)
def test_two_sure_windows_in_a_row_decide(
    core: ctypes.CDLL, windows: list[tuple[int, ...]], decisions: list[int]
) -> None:
    assert decide(core, *windows) == decisions


def test_a_long_row_does_not_wrap_around(core: ctypes.CDLL) -> None:
    assert decide(core, *[(0, 60)] * 300)[1:] == [1] * 299


def test_each_class_has_a_threshold_of_its_own(core: ctypes.CDLL) -> None:
    assert decide(core, (60, 0), (60, 0), (0, 60), (0, 60), thresholds=(61, 60)) == [-1, -1, -1, 1]


def test_smoothing_averages_the_last_windows_and_rounds_half_up(core: ctypes.CDLL) -> None:
    assert decide(core, (101, 0), (0, 0), (0, 0), smoothing=2, thresholds=(51, 127)) == [-1, 0, -1]
    assert decide(core, (-1, -9), (-2, -9), smoothing=2, thresholds=(-1, 127)) == [-1, 0]


def test_c_and_python_agree_in_every_bit_while_settings_change(core: ctypes.CDLL) -> None:
    random = np.random.default_rng(7)
    for _ in range(60):
        classes = int(random.integers(1, MAX_OUTPUTS + 1))
        core.shim_decide_reset()
        decider = Decider(BoardDecision(1, 1, (0,) * classes))
        for step in range(40):
            if step % 10 == 0:
                thresholds = tuple(map(int, random.integers(-128, 128, classes)))
                smoothing, consecutive = int(random.integers(1, MAX_SMOOTHING + 1)), int(random.integers(1, 4))
                decider.settings = BoardDecision(consecutive, smoothing, thresholds)
                set_up(core, decider.settings)
            favourite = np.where(np.arange(classes) == step // 5 % classes, 60, 0)
            outputs = np.clip(random.integers(-128, 128, classes) + favourite, -128, 127).astype(np.int8)
            assert on_board(core, outputs) == decider.decide(outputs)


def test_a_window_that_stands_for_itself_is_not_counted(core: ctypes.CDLL) -> None:
    random, settings = np.random.default_rng(6), BoardDecision(3, 2, (10, 40, -20))
    decider = Decider(settings)
    core.shim_decide_reset()
    set_up(core, settings)
    found = set()
    for outputs in random.integers(-128, 128, (300, 3)).astype(np.int8) // 2:
        c_outputs = (ctypes.c_int8 * 3)(*outputs.tolist())
        once = core.shim_decide_once(c_outputs, 3)
        assert once == decider.decide_once(outputs)
        found.add(once)
        assert on_board(core, outputs) == decider.decide(outputs)
    assert found == {-1, 0, 1, 2}
    decider.restart()
    core.shim_decide_reset()
    assert [on_board(core, outputs), decider.decide(outputs)] == [-1, -1]
