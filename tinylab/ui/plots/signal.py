"""Plots in the theme's colours: axes with names and units, a reading under the pointer, zoom, and pictures to save."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from tinylab.text import tr
from tinylab.ui.theme import AXIS_STYLES, SMALL_PX, VALIDATION, font, theme

_NEVER = ((0.0, 0.0),)  # pyqtgraph would write an accuracy of 0.9 as 900, in thousandths
Numbers = npt.NDArray[np.floating[Any]]
AXIS_NAMES = ("x", "y", "z")


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot as every page shows it: subclasses add curves and say how a point is read out."""

    def __init__(self, x_name: str, x_unit: str, y_name: str, y_unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = (x_name, x_unit, y_name, y_unit)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAccessibleName(f"{y_name} {tr('over')} {x_name}")
        self._reading = pg.TextItem(anchor=(0, 1))
        self._reading.setZValue(20)
        self._reading.hide()
        self.addItem(self._reading, ignoreBounds=True)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.hide()
        self.addItem(self._cross, ignoreBounds=True)
        self.scene().sigMouseMoved.connect(self._moved)
        self._add_actions()
        theme.changed.connect(self.paint_theme)

    def _add_actions(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, work in (
            (tr("Show everything"), self.show_everything),
            (tr("Save picture …"), self._ask_for_picture),
        ):
            action = QAction(text, self)
            action.triggered.connect(lambda _checked=False, do=work: do())
            self.addAction(action)

    def sizeHint(self) -> QSize:
        """Modest: a plot takes the room that is left, and asks for none."""
        return QSize(320, 110)

    def show_everything(self) -> None:
        """Undo zooming and panning."""
        self.enableAutoRange()

    def paint_theme(self) -> None:
        """Take the theme's colours."""
        if self.plotItem is None:
            return  # closed, and only waiting to be forgotten
        t = theme.tokens
        self.setBackground(t.surface)
        x_name, x_unit, y_name, y_unit = self._names
        style = {"color": t.muted, "font-size": f"{SMALL_PX}px"}
        for side, name, unit in (("bottom", x_name, x_unit), ("left", y_name, y_unit)):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(t.line))
            axis.setTextPen(pg.mkPen(t.muted))
            axis.setTickFont(font(11))
            axis.setLabel(f"{name} ({unit})" if unit else name, siPrefixEnableRanges=_NEVER, **style)
        self.getAxis("left").setWidth(58)
        self.showGrid(x=False, y=True, alpha=0.18)
        self._cross.setPen(pg.mkPen(t.muted, style=Qt.PenStyle.DotLine))
        self._reading.setColor(QColor(t.text))
        self._reading.fill = pg.mkBrush(t.surface)
        self._reading.border = pg.mkPen(t.line)
        self.paint_curves()

    def paint_curves(self) -> None:
        """Colours and line styles of a subclass's curves; called again with every theme."""

    def reading_at(self, _x: float) -> str:
        """What stands under the pointer, in words; empty for nothing."""
        return ""

    def _moved(self, at: QPointF) -> None:
        box = self.getViewBox()
        inside = box.sceneBoundingRect().contains(at)
        point = box.mapSceneToView(at) if inside else None
        text = self.reading_at(point.x()) if point is not None else ""
        self._reading.setVisible(bool(text))
        self._cross.setVisible(bool(text))
        if text and point is not None:
            left, right = box.viewRange()[0]
            self._reading.setAnchor((1.05, 1) if point.x() > (left + right) / 2 else (-0.05, 1))
            self._reading.setText(text)
            self._reading.setPos(point.x(), point.y())
            self._cross.setPos(point.x())

    def leaveEvent(self, event: object) -> None:
        """The pointer has gone."""
        self._reading.hide()
        self._cross.hide()
        super().leaveEvent(event)

    def _ask_for_picture(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save picture"), "plot.png", tr("Pictures (*.png *.svg)"))
        if chosen:
            self.save_picture(Path(chosen))

    def save_picture(self, path: Path) -> None:
        """Write what is shown as PNG or SVG, by the file's ending."""
        if path.suffix.lower() != ".svg":
            self.grab().save(str(path))
            return
        canvas = QSvgGenerator()
        canvas.setFileName(str(path))
        canvas.setSize(self.size())
        canvas.setViewBox(self.rect())
        canvas.setTitle(self.accessibleName())
        painter = QPainter(canvas)
        self.render(painter)
        painter.end()


class SignalPlot(Plot):
    """Three axes of acceleration over time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("time"), "s", tr("acceleration"), "g", parent)
        self._curves = [self.plot([], [], name=name) for name in AXIS_NAMES]
        self._region = pg.LinearRegionItem(movable=False)
        self._region.setZValue(-10)
        self._region.hide()
        self.addItem(self._region, ignoreBounds=True)
        self._times: Numbers = np.empty(0)
        self._values: Numbers = np.empty((0, 3))
        self.setMouseEnabled(x=True, y=False)
        self.paint_theme()

    def paint_curves(self) -> None:
        """Axes keep their colours and line styles."""
        for curve, colour, style in zip(self._curves, theme.tokens.axes, AXIS_STYLES, strict=True):
            curve.setPen(pg.mkPen(colour, width=1.5, style=style))

    def show_signal(self, times: Numbers, signal_g: Numbers) -> None:
        """Draw a signal in g, shape (samples, 3), over its times in s."""
        self._times, self._values = times, signal_g
        for axis, curve in enumerate(self._curves):
            curve.setData(times, signal_g[:, axis])

    def show_live(self, counts: npt.NDArray[np.int16], g_per_count: float, rate_hz: float, shown_s: float) -> None:
        """Draw the newest raw counts, the last one at 0 s, on an axis that reaches back `shown_s`."""
        times = (np.arange(len(counts)) - len(counts) + 1) / rate_hz
        self.show_signal(times, counts * g_per_count)
        self.setXRange(-shown_s, 0, padding=0)

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
        text = ", ".join(f"{name} {value:+.2f}" for name, value in zip(AXIS_NAMES, self._values[nearest], strict=True))
        return f"{self._times[nearest]:.2f} s: {text} g"


class EpochPlot(Plot):
    """A figure of training and of validation over epochs."""

    def __init__(self, y_name: str, *, words_at: float = 0.94) -> None:
        super().__init__(tr("epoch"), "", y_name, "")
        self._training = self.plot([], [])
        self._validation = self.plot([], [])
        self._best = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts={"position": words_at})
        self._best.hide()
        self.addItem(self._best, ignoreBounds=True)
        self._data: tuple[Sequence[int], Sequence[float], Sequence[float]] = ((), (), ())
        self.paint_theme()

    def paint_curves(self) -> None:
        """Training solid, validation dashed."""
        t = theme.tokens
        self._training.setPen(pg.mkPen(t.accent, width=2))
        self._validation.setPen(pg.mkPen(VALIDATION, width=2, style=Qt.PenStyle.DashLine))
        self._best.setPen(pg.mkPen(t.muted, style=Qt.PenStyle.DashLine))
        self._best.label.setColor(QColor(t.muted))

    def show_epochs(
        self,
        numbers: Sequence[int],
        training: Sequence[float],
        validation: Sequence[float],
        best: int = 0,
        at_most: int = 0,
    ) -> None:
        """Draw the epochs so far; `best` is marked, and the axis reaches to `at_most` where that is given."""
        self._data = (numbers, training, validation)
        marks = {"symbol": "o", "symbolSize": 5} if len(numbers) == 1 else {"symbol": None}
        self._training.setData(numbers, training, **marks)
        self._validation.setData(numbers, validation, **marks)
        self._best.setVisible(best > 0)
        if best:
            side = 1.0 if best > 0.5 * max(at_most, numbers[-1]) else 0.0  # the words stay inside the plot
            self._best.label.anchors = [(side, 0.5), (side, 0.5)]
            self._best.setPos(best)
            self._best.label.setFormat(tr("best: epoch {n}", n=best))
        if at_most:
            self.setXRange(0, max(at_most, 2), padding=0.02)

    def reading_at(self, x: float) -> str:
        """The epoch nearest."""
        numbers, training, validation = self._data
        if not numbers:
            return ""
        i = int(np.abs(np.asarray(numbers) - x).argmin())
        return tr("epoch {n}: training {t:.3f}, validation {v:.3f}", n=numbers[i], t=training[i], v=validation[i])
