"""How a window swings: its spectrum by an FFT in integers, so that Python and C agree in every bit.

The way from samples to powers, with n samples and N = `points(n)`, the next power of two, zeros behind:
the mean is taken off; each sample is weighted by a Hann window (Q15) and keeps two bits behind the point; even and odd
samples make one complex signal of N/2, which is transformed in place by decimation in time (radix 2, twiddles in Q14,
each product rounded once, half up); the spectrum of the real signal follows from it by symmetry. See W. H. Press et
al., Numerical Recipes, 3rd ed., 12.3 (“FFT of real functions”). C twin: firmware/nn/tl_spectrum.h.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tinylab.text import tr

Ints = npt.NDArray[np.int64]

LEAST_POINTS = 16
TWIDDLE_BITS = 14
_HANN_BITS = 15
_KEPT_BITS = 2  # behind the point; with 4096 samples the largest sum stays below 2^31
BANDS = 5  # octaves; the last ends at half the rate
_LOG_STEPS = 16  # per octave of power

SPECTRUM_FEATURES = (
    "peak",  # bin of the largest power; times rate / points it is a frequency in Hz
    "peak share",  # of the power of all bins but the first, in 1/1024
    *(f"band {number + 1}" for number in range(BANDS)),  # log2 of an octave's power, in 1/16
)


def points(samples: int) -> int:
    """The FFT's length: a power of two, at least `samples`."""
    return max(LEAST_POINTS, 1 << (samples - 1).bit_length())


