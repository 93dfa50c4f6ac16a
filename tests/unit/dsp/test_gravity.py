"""Movement and gravity apart: the moving mean of a window, in integers, in Python as in C."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinylab.dsp.gravity import half_of, moving_mean
from tinylab.dsp.recipe import InputRecipe, fit

RECIPE = InputRecipe("raw", 20, 4, 0.00195, 40, 20, gains=(0.0008,), gravity=True)
Int16 = st.integers(-32768, 32767)
EXTREMES = st.sampled_from([-32768, -1, 0, 1, 32767])


def split_in_c(core: ctypes.CDLL, recipe: InputRecipe, window: np.ndarray, scale: float, zero: int) -> np.ndarray:
    counts = np.ascontiguousarray(window, np.int16)
    found = np.full((len(window), 1, recipe.channels), 99, np.int8)
    gain, one_g = recipe.count_scale(scale), recipe.one_g if recipe.magnitude else 0
    pointers = [ctypes.c_void_p(values.ctypes.data) for values in (counts, found)]
    core.shim_split_window(
        pointers[0], len(window), recipe.gravity_half, one_g, gain.multiplier, gain.shift, zero, pointers[1]
    )
    return found


def test_the_mean_is_of_the_samples_around_each_and_of_fewer_at_the_ends() -> None:
    window = np.zeros((1, 6, 3), np.int16)
    window[0, :, 0] = (0, 10, 20, 30, 40, 51)
    window[0, :, 1] = (-1, -2, -1, -2, -1, -2)
    means = moving_mean(window, 1)[0]
    assert means[:, 0].tolist() == [5, 10, 20, 30, 40, 46]
    assert means[:, 1].tolist() == [-1, -1, -2, -1, -2, -1], "halves go up"
    assert not means[:, 2].any()
    assert np.array_equal(moving_mean(window, 99)[0], np.tile(np.rint([[25.2, -1.5 + 0.5, 0]]), (6, 1)))


@pytest.mark.parametrize(("rate_hz", "half"), [(1, 1), (20, 10), (101, 50), (100_000, 16383)])
def test_half_a_second_to_either_side(rate_hz: int, half: int) -> None:
    assert half_of(rate_hz) == half


def test_how_the_board_is_held_stands_in_the_means_alone() -> None:
    random = np.random.default_rng(1)
    movement = random.normal(0, 200, (1, 40, 3)).round()
    held = [RECIPE.values((movement + at).astype(np.int16))[0] for at in ((0, 0, 513), (513, 0, 0))]
    assert held[0].shape == (1, 40, 1, 6)
    assert np.array_equal(held[0][..., :3], held[1][..., :3])
    assert np.array_equal((held[1] - held[0])[0, :, 0, 3:], np.tile([[513, 0, -513]], (40, 1)))
    (values,) = RECIPE.values(movement.astype(np.int16))
    assert np.array_equal(values[..., :3] + values[..., 3:], movement[:, :, None].astype(np.int32))


def test_it_is_kept_in_a_recipe_and_counts_as_a_whole_window() -> None:
    both = replace(RECIPE, kind="both", features=("statistics",), magnitude=True)
    recipe = fit(both, np.random.default_rng(1).normal(0, 300, (9, 40, 3)).astype(np.int16))
    assert recipe.input_shapes[0] == (40, 1, 7)
    assert InputRecipe.from_json(recipe.to_json()) == recipe
    plain = RECIPE.to_json()
    del plain["gravity"]
    assert not InputRecipe.from_json(plain).gravity, "of a TinyLab before"
    assert [each.needs_whole_windows for each in (RECIPE, recipe, replace(RECIPE, gravity=False))] == [
        True,
        True,
        False,
    ]


@given(
    window=st.one_of(
        arrays(np.int16, (40, 3), elements=Int16),
        arrays(np.int16, (40, 3), elements=EXTREMES),
        arrays(np.int16, (40, 3), elements=st.integers(-600, 600)),
    ),
    rate_hz=st.integers(1, 100),
    gain=st.floats(1e-6, 0.1),
    zero=st.integers(-128, 127),
    magnitude=st.booleans(),
)
def test_a_window_is_split_alike_in_every_bit(
    c_core: ctypes.CDLL, window: np.ndarray, rate_hz: int, gain: float, zero: int, magnitude: bool
) -> None:
    recipe = replace(RECIPE, gains=(gain,), magnitude=magnitude, rate_hz=rate_hz)
    (expected,) = recipe.int8_inputs(window[None], [(1 / 127, zero)])
    assert np.array_equal(split_in_c(c_core, recipe, window, 1 / 127, zero), expected[0])


def test_sums_of_the_longest_mean_fit() -> None:
    """The board's sums have 32 bits."""
    longest = 2 * half_of(100_000) + 1
    assert longest * 32768 < 2**31
    assert longest * 65536 < 2**32
