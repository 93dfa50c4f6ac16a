"""What the board computes from a window equals Python in every bit."""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from trials import run_trial

from tinylab.assets import firmware_dir
from tinylab.dsp.features import motion, shape, spectrum, statistics
from tinylab.dsp.features.menu import feature_names, features
from tinylab.dsp.features.statistics import AXIS_FEATURES, isqrt
from tinylab.dsp.recipe import CountScale, InputScale

Int16 = st.integers(-32768, 32767)
GROUPS = ("statistics", "spectrum", "shape", "motion")
EXTREMES = st.sampled_from([-32768, -1, 0, 1, 32767])


def pointer(values: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(values.ctypes.data)


def features_in_c(core: ctypes.CDLL, window: np.ndarray) -> list[int]:
    samples = len(window)
    numbers, swings, shapes, motions = (
        np.zeros(len(group.NAMES), np.int32) for group in (statistics, spectrum, shape, motion)
    )
    counts = np.ascontiguousarray(window, dtype=np.int16)
    points = spectrum.points(samples)
    hann, sine = spectrum.hann(samples), spectrum.quarter_sine(points)
    core.shim_statistics(pointer(counts), samples, pointer(numbers))
    core.shim_spectrum(pointer(counts), samples, points, pointer(hann), pointer(sine), pointer(swings))
    core.shim_shape(pointer(counts), samples, pointer(shapes))
    core.shim_motion(pointer(counts), samples, pointer(motions))
    return [*numbers.tolist(), *swings.tolist(), *shapes.tolist(), *motions.tolist()]


def windows(elements: st.SearchStrategy[int]) -> st.SearchStrategy[np.ndarray]:
    return st.integers(2, 80).flatmap(lambda n: arrays(np.int16, (n, 3), elements=elements))


@given(window=st.one_of(windows(Int16), windows(EXTREMES), windows(st.integers(-600, 600))))
def test_features_agree_in_every_bit(c_core: ctypes.CDLL, window: np.ndarray) -> None:
    assert features_in_c(c_core, window) == features(window[None], GROUPS)[0].tolist()


@pytest.mark.parametrize("samples", [2, 16, 17, 100, 1024, 4095, 4096])
@pytest.mark.parametrize("kind", ["low", "high", "both", "steps", "wave", "noise", "knock"])
def test_features_agree_at_the_limits(c_core: ctypes.CDLL, samples: int, kind: str) -> None:
    at = np.arange(samples)[:, None]
    window = {
        "low": np.full((samples, 3), -32768),
        "high": np.full((samples, 3), 32767),
        "both": np.where(at % 2, 32767, -32768) * np.ones((1, 3)),
        "steps": np.where(at < samples // 2, 32767, -32768) * np.ones((1, 3)),
        "wave": np.where(np.cos(2 * np.pi * at * np.array([[1, 7, 31]]) / 128) > 0, 32767, -32768),
        "knock": np.where(at == samples // 3, 32767, -32768) * np.ones((1, 3)),
        "noise": np.random.default_rng(samples).integers(-32768, 32768, (samples, 3)),
    }[kind].astype(np.int16)
    assert features_in_c(c_core, window) == features(window[None], GROUPS)[0].tolist()


def drawn_window(number: int) -> np.ndarray:
    """Window `number` of 10,000: eleven kinds, and lengths that stay the same for twenty windows."""
    random, samples = np.random.default_rng(number), (100, 50, 128, 2, 37, 200, 3, 64, 99, 250)[number // 20 % 10]
    noise, strength = random.normal(0, 1, (samples, 3)), 2 ** random.uniform(0, 15)
    phases = np.arange(samples)[:, None] * random.uniform(0.01, 3, 3) + random.uniform(0, 6, 3)
    knock = np.arange(samples)[:, None] == random.integers(samples)
    kinds = (
        noise * strength,
        np.sin(phases) * strength + noise * strength / 10,
        np.cumsum(noise, axis=0) * strength / 8,
        noise * 40_000,  # mostly clipped
        np.sign(np.sin(phases)) * 40_000,  # clipped at both ends
        np.full((samples, 3), random.uniform(-33_000, 33_000, 3)),  # constant, some at a limit
        np.zeros((samples, 3)),
        noise * 2 + knock * 40_000,
        noise + random.uniform(-500, 500, 3),  # a board at rest
        random.integers(-32768, 32768, (samples, 3)),
        np.minimum(random.integers(-2, 4, (samples, 3)), number % 4) * strength / 2,  # few values, mostly the largest
    )
    return np.clip(np.rint(kinds[number % 11]), -32768, 32767).astype(np.int16)


def test_ten_thousand_windows_agree_in_every_bit(c_core: ctypes.CDLL) -> None:
    def attempts(numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        by_length = defaultdict(list)
        for number in numbers:
            window = drawn_window(number)
            by_length[len(window)].append((number, window))
        for alike in by_length.values():
            expected = features(np.stack([window for _, window in alike]), GROUPS).tolist()
            for (number, window), row in zip(alike, expected, strict=True):
                found = features_in_c(c_core, window)
                wrong = [name for name, a, b in zip(feature_names(GROUPS), found, row, strict=True) if a != b]
                yield number, ", ".join(wrong)

    run_trial("features in C and Python", count=10_000, seed=10, attempts=attempts)


@pytest.mark.parametrize("seed", range(12))
def test_axes_that_move_as_one_correlate_by_1024_at_most(c_core: ctypes.CDLL, seed: int) -> None:
    """Floored deviations of about 512 sixteenths make the quotient a little more than one: 1025 is cut, too."""
    x = np.random.default_rng(seed).normal(0, 32, 64).round()
    window = np.stack([x, x, -x], axis=1).astype(np.int16)
    expected = features(window[None], GROUPS)[0].tolist()
    assert features_in_c(c_core, window) == expected
    assert expected[24:27] == [1024, expected[25], expected[26]]
    assert -1024 <= expected[25] <= -1023 <= 0


@given(value=st.one_of(st.integers(0, 2**52 - 1), st.integers(0, 2**26 - 1).map(lambda r: r * r)))
def test_the_integer_square_root_is_exact_on_both_sides(c_core: ctypes.CDLL, value: int) -> None:
    for near in (value, max(0, value - 1)):
        assert c_core.shim_isqrt(near) == math.isqrt(near)
        assert isqrt(np.array([near])).tolist() == [math.isqrt(near)]


@given(
    value=st.one_of(st.integers(0, 3 * 2**30), st.integers(0, 56755).map(lambda r: r * r)), guess=st.integers(0, 56755)
)
def test_the_root_does_not_depend_on_the_guess(c_core: ctypes.CDLL, value: int, guess: int) -> None:
    for near in (value, max(0, value - 1), value + 1):
        assert c_core.shim_isqrt_near(near, guess) == math.isqrt(near)


@given(value=st.one_of(st.integers(0, 2**63 - 1), st.integers(0, 62).map(lambda e: 2**e)))
def test_the_logarithm_agrees_and_is_one(c_core: ctypes.CDLL, value: int) -> None:
    for near in (max(0, value - 1), value):
        found = c_core.shim_logarithm(near)
        assert spectrum.logarithm(np.array([near])).tolist() == [found]
        if near:
            assert 16 * math.log2(near) - 1 - 1e-6 < found <= 16 * math.log2(near) + 1e-6


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
    in_c = c_core.shim_scale(value, scale.offset, scale.multiplier, scale.shift, zero)
    assert in_c == int(scale.apply(np.array(value), zero))
    exact = (value - offset) * gain + zero
    if abs(exact) < 127:
        assert abs(in_c - exact) <= 0.5 + 1e-6 * abs(exact - zero) + 1e-6


@given(count=st.one_of(Int16, EXTREMES), gain=st.floats(1e-9, 16000), zero=st.integers(-128, 127))
def test_scaling_a_count_agrees_in_every_bit(c_core: ctypes.CDLL, count: int, gain: float, zero: int) -> None:
    scale = CountScale.from_gain(gain)
    assert 0 <= scale.multiplier <= 2**15
    assert 1 <= scale.shift <= 30
    in_c = c_core.shim_scale_count(count, scale.multiplier, scale.shift, zero)
    assert in_c == int(scale.apply(np.array(count), zero))
    exact = count * gain + zero
    if abs(exact) < 127:
        assert abs(in_c - exact) <= 0.51


def test_every_feature_names_a_function_that_exists() -> None:
    text = (firmware_dir() / "nn" / "tl_statistics.h").read_text(encoding="utf-8")
    assert [feature.c_twin for feature in AXIS_FEATURES if feature.c_twin not in text] == []
    assert len(set(feature_names(GROUPS))) == 27 + 28 + 20 + 20
