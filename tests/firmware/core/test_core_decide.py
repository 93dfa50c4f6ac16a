"""Decisions do not flicker."""

from __future__ import annotations

import ctypes

import pytest


def decide(core: ctypes.CDLL, *windows: tuple[int, ...], consecutive: int = 2) -> list[int]:
    core.shim_decide_reset()
    return [core.shim_decide((ctypes.c_int8 * len(w))(*w), len(w), 50, consecutive) for w in windows]


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
