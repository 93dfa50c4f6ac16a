"""The same answer, bit for bit: one square for each window that came back from the board."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tinylab.text import tr
from tinylab.ui.theme import theme


class ParitySquares(QWidget):
    """Green for identical, red for different, grey for those still to come."""

    def __init__(self) -> None:
        super().__init__()
        self._results: tuple[bool, ...] = ()
        self._of = 0
        self.setFixedHeight(26)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_results(self, results: Sequence[bool], of: int) -> None:
        """Put the results so far in."""
        self._results, self._of = tuple(results), of
        same = sum(self._results)
        self.setAccessibleName(tr("{n} of {of} windows identical", n=same, of=of))
        self.update()

    def sizeHint(self) -> QSize:
        """Thirty-two squares in a row."""
        return QSize(32 * 16, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Squares from left to right, in the order of the windows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        count = max(self._of, 1)
        step = self.width() / count
        for number in range(count):
            colour = "line"
            if number < len(self._results):
                colour = "good" if self._results[number] else "error"
            painter.setBrush(theme.colour(colour))
            painter.drawRoundedRect(QRectF(number * step, 1, max(step - 4, 2), 22), 3, 3)
