"""Softmax over int8 in fixed point, as TFLite's reference kernel does it with gemmlowp's functions.

Source: tensorflow/lite/kernels/internal/reference/softmax.h and gemmlowp/fixedpoint/fixedpoint.h. A "raw" number with n
integer bits stands for raw / 2**(31 - n). Arrays are int64, so that every 32-bit intermediate fits.
"""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import SoftmaxNumbers, softmax_numbers
from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.graph import Graph, Softmax

_INT32_MAX = (1 << 31) - 1
_INT32_MIN = -(1 << 31)
# exp(-2**k) for k = -2 ... 4, as raw numbers without integer bits
_BARREL = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)


def softmax(values: Int64Array, numbers: SoftmaxNumbers) -> Int64Array:
    """Probabilities along the last axis, as int8 values of scale 1/256 and zero point -128."""
    difference = values - values.max(axis=-1, keepdims=True)
    counts = difference >= numbers.lowest
    scaled = _high_product(np.where(counts, difference, 0) << numbers.left_shift, numbers.multiplier)
    exponentials = np.where(counts, _exp(scaled), 0)
    total = _divide_by_power(exponentials, 12).sum(axis=-1, keepdims=True)
    inverse, bits_over_unit = _reciprocal(total)
    probabilities = _divide_by_power(_high_product(inverse, exponentials), bits_over_unit + 23)
    return np.where(counts, np.clip(probabilities - 128, -128, 127), -128)


def _high_product(a: Int64Array | int, b: Int64Array | int) -> Int64Array:
    """SaturatingRoundingDoublingHighMul: a·b / 2**31, rounded half away from zero."""
    product = np.asarray(a * b, np.int64)
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    return np.minimum(np.where(nudged >= 0, nudged >> 31, -((-nudged) >> 31)), _INT32_MAX)


def _divide_by_power(number: Int64Array, exponent: Int64Array | int) -> Int64Array:
    """RoundingDivideByPOT: number / 2**exponent, rounded half away from zero."""
    mask = (1 << exponent) - 1
    return (number >> exponent) + ((number & mask) > (mask >> 1) + (number < 0))


def _times_power(number: Int64Array, exponent: int) -> Int64Array:
    return np.clip(number << exponent, _INT32_MIN, _INT32_MAX)


def _exp(a: Int64Array) -> Int64Array:
    """exp of raw numbers with 5 integer bits, at most 0, as raw numbers without integer bits."""
    quarter = 1 << 24
    in_quarter = (a & (quarter - 1)) - quarter
    result = _exp_near_zero(_times_power(in_quarter, 5))
    remainder = in_quarter - a
    for power, factor in enumerate(_BARREL):
        result = np.where(remainder & (quarter << power), _high_product(result, factor), result)
    return np.where(a == 0, _INT32_MAX, result)


def _exp_near_zero(a: Int64Array) -> Int64Array:
    """exp on [-1/4, 0): a Taylor series of fourth order around -1/8."""
    x = a + (1 << 28)
    square = _high_product(x, x)
    cube = _high_product(square, x)
    fourth = _divide_by_power(_high_product(square, square), 2)
    series = _divide_by_power(_high_product(fourth + cube, 715827883) + square, 1)
    return 1895147668 + _high_product(1895147668, x + series)


def _reciprocal(total: Int64Array) -> tuple[Int64Array, Int64Array]:
    """1 / total for raw numbers with 12 integer bits: the mantissa, and the power of two that it lacks."""
    headroom = 32 - np.frexp(total.astype(np.float64))[1].astype(np.int64)
    half = ((total << headroom) - (1 << 31) + _INT32_MAX + 1) // 2
    x = 1515870810 + _high_product(half, -1010580540)
    for _ in range(3):
        rest = (1 << 29) - _high_product(half, x)
        x = x + _times_power(_high_product(x, rest), 2)
    return _times_power(x, 1), 12 - headroom


def _softmax(graph: Graph, op: Softmax, x: Int64Array) -> Int64Array:
    return softmax(x, softmax_numbers(graph.tensors[op.input].scale, op.beta))


CONTRACT = {Softmax: _softmax}
