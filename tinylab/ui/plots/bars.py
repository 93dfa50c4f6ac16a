"""Probabilities as bars in the classes' colours, and decisions over time as a strip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour, font, theme

_ROW = 30
_NAME = 150


class ProbabilityBars(QWidget):
    """One bar for each class."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._colours: tuple[int, ...] = ()
        self._values: npt.NDArray[np.float64] = np.empty(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(tr("Probability of each class"))
        theme.changed.connect(self.update)

    def show_values(self, labels: Sequence[str], colours: Sequence[int], values: npt.NDArray[np.float64]) -> None:
        """Put the figures in, 0 to 1."""
        if len(labels) != len(self._labels):
            self.updateGeometry()
        self._labels, self._colours, self._values = tuple(labels), tuple(colours), values
        self.update()

    def sizeHint(self) -> QSize:
        """A row for each class."""
        return QSize(320, max(len(self._labels), 3) * _ROW)

    def minimumSizeHint(self) -> QSize:
        """Rows may be tighter, not cut off."""
        return QSize(260, max(len(self._labels), 3) * 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, bar, percent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(13))
        rows = max(len(self._labels), 1)
        height = min(self.height() / rows, _ROW + 10)
        room = self.width() - _NAME - 64
        for i, (name, value) in enumerate(zip(self._labels, self._values, strict=False)):
            middle = i * height + height / 2
            painter.setPen(theme.colour("text"))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, middle - 10, _NAME - 8, 20), left, one_line(name, 19))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRoundedRect(QRectF(_NAME, middle - 5, room, 10), 5, 5)
            painter.setBrush(class_colour(self._colours[i]))
            painter.drawRoundedRect(QRectF(_NAME, middle - 5, max(room * float(value), 3), 10), 5, 5)
            painter.setPen(theme.colour("muted"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(self.width() - 60, middle - 10, 58, 20), right, f"{value * 100:.0f} %")


class DecisionStrip(QWidget):
    """The last decisions, the newest at the right; what the board was not sure of stays grey."""

    def __init__(self) -> None:
        super().__init__()
        self._colours: tuple[int, ...] = ()
        self.setFixedHeight(22)
        self.setAccessibleName(tr("The last decisions"))
        theme.changed.connect(self.update)

    def show_decisions(self, colours: Sequence[int]) -> None:
        """Class numbers, -1 where the board was not sure."""
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
