"""Which frequencies a take is made of, over the whole take and as it goes on, by SciPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STRETCH_S: Final = 2.0  # of signal that one spectrum is computed from: half a hertz of resolution
_LEAST: Final = 8  # samples
_FLOOR: Final = 1e-12  # g²/Hz, so that silence has a logarithm


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """How strong each frequency is in each axis."""

    frequencies_hz: Floats  # (frequencies,)
    density: Floats  # (frequencies, 3), g² per Hz, without the mean (gravity)

    @property
    def strongest_hz(self) -> float:
        """The frequency that is strongest over all axes; 0 of a signal that is too short."""
        if len(self.frequencies_hz) < 2:
            return 0.0
        return float(self.frequencies_hz[1 + self.density[1:].sum(axis=1).argmax()])


@dataclass(frozen=True, slots=True, eq=False)
class Spectrogram:
    """How the spectrum of all axes together changes."""

    frequencies_hz: Floats  # (frequencies,)
    times_s: Floats  # (times,): middles of the stretches
    decibels: Floats  # (frequencies, times), of 1 g²/Hz


def spectrum_of(signal_g: Floats, rate_hz: float) -> Spectrum:
    """Welch's estimate for a signal in g, (samples, 3): averaged over stretches of 2 s that overlap by half."""
    if len(signal_g) < _LEAST:
        return Spectrum(np.empty(0), np.empty((0, 3)))
    from scipy.signal import welch

    stretch = min(len(signal_g), round(_STRETCH_S * rate_hz))
    frequencies, density = welch(signal_g, rate_hz, nperseg=stretch, axis=0, detrend="constant")
    return Spectrum(frequencies, density)


def spectrogram_of(signal_g: Floats, rate_hz: float) -> Spectrogram:
    """The spectra of stretches of 1 s, eight in a second, of a signal in g, (samples, 3)."""
    stretch = min(len(signal_g), max(_LEAST, round(_STRETCH_S / 2 * rate_hz)))
    if stretch < _LEAST:
        return Spectrogram(np.empty(0), np.empty(0), np.empty((0, 0)))
    from scipy.signal import spectrogram

    overlap = stretch - max(1, stretch // 8)
    frequencies, times, density = spectrogram(
        signal_g, rate_hz, nperseg=stretch, noverlap=overlap, axis=0, detrend="constant"
    )
    return Spectrogram(frequencies, times, 10 * np.log10(density.sum(axis=1) + _FLOOR))