def hann(samples: int) -> npt.NDArray[np.int16]:
    """The first half of the Hann window in Q15; the second mirrors it."""
    at = np.arange((samples + 1) // 2)
    exact = 0.5 - 0.5 * np.cos(2 * np.pi * (at + 0.5) / samples)
    return np.minimum(np.rint(exact * (1 << _HANN_BITS)), (1 << _HANN_BITS) - 1).astype(np.int16)


def quarter_sine(length: int) -> npt.NDArray[np.int16]:
    """sin(2πk / length) in Q14 for k = 0 … length/4."""
    exact = np.sin(2 * np.pi * np.arange(length // 4 + 1) / length)
    return np.rint(exact * (1 << TWIDDLE_BITS)).astype(np.int16)


def powers(axis: Ints) -> Ints:
    """Four times the squared magnitudes of bins 1 … N/2, shape (windows, samples) → (windows, N/2)."""
    length = points(axis.shape[1])
    half = length // 2
    real, imaginary = _transform(_weighted(axis, length), length)
    k = np.arange(1, half)
    cos, sin = _twiddles(length, k)
    even_r, even_i = real[:, k] + real[:, half - k], imaginary[:, k] - imaginary[:, half - k]
    odd_r, odd_i = imaginary[:, k] + imaginary[:, half - k], real[:, half - k] - real[:, k]
    found_r = even_r + _turned(odd_r * cos + odd_i * sin)
    found_i = even_i + _turned(odd_i * cos - odd_r * sin)
    nyquist = 2 * (real[:, :1] - imaginary[:, :1])
    return np.concatenate([found_r * found_r + found_i * found_i, nyquist * nyquist], axis=1)


def _weighted(axis: Ints, length: int) -> Ints:
    samples = axis.shape[1]
    weights = hann(samples).astype(np.int64)
    weights = np.concatenate([weights, weights[: samples // 2][::-1]])
    shift = _HANN_BITS - _KEPT_BITS
    centred = axis - axis.sum(axis=1, keepdims=True) // samples
    weighted: Ints = (centred * weights + (1 << (shift - 1))) >> shift
    return np.pad(weighted, ((0, 0), (0, length - samples)))


def _transform(signal: Ints, length: int) -> tuple[Ints, Ints]:
    """The complex spectrum of even samples plus i times odd ones; length/2 numbers each."""
    half = length // 2
    order = _bit_reversed(half)
    real, imaginary = signal[:, 0::2][:, order].copy(), signal[:, 1::2][:, order].copy()
    size = 2
    while size <= half:
        k = np.arange(size // 2)
        cos, sin = _twiddles(length, k * (length // size))
        r, i = (part.reshape(len(signal), -1, size) for part in (real, imaginary))
        low_r, low_i, high_r, high_i = (
            r[..., : size // 2],
            i[..., : size // 2],
            r[..., size // 2 :],
            i[..., size // 2 :],
        )
        turn_r, turn_i = _turned(high_r * cos + high_i * sin), _turned(high_i * cos - high_r * sin)
        real = np.concatenate([low_r + turn_r, low_r - turn_r], axis=2).reshape(len(signal), half)
        imaginary = np.concatenate([low_i + turn_i, low_i - turn_i], axis=2).reshape(len(signal), half)
        size *= 2
    return real, imaginary


def _bit_reversed(count: int) -> Ints:
    bits = count.bit_length() - 1
    numbers = np.arange(count)
    reversed_bits = sum(((numbers >> bit) & 1) << (bits - 1 - bit) for bit in range(bits))
    return np.asarray(reversed_bits, dtype=np.int64)


def _twiddles(length: int, k: Ints) -> tuple[Ints, Ints]:
    """cos and sin of 2πk / length in Q14, for 0 ≤ k < length/2."""
    sine, quarter = quarter_sine(length).astype(np.int64), length // 4
    beyond = k > quarter
    folded = np.where(beyond, length // 2 - k, k)
    cos = np.where(beyond, -sine[quarter - folded], sine[quarter - folded])
    return cos, sine[folded]


def _turned(product: Ints) -> Ints:
    turned: Ints = (product + (1 << (TWIDDLE_BITS - 1))) >> TWIDDLE_BITS
    return turned


def logarithm(values: Ints) -> Ints:
    """floor(16·log2(v)) to within a step, 0 for v = 0; by squaring a mantissa of 32 bits four times."""
    whole = values.astype(np.uint64)
    exponent = np.zeros_like(whole)
    for bits in (32, 16, 8, 4, 2, 1):
        large = (whole >> (exponent + np.uint64(bits))) > 0
        exponent += np.where(large, np.uint64(bits), np.uint64(0))
    up, down = np.maximum(31 - exponent.astype(np.int64), 0), np.maximum(exponent.astype(np.int64) - 31, 0)
    mantissa = (whole << up.astype(np.uint64)) >> down.astype(np.uint64)
    result = exponent
    for _ in range(_LOG_STEPS.bit_length() - 1):
        mantissa = (mantissa * mantissa) >> np.uint64(31)
        carry = mantissa >> np.uint64(32)
        mantissa >>= carry
        result = 2 * result + carry
    return np.where(values > 0, result.astype(np.int64), 0)


NAMES = tuple(f"{name} {axis}" for axis in ("x", "y", "z", "magnitude") for name in SPECTRUM_FEATURES)
TITLE = tr("How a window swings: its strongest frequency and five octaves")


def compute(axes: Sequence[Ints]) -> list[Ints]:
    """NAMES in order, each of shape (windows,); `axes` are x, y, z and the magnitude, each (windows, samples)."""
    return [column for axis in axes for column in spectrum_features(axis)]


def spectrum_features(axis: Ints) -> list[Ints]:
    """The numbers named by SPECTRUM_FEATURES for one axis, each of shape (windows,)."""
    power = powers(axis)
    total, peak = power.sum(axis=1), power.argmax(axis=1)
    largest = np.take_along_axis(power, peak[:, None], axis=1)[:, 0]
    share = np.minimum(largest // np.maximum(total >> 10, 1), 1024)
    edges = [0, *(power.shape[1] >> (BANDS - 1 - band) for band in range(BANDS))]
    bands = [
        logarithm(power[:, max(low - 1, 0) : max(high - (high < power.shape[1]), 0)].sum(axis=1))
        for low, high in pairwise(edges)
    ]
    return [peak + 1, share, *bands]
