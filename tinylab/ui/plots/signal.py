"""Acceleration over time: three axes, each with its colour and its line style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from tinylab.link.stream import Snapshot
from tinylab.text import tr
from tinylab.ui.plots.plot import Plot, Range
from tinylab.ui.plots.stretches import Stretch, Stretches
from tinylab.ui.plots.thinning import samples_a_column, thinned
from tinylab.ui.theme import AXIS_STYLES, theme

Numbers = npt.NDArray[np.floating[Any]]
Gaps = Sequence[int]
AXIS_NAMES = ("x", "y", "z")
MOST_GAPS_DRAWN = 100
_LEAST_SPAN_G = 1.0  # the noise of a board at rest must not look like a storm
_ROOM = 0.06  # of the span, above and below


def fitting_range(signal_g: Numbers) -> Range:
    """The range of g that shows a signal, shape (samples, 3), and never less than 1 g of it."""
    finite = signal_g[np.isfinite(signal_g)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    middle, span = (low + high) / 2, max(high - low, _LEAST_SPAN_G) * (1 + 2 * _ROOM)
    return middle - span / 2, middle + span / 2


def calm_range(before: Range, needed: Range) -> Range:
    """The range to go on with: the one from before while it holds what is needed and is less than twice as large."""
    holds = before[0] <= needed[0] and needed[1] <= before[1]
    return before if holds and before[1] - before[0] < 2 * (needed[1] - needed[0]) else needed


class SignalPlot(Plot):
    """Three axes of acceleration over time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("time"), "s", tr("acceleration"), "g", parent)
        self._curves = [self.plot([], [], name=name, connect="finite") for name in AXIS_NAMES]
        self._magnitude = self.plot([], [], name=tr("magnitude"), connect="finite")
        self.setDownsampling(auto=True, mode="peak")  # a minute at 400 Hz has more samples than the screen has dots
        self.setClipToView(True)
        self.with_magnitude = False
        self.fixed_g = 0.0  # the live plot shows plus and minus this; 0: what the signal needs
        self._gaps = Stretches(self)
        self.regions = Stretches(self)
        self._region = pg.LinearRegionItem(movable=False)
        self._region.setZValue(-10)
        self._region.hide()
        self.addItem(self._region, ignoreBounds=True)
        self._dense = False  # columns of the screen stand for many samples, and no line style can be seen
        self._times: Numbers = np.empty(0)
        self._values: Numbers = np.empty((0, 3))
        self._y: Range = (-_LEAST_SPAN_G / 2, _LEAST_SPAN_G / 2)
        self.paint_theme()

    def paint_curves(self) -> None:
        """Axes keep their colours, and their line styles as long as these can be seen: they cost much to draw."""
        width = 1.0 if self._dense else 1.5
        for curve, colour, style in zip(self._curves, theme.tokens.axes, AXIS_STYLES, strict=True):
            curve.setPen(pg.mkPen(colour, width=width, style=Qt.PenStyle.SolidLine if self._dense else style))
        self._magnitude.setPen(pg.mkPen(theme.tokens.text, width=width))

    def show_signal(self, times: Numbers, signal_g: Numbers, gaps: Gaps = ()) -> None:
        """Draw a signal in g, shape (samples, 3), over its times in s; `gaps` holds the sample after each gap."""
        self._draw(times, signal_g, gaps, 1, 0)
        self._y = fitting_range(signal_g)
        self.set_home(None, self._y)

    def show_live(self, shot: Snapshot, g_per_count: float, rate_hz: float, shown_s: float) -> None:
        """Draw the newest raw counts, the last one at 0 s, on an axis that reaches back `shown_s`."""
        start, end = self.getViewBox().viewRange()[0]
        step = samples_a_column(min(end - start, shown_s), rate_hz, int(self.getViewBox().width()))
        phase = (shot.last_sample + 1 - len(shot.counts)) % step
        signal_g = shot.counts * g_per_count
        self._draw(shot.offsets() / rate_hz, signal_g, [index for index, _ in shot.gaps], step, phase)
        needed = fitting_range(self._values)
        self._y = (-self.fixed_g, self.fixed_g) if self.fixed_g else calm_range(self._y, needed)
        self.set_home((-shown_s, 0.0), self._y)

    def _draw(self, times: Numbers, signal_g: Numbers, gaps: Gaps, step: int, phase: int) -> None:
        """The curves, which stop where samples are missing: no line goes across a gap. See `thinned` for the rest."""
        self._times, self._values = times, signal_g
        if self._dense != (step > 1):
            self._dense = step > 1
            self.paint_curves()
        times, signal_g, gaps = thinned(times, signal_g, gaps, step, phase)
        at = [index for index in gaps if 0 < index < len(times)]
        shown_times = np.insert(times, at, times[at]) if at else times
        shown = np.insert(signal_g, at, np.nan, axis=0) if at else signal_g
        for axis, curve in enumerate(self._curves):
            curve.setData(shown_times, shown[:, axis])
        self._magnitude.setVisible(self.with_magnitude)
        if self.with_magnitude:
            self._magnitude.setData(shown_times, np.linalg.norm(shown, axis=1))
        grey = theme.colour("muted")
        self._gaps.show([Stretch(times[i - 1], times[i], "", grey) for i in at[-MOST_GAPS_DRAWN:]], 0.0)

    @property
    def top(self) -> float:
        """The upper end of what is shown, in g."""
        return float(self.getViewBox().viewRange()[1][1])

    def look_at(self, start: float, end: float) -> None:
        """Show this part of the signal; showing everything comes back to it."""
        self.set_home((start, end), self._y)

    def mark(self, start: float, end: float, colour: QColor) -> None:
        """Shade a part, such as a take or a window."""
        soft = QColor(colour)
        soft.setAlpha(45)
        self._region.setBrush(soft)
        for edge in self._region.lines:
            edge.setPen(pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine))
        self._region.setRegion((start, end))
        self._region.show()

    def unmark(self) -> None:
        """Shade nothing."""
        self._region.hide()

    def reading_at(self, x: float) -> str:
        """The three values nearest in time."""
        if not len(self._times):
            return ""
        nearest = int(np.abs(self._times - x).argmin())
        values = self._values[nearest]
        text = ", ".join(f"{name} {value:+.2f}" for name, value in zip(AXIS_NAMES, values, strict=True))
        strength = f", |a| {np.linalg.norm(values):.2f}" if self.with_magnitude else ""
        return f"{self._times[nearest]:.2f} s: {text}{strength} g"
