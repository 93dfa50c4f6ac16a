"""The motion level under the live signal, with the trigger that starts a take: it is dragged where it should be."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tinylab.dsp.motion_level import HIGHEST_G, LOWEST_G
from tinylab.text import tr
from tinylab.ui.plots.plot import Plot
from tinylab.ui.plots.signal import Numbers
from tinylab.ui.plots.thinning import samples_a_column, thinned
from tinylab.ui.theme import theme

_LEAST_SHOWN_G = 0.3
_STEP = 1.15  # one key


class LevelLane(Plot):
    """The level over time, on the time axis of the signal above it."""

    dragged = Signal(float)  # the trigger, in g

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("time"), "s", tr("motion"), "g", parent)
        self._times: Numbers = np.empty(0)
        self._levels: Numbers = np.empty(0)
        self._top = _LEAST_SHOWN_G
        self._curve = self.plot([], [])
        self.trigger = pg.InfiniteLine(
            0.2, angle=0, movable=True, bounds=(LOWEST_G, HIGHEST_G), label="{value:.2f} g",
            labelOpts={"position": 0.0, "movable": False, "anchors": [(0, 0.5), (0, 0.5)]},
        )  # fmt: skip
        self.trigger.sigPositionChangeFinished.connect(lambda: self.dragged.emit(float(self.trigger.value())))
        self.addItem(self.trigger, ignoreBounds=True)
        self.setAccessibleName(tr("Motion level; arrow keys move the trigger"))
        self.getAxis("bottom").setStyle(showValues=False)
        self.getAxis("bottom").setHeight(6)
        self.getAxis("bottom").showLabel(False)
        self.paint_theme()

    def sizeHint(self) -> QSize:
        """A narrow lane."""
        return QSize(320, 60)

    def paint_curves(self) -> None:
        """The level is quiet, the trigger is not."""
        t = theme.tokens
        self._curve.setPen(pg.mkPen(t.muted, width=1))
        self.trigger.setPen(pg.mkPen(t.caution, width=1.5, style=Qt.PenStyle.DashLine))
        self.trigger.setHoverPen(pg.mkPen(t.caution, width=3))
        self.trigger.label.setColor(t.caution)
        self.trigger.label.fill = pg.mkBrush(t.caution_soft)
        self.getAxis("bottom").showLabel(False)

    def show_level(self, times: Numbers, levels: Numbers, threshold_g: float, shown_s: float) -> None:
        """Draw levels over their times, the newest at 0 s, and the trigger where it is, unless it is being dragged."""
        self._times, self._levels = times, levels
        self._curve.setData(*self._columns(times, levels, shown_s))
        if not self.trigger.moving and abs(self.trigger.value() - threshold_g) > 1e-9:
            self.trigger.setValue(threshold_g)
        most = max(float(levels.max()) if len(levels) else 0.0, self.trigger.value() * 1.4, _LEAST_SHOWN_G)
        self._top = most if most > self._top or most < self._top / 2 else self._top
        self.set_home((-shown_s, 0.0), (0.0, self._top * 1.05))

    def _columns(self, times: Numbers, levels: Numbers, shown_s: float) -> tuple[Numbers, Numbers]:
        """No more points than the screen has columns for."""
        rate_hz = len(times) / shown_s
        step = samples_a_column(shown_s, rate_hz, int(self.getViewBox().width()))
        shown_times, shown, _ = thinned(times, levels[:, None], (), step, 0)
        return shown_times, shown[:, 0]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move the trigger."""
        factor = {Qt.Key.Key_Up: _STEP, Qt.Key.Key_Down: 1 / _STEP}.get(Qt.Key(event.key()))
        if factor is None:
            super().keyPressEvent(event)
            return
        self.trigger.setValue(self.trigger.value() * factor)
        self.dragged.emit(float(self.trigger.value()))

    def reading_at(self, x: float) -> str:
        """The level nearest in time."""
        if not len(self._times):
            return ""
        nearest = int(np.abs(self._times - x).argmin())
        return tr("{time:.2f} s: {level:.3f} g", time=self._times[nearest], level=self._levels[nearest])
