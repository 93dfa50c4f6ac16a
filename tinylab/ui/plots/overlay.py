"""All takes of a label laid over each other: thin each, bold their mean, and the chosen one in between."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from tinylab.evaluation.take_views.overlay import Overlay
from tinylab.text import tr
from tinylab.ui.plots.plot import Plot, Range
from tinylab.ui.plots.signal import AXIS_NAMES
from tinylab.ui.theme import AXIS_STYLES, theme

_THIN_ALPHA: Final = 70
_STRENGTH: Final = 3  # the choice after the axes: all axes together
_OUTSIDE: Final = 0.002  # of the samples may lie beyond the scale, for one knock must not flatten all others
_MOST_POINTS: Final = 400  # of a curve


def curves_of(overlay: Overlay, axis: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(curves (takes, samples), mean (samples,)) of an axis in g, or of the strength of all axes together."""
    if axis != _STRENGTH:
        return overlay.curves[:, :, axis], overlay.mean[:, axis]
    strengths = np.linalg.norm(overlay.curves, axis=2)
    few = np.isnan(overlay.mean[:, 0])
    counts = np.maximum((~np.isnan(strengths)).sum(axis=0), 1)
    return strengths, np.where(few, np.nan, np.nansum(strengths, axis=0) / counts)


class OverlayPlot(Plot):
    """A click on a curve, or the arrow keys, choose its take."""

    take_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("time"), "s", "a", "g", parent)
        self.setAccessibleName(tr("Takes of a label, laid over each other; left and right choose a take"))
        self._overlay: Overlay | None = None
        self._axis, self._chosen = 2, 0
        self._colour = QColor(theme.tokens.text)
        self._all = self.plot([], [], connect="finite", name=tr("takes"))
        self._one = self.plot([], [], connect="finite", name=tr("chosen take"))
        self._mean = self.plot([], [], connect="finite", name=tr("mean"))
        self.paint_theme()

    def paint_curves(self) -> None:
        """Thin and pale, chosen, and bold."""
        if hasattr(self, "_mean"):
            pale = QColor(self._colour)
            pale.setAlpha(_THIN_ALPHA)
            style = AXIS_STYLES[self._axis] if self._axis < len(AXIS_STYLES) else Qt.PenStyle.SolidLine
            self._all.setPen(pg.mkPen(pale, width=1))
            self._one.setPen(pg.mkPen(theme.tokens.accent, width=1.6, style=style))
            self._mean.setPen(pg.mkPen(theme.tokens.text, width=2.6))

    def show_overlay(self, overlay: Overlay | None, axis: int, colour: QColor, chosen: int, y: Range) -> None:
        """Draw the takes of a label on an axis (3: all together) in its colour, on the scale `y` in g."""
        self._overlay, self._axis, self._colour, self._chosen = overlay, axis, colour, chosen
        if overlay is None or not overlay.take_ids:
            for curve in (self._all, self._one, self._mean):
                curve.setData([], [])
            self.set_home((0.0, 1.0), y)
            return
        step = max(1, len(overlay.times_s) // _MOST_POINTS)
        curves, mean = curves_of(overlay, axis)
        times = overlay.times_s[::step]
        apart = np.concatenate([times, [np.nan]])  # one line for all, with gaps: a hundred items would be slow
        lines = np.concatenate([curves[:, ::step], np.full((len(curves), 1), np.nan)], axis=1)
        self._all.setData(np.tile(apart, len(curves)), lines.ravel())
        one = (
            curves[overlay.take_ids.index(chosen), ::step]
            if chosen in overlay.take_ids
            else np.full(len(times), np.nan)
        )
        self._one.setData(times, one)
        self._mean.setData(times, mean[::step])
        self.set_home((float(times[0]), float(times[-1])), y)
        self.paint_curves()

    def reading_at(self, x: float) -> str:
        """The mean at that time, and the chosen take."""
        overlay = self._overlay
        if overlay is None or not len(overlay.times_s):
            return ""
        nearest = int(np.abs(overlay.times_s - x).argmin())
        mean = curves_of(overlay, self._axis)[1][nearest]
        return "" if np.isnan(mean) else tr("{s:.2f} s: mean {g:+.2f} g", s=overlay.times_s[nearest], g=mean)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the take whose curve runs through the point."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self._overlay is not None and self._overlay.take_ids:
            point = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
            self._choose_at(point)

    def _choose_at(self, point: QPointF) -> None:
        overlay = self._overlay
        assert overlay is not None
        nearest = int(np.abs(overlay.times_s - point.x()).argmin())
        away = np.abs(curves_of(overlay, self._axis)[0][:, nearest] - point.y())
        if not np.isnan(away).all():
            self.take_chosen.emit(overlay.take_ids[int(np.nanargmin(away))])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go through the takes."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key, ids = Qt.Key(event.key()), self._overlay.take_ids if self._overlay is not None else ()
        if key in steps and ids and not self.zoomed:
            at = ids.index(self._chosen) + steps[key] if self._chosen in ids else 0
            self.take_chosen.emit(ids[at % len(ids)])
        else:
            super().keyPressEvent(event)


def common_range(overlays: list[Overlay], axis: int) -> Range:
    """One scale in g for all of them, so that strong and weak can be compared."""
    values = np.concatenate([np.zeros(0), *(curves_of(each, axis)[0].ravel() for each in overlays)])
    values = values[np.isfinite(values)]
    if not len(values):
        return -0.5, 0.5
    low, high = (float(edge) for edge in np.quantile(values, [_OUTSIDE, 1 - _OUTSIDE]))
    air = max(0.06 * (high - low), 0.05)
    return low - air, high + air


AXIS_CHOICES: Final = (*AXIS_NAMES, tr("together"))
