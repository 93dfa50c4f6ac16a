"""The fourth channel of a window: the length of each sample less 1 g, in integers, in Python as in C."""

from __future__ import annotations

import ctypes
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinylab.dsp.recipe import CountScale, InputRecipe

RECIPE = InputRecipe("raw", 100, 4, 0.00195, 40, 20, gains=(0.0008,), magnitude=True)
Int16 = st.integers(-32768, 32767)
EXTREMES = st.sampled_from([-32768, -1, 0, 1, 32767])


def inputs_in_c(core: ctypes.CDLL, recipe: InputRecipe, window: np.ndarray, scale: float, zero: int) -> np.ndarray:
    counts = np.ascontiguousarray(window, np.int16)
    found = np.full((len(window), 1, recipe.channels), 99, np.int8)
    gain, one_g = recipe.count_scale(scale), recipe.one_g if recipe.magnitude else 0
    pointers = [ctypes.c_void_p(values.ctypes.data) for values in (counts, found)]
    core.shim_scaled_window(pointers[0], len(window), one_g, gain.multiplier, gain.shift, zero, pointers[1])
    return found


def test_a_still_board_has_no_magnitude_however_it_is_held() -> None:
    directions = np.random.default_rng(1).normal(size=(1, 40, 3))
    still = np.rint(513 * directions / np.linalg.norm(directions, axis=2, keepdims=True)).astype(np.int16)
    (values,) = RECIPE.values(still)
    assert RECIPE.one_g == 513
    assert np.array_equal(values[..., 0, :3], still)
    assert np.abs(values[..., 3]).max() <= 2


@pytest.mark.parametrize("counts", [(-32768, -32768, -32768), (0, 0, 0), (32767, 32767, 32767), (300, -400, 0)])
def test_a_length_is_the_floor_of_the_exact_one(counts: tuple[int, int, int]) -> None:
    (values,) = RECIPE.values(np.full((1, 40, 3), counts, np.int16))
    assert set(values[..., 3].ravel().tolist()) == {math.isqrt(sum(count * count for count in counts)) - 513}


def test_a_magnitude_is_scaled_and_clipped_like_the_axes() -> None:
    window = np.zeros((1, 40, 3), np.int16)
    window[0, :2] = (700, 0, 0), (-32768, -32768, -32768)
    (floats,) = RECIPE.float_inputs(window)
    assert floats[0, :3, 0, 3] == pytest.approx([(700 - 513) * 0.0008, 1.0, -513 * 0.0008])
    (scaled,) = RECIPE.int8_inputs(window, [(2 / 255, 0)])
    assert scaled[0, :3, 0, 3].tolist() == [19, 127, -52]


@given(
    window=st.one_of(
        arrays(np.int16, (40, 3), elements=Int16),
        arrays(np.int16, (40, 3), elements=EXTREMES),
        arrays(np.int16, (40, 3), elements=st.integers(-600, 600)),
    ),
    gain=st.floats(1e-6, 0.1),
    zero=st.integers(-128, 127),
    magnitude=st.booleans(),
)
def test_a_window_is_scaled_alike_in_every_bit(
    c_core: ctypes.CDLL, window: np.ndarray, gain: float, zero: int, magnitude: bool
) -> None:
    recipe = replace(RECIPE, gains=(gain,), magnitude=magnitude)
    (expected,) = recipe.int8_inputs(window[None], [(1 / 127, zero)])
    assert np.array_equal(inputs_in_c(c_core, recipe, window, 1 / 127, zero), expected[0])


@given(over=st.integers(-10_000_000, 56755), gain=st.floats(1e-9, 16000), zero=st.integers(-128, 127))
def test_scaling_a_length_agrees_in_every_bit(c_core: ctypes.CDLL, over: int, gain: float, zero: int) -> None:
    """A length has more than 16 bits, and 1 g as many counts as a recipe from a file says."""
    scale = CountScale.from_gain(gain)
    found = c_core.shim_scale_length(over, scale.multiplier, scale.shift, zero)
    assert found == int(scale.apply(np.array(over), zero))
