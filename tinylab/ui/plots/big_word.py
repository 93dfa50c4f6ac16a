"""One word as large as its card lets it be."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tinylab.ui.contrast import readable
from tinylab.ui.theme import font, theme

_MOST_PX, _LEAST_PX = 72, 15
_MARGIN = 8


class BigWord(QWidget):
    """A word in the middle, in a colour; the font follows the space."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._text = name, ""
        self._colour: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_word("–", None)
        theme.changed.connect(self.update)

    def text(self) -> str:
        """The word that is shown."""
        return self._text

    def show_word(self, text: str, colour: QColor | None) -> None:
        """Show a word in a colour; None: in grey, for what is not known."""
        if (text, colour) != (self._text, self._colour):
            self._text, self._colour = text, colour
            self.setAccessibleName(f"{self._name}: {text}")
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as a card's half, one line high."""
        return QSize(280, 96)

    def minimumSizeHint(self) -> QSize:
        """Small enough for the smallest window."""
        return QSize(120, 44)

    def pixels(self) -> int:
        """The font's height that lets the word fill the space."""
        at_most = QFontMetricsF(font(_MOST_PX))
        wide = max(at_most.horizontalAdvance(self._text), 1.0)
        share = min((self.width() - 2 * _MARGIN) / wide, (self.height() - _MARGIN) / at_most.height(), 1.0)
        return max(_LEAST_PX, int(_MOST_PX * share))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        made = font(self.pixels())
        made.setBold(True)
        painter.setFont(made)
        painter.setPen(theme.colour("muted") if self._colour is None else readable(self._colour))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
