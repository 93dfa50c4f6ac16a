"""Numbers of the integer contract: multipliers, shifts and clamps as TFLite derives them from the scales.

Source: tensorflow/lite/kernels/internal/quantization_util.cc (QuantizeMultiplier) and kernel_util.cc
(CalculateActivationRangeQuantized). Products are rounded once, half up, as TFLITE_SINGLE_ROUNDING asks for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tinylab.engine.graph import Activation, Float64Array, Tensor
from tinylab.errors import EngineError
from tinylab.text import tr

_FAR = 1 << 20  # steps of an activation's limit; beyond -128 to 127 it makes no difference how far


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A positive real factor as `value * 2**-right_shift`, `value` in Q0 with 31 bits."""

    value: int  # 0, or 2**30 to 2**31 - 1
    right_shift: int  # 1 to 62: the position of the rounding bit plus one

    def apply(self, number: int) -> int:
        """Round `number` times the factor, half up."""
        return (number * self.value + (1 << (self.right_shift - 1))) >> self.right_shift

    def apply_twice_rounded(self, number: int) -> int:
        """Round the doubled high product half up, then the shift half away from zero, as TFLite's older kernels do."""
        exponent = 31 - self.right_shift
        product = ((number << max(exponent, 0)) * self.value + (1 << 30)) >> 31
        shift = max(-exponent, 0)
        mask = (1 << shift) - 1
        return (product >> shift) + int((product & mask) > (mask >> 1) + (product < 0))


def quantize_multiplier(factor: float) -> Multiplier:
    """The fixed-point multiplier of a positive real factor; factors under 2**-32 become 0."""
    if factor == 0.0:
        return Multiplier(0, 31)
    mantissa, exponent = math.frexp(factor)
    value = _round_half_away(mantissa * (1 << 31))
    if value == 1 << 31:
        value, exponent = value // 2, exponent + 1
    if exponent < -31:
        return Multiplier(0, 31)
    if exponent > 30:
        return Multiplier((1 << 31) - 1, 1)
    return Multiplier(value, 31 - exponent)


