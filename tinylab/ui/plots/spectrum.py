"""Which frequencies a take is made of: over the whole take, and as it goes on."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from tinylab.evaluation.take_views.spectra import Spectrogram, Spectrum
from tinylab.text import tr
from tinylab.ui.plots.plot import Plot
from tinylab.ui.plots.signal import AXIS_NAMES
from tinylab.ui.theme import AXIS_STYLES, theme

_SHOWN_DB: Final = 50.0  # below the strongest; what is weaker is as good as nothing
_COLOURS: Final = "viridis"  # rises evenly in lightness, so that it can be read without colours, too

NO_SPECTRUM: Final = Spectrum(np.empty(0), np.empty((0, 3)))
NO_SPECTROGRAM: Final = Spectrogram(np.empty(0), np.empty(0), np.empty((0, 0)))


class SpectrumPlot(Plot):
    """Three axes over frequency."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("frequency"), "Hz", tr("strength"), "g²/Hz", parent)
        self._curves = [self.plot([], [], name=name) for name in AXIS_NAMES]
        self._spectrum = NO_SPECTRUM
        self.paint_theme()

    def paint_curves(self) -> None:
        """Axes keep their colours and line styles."""
        for curve, colour, style in zip(self._curves, theme.tokens.axes, AXIS_STYLES, strict=True):
            curve.setPen(pg.mkPen(colour, width=1.5, style=style))

    def show_spectrum(self, spectrum: Spectrum) -> None:
        """Draw it; one of a take that is too short is empty."""
        self._spectrum = spectrum
        for axis, curve in enumerate(self._curves):
            curve.setData(spectrum.frequencies_hz, spectrum.density[:, axis])
        top = float(spectrum.density.max()) * 1.08 if len(spectrum.density) else 1.0
        last = float(spectrum.frequencies_hz[-1]) if len(spectrum.frequencies_hz) else 1.0
        self.set_home((0.0, last), (0.0, top or 1.0))

    def reading_at(self, x: float) -> str:
        """The nearest frequency."""
        frequencies = self._spectrum.frequencies_hz
        if not len(frequencies):
            return ""
        nearest = int(np.abs(frequencies - x).argmin())
        values = ", ".join(
            f"{name} {value:.2g}" for name, value in zip(AXIS_NAMES, self._spectrum.density[nearest], strict=True)
        )
        return f"{frequencies[nearest]:.1f} Hz: {values} g²/Hz"


class SpectrogramPlot(Plot):
    """How the spectrum of all axes together changes, light where it is strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("time"), "s", tr("frequency"), "Hz", parent)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setColorMap(pg.colormap.get(_COLOURS))
        self.addItem(self._image)
        self._shown = NO_SPECTROGRAM
        self.paint_theme()

    def show_spectrogram(self, shown: Spectrogram) -> None:
        """Draw it; one of a take that is too short is empty."""
        self._shown = shown
        there = shown.decibels.size > 0
        self._image.setVisible(there)
        if not there:
            self.set_home((0.0, 1.0), (0.0, 1.0))
            return
        high = float(shown.decibels.max())
        self._image.setImage(shown.decibels, levels=(high - _SHOWN_DB, high))
        times, frequencies = _edges(shown.times_s), _edges(shown.frequencies_hz)
        self._image.setRect(QRectF(times[0], frequencies[0], times[1] - times[0], frequencies[1] - frequencies[0]))
        self.set_home(times, (0.0, float(shown.frequencies_hz[-1])))

    def reading_at(self, x: float) -> str:
        """The frequency that is strongest at that time."""
        if not self._shown.decibels.size:
            return ""
        nearest = int(np.abs(self._shown.times_s - x).argmin())
        strongest = self._shown.frequencies_hz[int(self._shown.decibels[:, nearest].argmax())]
        return tr("{s:.1f} s: strongest at {hz:.1f} Hz", s=self._shown.times_s[nearest], hz=strongest)

    def numbers(self) -> tuple[list[str], list[list[float]]]:
        """One column a moment."""
        names = [tr("frequency (Hz)"), *(f"{time:.2f} s (dB)" for time in self._shown.times_s)]
        return names, [self._shown.frequencies_hz.tolist(), *self._shown.decibels.T.tolist()]


def _edges(middles: npt.NDArray[np.float64]) -> tuple[float, float]:
    half = float(middles[1] - middles[0]) / 2 if len(middles) > 1 else 0.5
    return float(middles[0]) - half, float(middles[-1]) + half
