"""The integer arithmetic against exact fractions and against floating point."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.engine.arithmetic import (
    Multiplier,
    activation_range,
    mean_multiplier,
    quantize_multiplier,
    softmax_numbers,
)
from tinylab.engine.contract.operators.softmax import softmax
from tinylab.engine.graph import Activation, Padding, Tensor, Window
from tinylab.engine.graph_text import padding_text


@given(st.floats(1e-9, 1e6))
def test_multipliers_have_31_bits(factor: float) -> None:
    multiplier = quantize_multiplier(factor)
    assert 1 << 30 <= multiplier.value < 1 << 31
    assert multiplier.value / 2**multiplier.right_shift == pytest.approx(factor, rel=2e-9)


@given(st.integers(-(1 << 31), (1 << 31) - 1), st.integers(0, (1 << 31) - 1), st.integers(1, 62))
def test_products_are_rounded_once_half_up(number: int, value: int, shift: int) -> None:
    exact = Fraction(number * value, 1 << shift)
    assert Multiplier(value, shift).apply(number) == math.floor(exact + Fraction(1, 2))


def test_factors_that_leave_31_bits_become_0_or_the_largest() -> None:
    assert quantize_multiplier(2.0**29) == Multiplier(1 << 30, 1)
    assert quantize_multiplier(2.0**30) == Multiplier((1 << 31) - 1, 1)
    assert quantize_multiplier(2.0**-32) == Multiplier(1 << 30, 62)
    assert quantize_multiplier(2.0**-33) == Multiplier(0, 31)
    assert quantize_multiplier(1 - 2.0**-33) == Multiplier(1 << 30, 30), "rounds up to the next power of two"


@pytest.mark.parametrize(
    ("around", "text"), [(((0, 0), (0, 0)), "valid"), (((1, 0), (0, 0)), "padded"), (((0, 0), (0, 2)), "padded")]
)
def test_padding_is_told(around: tuple[tuple[int, int], tuple[int, int]], text: str) -> None:
    assert text in padding_text(Window((3, 1), padding=Padding.VALID, around=around)).casefold()


def test_a_factor_of_zero_gives_zero() -> None:
    assert quantize_multiplier(0.0).apply(12345) == 0


def test_a_mean_of_54_folds_the_division_into_the_multiplier() -> None:
    multiplier = mean_multiplier(1.25, 54)
    assert multiplier.apply(5400) == 125


def test_activation_ranges() -> None:
    tensor = Tensor("t", (1, 4), 0.05, -100)
    assert activation_range(Activation.NONE, tensor) == (-128, 127)
    assert activation_range(Activation.RELU, tensor) == (-100, 127)
    assert activation_range(Activation.RELU6, tensor) == (-100, 20)


@pytest.mark.parametrize(("scale", "beta"), [(0.1, 1.0), (0.01, 1.0), (1.0, 0.5), (0.3, 2.0)])
def test_softmax_is_within_one_step_of_floating_point(scale: float, beta: float) -> None:
    values = np.random.default_rng(1).integers(-128, 128, (500, 6)).astype(np.int64)
    exact = np.exp(scale * beta * (values - values.max(axis=1, keepdims=True)))
    expected = np.clip(np.round(exact / exact.sum(axis=1, keepdims=True) * 256) - 128, -128, 127)
    assert np.abs(softmax(values, softmax_numbers(scale, beta)) - expected).max() <= 1


def test_windows_pad_as_tflite_does() -> None:
    window = Window((4, 3), (2, 1), (1, 2), Padding.SAME)
    assert [window.output_size(9, axis) for axis in (0, 1)] == [5, 9]
    assert [window.pad_before(9, axis) for axis in (0, 1)] == [1, 2]
    assert Window((4, 3)).output_size(9, 0) == 6
