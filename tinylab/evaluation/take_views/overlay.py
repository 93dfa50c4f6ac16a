"""All takes of a class laid over each other, each shifted to where it fits best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.dsp.windows import resample

Floats = npt.NDArray[np.float64]

_LEAST_COMMON = 0.25  # of the shorter take must lie over the pattern


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Takes in one time, which begins with the earliest of them."""

    times_s: Floats  # (samples,): 0 where the pattern begins
    take_ids: tuple[int, ...]
    curves: Floats  # (takes, samples, 3) in g; NaN where a take has no sample
    mean: Floats  # (samples, 3); NaN where less than half of the takes have a sample
    deviation: Floats  # (samples, 3), of the takes about the mean


def overlay_of(takes: Sequence[tuple[int, Floats, float]]) -> Overlay:
    """Takes as (id, signal in g (samples, 3), rate in Hz); the one of middle length is the pattern for the others."""
    usable = [(take_id, signal, rate_hz) for take_id, signal, rate_hz in takes if len(signal) > 1]
    if not usable:
        return Overlay(np.empty(0), (), np.empty((0, 0, 3)), np.empty((0, 3)), np.empty((0, 3)))
    rate_hz = float(np.median([rate for *_, rate in usable]))
    signals = [resample(signal, rate, rate_hz) for _, signal, rate in usable]
    pattern = sorted(signals, key=len)[len(signals) // 2]
    offsets = [_offset(signal, pattern) for signal in signals]
    first = min(offsets)
    length = max(offset + len(signal) for offset, signal in zip(offsets, signals, strict=True)) - first
    curves = np.full((len(signals), length, 3), np.nan)
    for row, (offset, signal) in enumerate(zip(offsets, signals, strict=True)):
        curves[row, offset - first : offset - first + len(signal)] = signal
    mean, deviation = _average(curves)
    times = (np.arange(length) + first) / rate_hz
    return Overlay(times, tuple(take_id for take_id, *_ in usable), curves, mean, deviation)


def _offset(signal: Floats, pattern: Floats) -> int:
    """How many samples after the pattern's beginning a signal begins, so that their movements fit best."""
    from scipy.signal import correlate

    moved, wanted = signal - signal.mean(axis=0), pattern - pattern.mean(axis=0)
    fits = sum(correlate(wanted[:, axis], moved[:, axis], mode="full", method="fft") for axis in range(3))
    lags = np.arange(1 - len(signal), len(pattern))
    common = np.minimum(lags + len(signal), len(pattern)) - np.maximum(lags, 0)
    enough = common >= _LEAST_COMMON * min(len(signal), len(pattern))
    fits = np.where(enough, fits, -np.inf)
    best = fits.max()
    nearly = np.flatnonzero(fits >= best - 1e-9 * max(abs(float(best)), 1.0))
    return int(lags[nearly[np.abs(lags[nearly]).argmin()]])


def _average(curves: Floats) -> tuple[Floats, Floats]:
    there = ~np.isnan(curves)
    counts = there.sum(axis=0)
    known = np.where(there, curves, 0.0)
    some = np.maximum(counts, 1)
    mean = known.sum(axis=0) / some
    variance = np.where(there, (curves - mean) ** 2, 0.0).sum(axis=0) / some
    few = counts * 2 < len(curves)
    return np.where(few, np.nan, mean), np.where(few, np.nan, np.sqrt(variance))
