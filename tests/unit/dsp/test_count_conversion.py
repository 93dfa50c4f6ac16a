"""Counts of one range become counts of another, in Python as in C."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from tinylab.boards.catalog import boards
from tinylab.dsp.count_conversion import CountConversion
from tinylab.dsp.recipe import InputRecipe

G = boards()[0].sensor.g_per_count
ALL_COUNTS = np.arange(-32768, 32768).astype(np.int16)


def recipe(range_g: int) -> InputRecipe:
    return InputRecipe("raw", 50, range_g, G[range_g], 25, 12)


@pytest.mark.parametrize("trained", G)
@pytest.mark.parametrize("measured", G)
def test_the_board_converts_as_python_does(c_core: ctypes.CDLL, trained: int, measured: int) -> None:
    conversion = CountConversion.between(recipe(trained), measured, G[measured])
    converted = conversion.to_recipe(ALL_COUNTS)
    if conversion.scale is None:
        assert trained == measured and converted is not None and np.array_equal(converted, ALL_COUNTS)
        return
    some = ALL_COUNTS[::97]
    scale = conversion.scale
    c_core.shim_convert_count.restype = ctypes.c_int16
    found = [c_core.shim_convert_count(int(count), scale.multiplier, scale.shift) for count in some]
    assert found == conversion.to_recipe(some).tolist()
    exact = np.clip(ALL_COUNTS * (G[measured] / G[trained]), -32768, 32767)
    assert np.abs(converted - exact).max() < 1.6


def test_there_and_back_loses_no_more_than_the_coarser_step() -> None:
    counts = np.arange(-2048, 2048).astype(np.int16).reshape(-1, 1, 1)
    conversion = CountConversion.between(recipe(4), 8, G[8])
    measured = conversion.as_measured(counts, recipe(4))
    assert np.abs(conversion.to_recipe(measured).astype(int) - counts).max() <= 1
    assert np.array_equal(conversion.to_recipe(measured)[::2], counts[::2])  # 8 g has twice the step of 4 g: exact


def test_a_smaller_range_cuts_what_it_cannot_measure() -> None:
    conversion = CountConversion.between(recipe(8), 2, G[2])
    measured = conversion.as_measured(np.array([[[2000, 100, -2000]]], np.int16), recipe(8))
    assert np.abs(measured[0, 0, [0, 2]] * G[2]).max() == pytest.approx(2.0, abs=0.01)
    assert conversion.to_recipe(measured)[0, 0, 1] == 100
