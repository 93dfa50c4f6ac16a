"""What the board computes from a window equals Python in every bit."""

from __future__ import annotations

import ctypes
import math
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinylab.assets import firmware_dir
from tinylab.dsp.features import AXIS_FEATURES, FEATURE_NAMES, features, isqrt
from tinylab.dsp.recipe import InputRecipe, InputScale

Int16 = st.integers(-32768, 32767)
EXTREMES = st.sampled_from([-32768, -1, 0, 1, 32767])


class Scale(ctypes.Structure):
    """struct tl_input_scale"""

    _fields_: ClassVar = [("offset", ctypes.c_int32), ("multiplier", ctypes.c_int32), ("shift", ctypes.c_uint8)]


def features_in_c(core: ctypes.CDLL, window: np.ndarray) -> list[int]:
    values = (ctypes.c_int32 * len(FEATURE_NAMES))()
    counts = np.ascontiguousarray(window, dtype=np.int16)
    core.tl_features(ctypes.c_void_p(counts.ctypes.data), ctypes.c_uint16(len(window)), values)
    return list(values)


def windows(elements: st.SearchStrategy[int]) -> st.SearchStrategy[np.ndarray]:
    return st.integers(2, 80).flatmap(lambda n: arrays(np.int16, (n, 3), elements=elements))


@given(window=st.one_of(windows(Int16), windows(EXTREMES), windows(st.integers(-600, 600))))
def test_features_agree_in_every_bit(c_core: ctypes.CDLL, window: np.ndarray) -> None:
    assert features_in_c(c_core, window) == features(window[None])[0].tolist()


@pytest.mark.parametrize("samples", [2, 100, 1024, 4096])
@pytest.mark.parametrize("kind", ["low", "high", "both", "noise"])
def test_features_agree_at_the_limits(c_core: ctypes.CDLL, samples: int, kind: str) -> None:
    window = {
        "low": np.full((samples, 3), -32768),
        "high": np.full((samples, 3), 32767),
        "both": np.where(np.arange(samples)[:, None] % 2, 32767, -32768) * np.ones((1, 3)),
        "noise": np.random.default_rng(samples).integers(-32768, 32768, (samples, 3)),
    }[kind].astype(np.int16)
    assert features_in_c(c_core, window) == features(window[None])[0].tolist()


@given(value=st.one_of(st.integers(0, 2**52 - 1), st.integers(0, 2**26 - 1).map(lambda r: r * r)))
def test_the_integer_square_root_is_exact_on_both_sides(c_core: ctypes.CDLL, value: int) -> None:
    for near in (value, max(0, value - 1)):
        assert c_core.tl_isqrt(near) == math.isqrt(near)
        assert isqrt(np.array([near])).tolist() == [math.isqrt(near)]


@given(
    value=st.integers(-(2**31), 2**31 - 1),
    offset=st.integers(-(2**24), 2**24),
    gain=st.floats(1e-9, 200),
    zero=st.integers(-128, 127),
)
def test_scaling_agrees_in_every_bit(c_core: ctypes.CDLL, value: int, offset: int, gain: float, zero: int) -> None:
    scale = InputScale.from_gain(offset, gain)
    assert 0 <= scale.multiplier < 2**31
    assert 1 <= scale.shift <= 62
    in_c = c_core.tl_scale_input(
        ctypes.c_int32(value), ctypes.byref(Scale(scale.offset, scale.multiplier, scale.shift)), ctypes.c_int8(zero)
    )
    assert in_c == int(scale.apply(np.array(value), zero))
    exact = (value - offset) * gain + zero
    if abs(exact) < 127:
        assert abs(in_c - exact) <= 0.5 + 1e-6 * abs(exact - zero) + 1e-6


@given(window=arrays(np.int16, (50, 3), elements=st.integers(-3000, 3000)))
def test_a_whole_input_agrees_in_every_bit(c_core: ctypes.CDLL, window: np.ndarray) -> None:
    random = np.random.default_rng(3)
    recipe = InputRecipe(
        "features", 50, 4, 0.002, 50, 25,
        tuple(int(v) for v in random.integers(-500, 500, len(FEATURE_NAMES))),
        tuple(float(v) for v in random.uniform(0.001, 0.1, len(FEATURE_NAMES))), 4.0,
    )  # fmt: skip
    table = (Scale * len(FEATURE_NAMES)).in_dll(c_core, "tl_input_scales")
    for place, scale in enumerate(recipe.scales(0.03)):
        table[place] = Scale(scale.offset, scale.multiplier, scale.shift)
    found = np.zeros(len(FEATURE_NAMES), np.int8)
    counts = np.ascontiguousarray(window)
    c_core.tl_prepare_input(ctypes.c_void_p(counts.ctypes.data), ctypes.c_void_p(found.ctypes.data))
    assert found.tolist() == recipe.int8_inputs(window[None], 0.03, -7)[0].tolist()


def test_every_feature_names_a_function_that_exists() -> None:
    text = (firmware_dir() / "core" / "tl_features.c").read_text(encoding="utf-8")
    assert [feature.c_twin for feature in AXIS_FEATURES if feature.c_twin not in text] == []
    assert len(FEATURE_NAMES) == len(set(FEATURE_NAMES)) == 27
