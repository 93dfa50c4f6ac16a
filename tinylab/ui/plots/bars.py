"""Probabilities as bars in the classes' colours with a threshold to drag, and decisions over time as a strip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour, font, theme

_ROW, _LEAST_ROW = 30, 18
_LEAST_NAME = 64
_PERCENT = 46
_HEIGHT = 240  # that all rows together would like; many classes are drawn closer
_STEP, _LARGE_STEP = 0.01, 0.1
_MOST = 0.99  # of a threshold
_KEYS = {
    Qt.Key.Key_Left: -_STEP,
    Qt.Key.Key_Right: _STEP,
    Qt.Key.Key_PageDown: -_LARGE_STEP,
    Qt.Key.Key_PageUp: _LARGE_STEP,
    Qt.Key.Key_Home: -1.0,
    Qt.Key.Key_End: 1.0,
}


class ProbabilityBars(QWidget):
    """One bar for each class, and where there are thresholds a handle on each.

    A handle is dragged by the mouse, or moved by the keys: up and down choose a bar, left and right move its handle.
    """

    moved = Signal(int, float)  # a class's number and its new threshold, while the handle moves
    settled = Signal()  # the handle was let go, or a key was pressed

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._colours: tuple[int, ...] = ()
        self._values: npt.NDArray[np.float64] = np.empty(0)
        self._thresholds: tuple[float, ...] = ()
        self._name_width = float(_LEAST_NAME)
        self._current = 0  # the bar that the keys move
        self._dragged = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._say_name()
        theme.changed.connect(self.update)

    def show_values(self, labels: Sequence[str], colours: Sequence[int], values: npt.NDArray[np.float64]) -> None:
        """Put the figures in, 0 to 1."""
        if len(labels) != len(self._labels):
            self.updateGeometry()
        self._labels, self._colours, self._values = tuple(labels), tuple(colours), values
        self._current = min(self._current, max(0, len(labels) - 1))
        metrics = QFontMetricsF(font(13))
        self._name_width = max((metrics.horizontalAdvance(one_line(name)) for name in labels), default=0.0) + 14
        self.update()

    def show_thresholds(self, thresholds: Sequence[float]) -> None:
        """Put the handles there, one for each class; none where nothing can be moved. A handle in the hand stays."""
        if self._dragged >= 0 or tuple(thresholds) == self._thresholds:
            return
        self._thresholds = tuple(thresholds)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if thresholds else Qt.FocusPolicy.NoFocus)
        self.setToolTip(tr("Drag a handle: below it the board says “unknown”.") if thresholds else "")
        self._say_name()
        self.update()

    def threshold(self, number: int) -> float:
        """Where the handle of a class is drawn."""
        return self._thresholds[number]

    def sizeHint(self) -> QSize:
        """A row for each class."""
        rows = max(len(self._labels), 3)
        return QSize(320, rows * max(_LEAST_ROW, min(_ROW, _HEIGHT // rows)))

    def minimumSizeHint(self) -> QSize:
        """Rows may be tighter, not cut off."""
        return QSize(220, max(len(self._labels), 3) * _LEAST_ROW)

    # --- where things are ---------------------------------------------------------------------------------

    def _row_height(self) -> float:
        return min(self.height() / max(len(self._labels), 1), _ROW + 10)

    def bar_area(self, number: int) -> QRectF:
        """Where the bar of a class lies: its left edge is 0, its right one 1."""
        name = min(self._name_width, max(_LEAST_NAME, self.width() * 0.38))
        height = self._row_height()
        thick = min(12.0, height * 0.45)
        middle = number * height + height / 2
        return QRectF(name, middle - thick / 2, max(self.width() - name - _PERCENT - 8, 20), thick)

    def handle(self, number: int) -> QPointF:
        """The middle of a class's handle."""
        area = self.bar_area(number)
        return QPointF(area.left() + area.width() * self._thresholds[number], area.center().y())

    # --- drawing ------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, bar, handle, percent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(13 if self._row_height() >= 20 else 11))
        for number in range(min(len(self._labels), len(self._values))):
            self._paint_row(painter, number)

    def _paint_row(self, painter: QPainter, number: int) -> None:
        area, height, value = self.bar_area(number), self._row_height(), float(self._values[number])
        top, radius = area.center().y() - height / 2, area.height() / 2
        focused = self.hasFocus() and number == self._current and bool(self._thresholds)
        painter.setPen(theme.colour("accent" if focused else "text"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        room = QRectF(0, top, area.left() - 8, height)
        name = painter.fontMetrics().elidedText(
            one_line(self._labels[number]), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, left, name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(area, radius, radius)
        painter.setBrush(class_colour(self._colours[number]))
        painter.drawRoundedRect(
            QRectF(area.left(), area.top(), max(area.width() * value, 3), area.height()), radius, radius
        )
        painter.setPen(theme.colour("muted"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.width() - _PERCENT, top, _PERCENT, height), right, f"{value * 100:.0f} %")
        if self._thresholds and number < len(self._thresholds):
            self._paint_handle(painter, number, theme.colour("accent" if focused else "text"))

    def _paint_handle(self, painter: QPainter, number: int, colour: QColor) -> None:
        at, reach = self.handle(number), min(9.0, self._row_height() * 0.38)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(at.x(), at.y() - reach), QPointF(at.x(), at.y() + reach))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        top = at.y() - reach
        painter.drawPolygon(QPolygonF([QPointF(at.x() - 4, top), QPointF(at.x() + 4, top), QPointF(at.x(), top + 5)]))

    # --- mouse and keys -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle of the row that was pressed."""
        row = int(event.position().y() // max(self._row_height(), 1))
        if 0 <= row < len(self._thresholds):
            self._dragged = self._current = row
            self._move_to(row, event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The handle follows the pointer."""
        if self._dragged >= 0:
            self._move_to(self._dragged, event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let the handle go."""
        if self._dragged >= 0:
            self._dragged = -1
            self.settled.emit()

    def _move_to(self, number: int, x: float) -> None:
        area = self.bar_area(number)
        self._set(number, (x - area.left()) / area.width())

    def _set(self, number: int, threshold: float) -> None:
        value = round(min(max(threshold, 0.0), _MOST), 2)
        changed = list(self._thresholds)
        changed[number] = value
        self._thresholds = tuple(changed)
        self._say_name()
        self.update()
        self.moved.emit(number, value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose a bar; left, right, page keys, Home and End move its handle."""
        key = Qt.Key(event.key())
        if self._thresholds and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._current = min(max(self._current + step, 0), len(self._thresholds) - 1)
            self._say_name()
            self.update()
        elif self._thresholds and key in _KEYS:
            self._set(self._current, self._thresholds[self._current] + _KEYS[key])
            self.settled.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which bar the keys move."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they move none."""
        super().focusOutEvent(event)
        self.update()

    def _say_name(self) -> None:
        """What a screen reader says."""
        name = tr("Probability of each class")
        if self._current < min(len(self._thresholds), len(self._labels)):
            name = tr(
                "Threshold of {label}: {percent:.0f} %",
                label=self._labels[self._current],
                percent=self._thresholds[self._current] * 100,
            )
        self.setAccessibleName(name)


class DecisionStrip(QWidget):
    """The last decisions, the newest at the right; what is unknown stays grey."""

    def __init__(self) -> None:
        super().__init__()
        self._colours: tuple[int, ...] = ()
        self.setFixedHeight(22)
        self.setAccessibleName(tr("The last decisions"))
        theme.changed.connect(self.update)

    def show_decisions(self, colours: Sequence[int]) -> None:
        """Class numbers, -1 where the decision is unknown."""
        if tuple(colours) != self._colours:
            self._colours = tuple(colours)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Small squares."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = 16
        fit = self.width() // step
        shown = self._colours[-fit:] if fit > 0 else ()
        for i in range(fit):
            number = i - (fit - len(shown))
            known = number >= 0 and shown[number] >= 0
            painter.setBrush(class_colour(shown[number]) if known else theme.colour("line"))
            painter.drawRoundedRect(QRectF(i * step, 4, step - 4, 12), 3, 3)