def mean_multiplier(factor: float, count: int) -> Multiplier:
    """The multiplier of a mean over `count` values: 1/count folded in by an integer division.

    Source: reference_ops::QuantizedMeanOrSum, which shifts the multiplier left by floor(log2(count)), at most 32 and
    at most 31 plus its exponent, before it divides.
    """
    base = quantize_multiplier(factor)
    exponent = 31 - base.right_shift
    shift = min(count.bit_length() - 1, 32, 31 + exponent)
    return Multiplier((base.value << shift) // count, base.right_shift + shift)


def channel_multipliers(input_scale: float, weight_scales: Float64Array, output_scale: float) -> tuple[Multiplier, ...]:
    """One multiplier per channel of a convolution or dense layer: input scale · weight scale / output scale."""
    return tuple(quantize_multiplier(input_scale * float(scale) / output_scale) for scale in weight_scales)


def rescale_table(source: Tensor, result: Tensor, activation: Activation) -> list[int]:
    """What each int8 value from -128 to 127 becomes under another scale and zero point, and a clamp.

    Without a clamp (QUANTIZE) this is XNNPACK's conversion with a factor of eight fractional bits, for factors from
    2**-8 to 2**7 (xnn_init_qs8_cvt_params); RELU and RELU6 run TFLite's own kernel, which rounds twice (ReluXInt8).
    """
    factor = source.scale / result.scale
    ratio = float(_single_ratio(source.scale, result.scale))
    multiplier = quantize_multiplier(factor)
    low, high = activation_range(activation, result)
    table = []
    for value in range(-128, 128):
        number = value - source.zero_point
        if activation is Activation.NONE and 2.0**-8 <= ratio <= 2.0**7:
            scaled = (number * round(ratio * 256) + 128) >> 8
        else:
            scaled = multiplier.apply_twice_rounded(number)
        table.append(min(max(scaled + result.zero_point, low), high))
    return table


@dataclass(frozen=True, slots=True)
class AddNumbers:
    """An addition as (first·a + second·b + offset) >> right_shift, then the output's zero point and the clamp."""

    first: int
    second: int
    offset: int  # holds the rounding and both zero points
    right_shift: int


def add_numbers(first: Tensor, second: Tensor, result: Tensor) -> AddNumbers:
    """The integers of an int8 addition.

    Source: XNNPACK, xnn_init_qs8_add_minmax_params: both factors in [0, 2**21), the larger at least 2**20, so that the
    sum fits 32 bits; this, and not TFLite's own three multiplications, is what LiteRT's default interpreter runs.
    Raises `EngineError` where the scales are so far apart that XNNPACK refuses them too.
    """
    one, two = (float(_single_ratio(tensor.scale, result.scale)) for tensor in (first, second))
    if not 2.0**-10 <= max(one, two) < 2.0**8:
        raise EngineError(
            tr("An addition joins scales that are too far apart."),
            hint=tr("Put BatchNormalization before the addition."),
        )
    shift = 20 - (math.frexp(max(one, two))[1] - 1)
    a, b = (round(math.ldexp(factor, shift)) for factor in (one, two))
    offset = (1 << (shift - 1)) - a * first.zero_point - b * second.zero_point
    return AddNumbers(a, b, offset, shift)


def curve_table(function: str, source: Tensor, result: Tensor) -> list[int]:
    """What each int8 value from -128 to 127 becomes under LOGISTIC or TANH, in single precision as TFLite does it."""
    with np.errstate(over="ignore"):  # exp(-x) may be infinite; 1 / (1 + inf) is the 0 that it should be
        x = np.float32(source.scale) * (np.arange(-128, 128) - source.zero_point).astype(np.float32)
        y = np.tanh(x) if function == "tanh" else np.float32(1) / (np.float32(1) + np.exp(-x))
        numbers = np.rint(y * (np.float32(1) / np.float32(result.scale))) + result.zero_point
    return [int(n) for n in np.clip(numbers, -128, 127)]


@dataclass(frozen=True, slots=True)
class MulNumbers:
    """A multiplication's factor: `value` · 2**-shift, a single-precision number of 24 bits."""

    value: int
    shift: int

    @property
    def factor(self) -> np.float32:
        """The factor itself."""
        return np.float32(math.ldexp(self.value, -self.shift))


def mul_numbers(first: Tensor, second: Tensor, result: Tensor) -> MulNumbers:
    """The factor of an int8 multiplication, as XNNPACK computes it (xnn_init_qs8_mul_minmax_fp32).

    The product of both integers times the factor is rounded to single precision, then half to even. Raises
    `EngineError` where the factor is outside [2**-16, 2**8), which XNNPACK refuses too.
    """
    with np.errstate(over="ignore", under="ignore"):
        factor = np.float32(first.scale) * np.float32(second.scale) / np.float32(result.scale)
    if not 2.0**-16 <= factor < 2.0**8:
        raise EngineError(
            tr("A multiplication changes the scale too much."),
            hint=tr("Put BatchNormalization behind a convolution instead."),
        )
    mantissa, exponent = math.frexp(float(factor))
    return MulNumbers(int(mantissa * (1 << 24)), 24 - exponent)


@dataclass(frozen=True, slots=True)
class SoftmaxNumbers:
    """What scales a difference of inputs to a raw number with 5 integer bits."""

    multiplier: int
    left_shift: int
    lowest: int  # differences below count as exp = 0


def softmax_numbers(input_scale: float, beta: float) -> SoftmaxNumbers:
    """Multiplier, shift and the lowest difference, as PreprocessSoftmaxScaling and CalculateInputRadius give them.

    Raises `EngineError` where beta · scale is 2**-26 or less.
    """
    factor = min(float(beta) * input_scale * (1 << 26), (1 << 31) - 1)
    if factor <= 1:  # TFLite refuses it too: all outputs would be alike
        raise EngineError(
            tr("A softmax has inputs of a scale too small to tell them apart."), hint=tr("Convert it again.")
        )
    number = quantize_multiplier(factor)
    left_shift = 31 - number.right_shift
    lowest = -math.floor(31 * (1 << 26) / 2.0**left_shift)
    return SoftmaxNumbers(number.value, left_shift, lowest)


def activation_range(activation: Activation, tensor: Tensor) -> tuple[int, int]:
    """The int8 values, both included, that an activation lets through on this tensor."""
    low, high = activation.value
    lowest = -128 if low is None else max(-128, _quantize(low, tensor))
    highest = 127 if high is None else min(127, _quantize(high, tensor))
    return lowest, highest


def _quantize(real: float, tensor: Tensor) -> int:
    steps = float(_single_ratio(real, tensor.scale))
    return tensor.zero_point + _round_half_away(min(max(steps, -_FAR), _FAR))


def _single_ratio(one: float, other: float) -> np.float32:
    """one / other as single precision has it: 0 or infinite where they are too far apart."""
    with np.errstate(over="ignore", under="ignore"):
        return np.float32(np.float32(one) / np.float32(other))


def _round_half_away(number: float) -> int:
    return int(math.copysign(math.floor(abs(number) + 0.5), number))
