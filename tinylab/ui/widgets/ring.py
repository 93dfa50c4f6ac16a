"""A large ring over the signal: counts down, says GO, and shows how much of the take is there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tinylab.ui.theme import font, theme

_LARGEST, _SMALLEST = 148, 72  # px


@dataclass(frozen=True, slots=True)
class RingState:
    """What a ring shows."""

    text: str  # large, in the middle
    below: str = ""  # small
    share: float = 0.0  # of the ring that is drawn full, 0…1
    colour: QColor | None = None  # of the class; the accent where there is none


class CountdownRing(QWidget):
    """Stands over the middle of `over` and lets every click through."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.state: RingState | None = None
        over.installEventFilter(self)
        self.hide()

    def show_state(self, state: RingState | None) -> None:
        """Draw this, or nothing; a screen reader hears what changed."""
        if state == self.state:
            return
        if state is not None and (self.state is None or state.text != self.state.text):
            self.setAccessibleName(f"{state.text} {state.below}".strip())
        self.state = state
        self.setVisible(state is not None)
        if state is not None:
            self._place()
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._place()
        return False

    def _place(self) -> None:
        over = self.parentWidget()
        if over is None:
            return
        side = max(_SMALLEST, min(_LARGEST, over.height() - 20))
        self.setGeometry((over.width() - side) // 2, (over.height() - side) // 2, side, side)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A disc of the surface, the ring, and the texts in it."""
        state = self.state
        if state is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.colour("surface")
        ground.setAlpha(235)
        side, width = self.width(), max(6, self.width() // 14)
        disc = QRectF(width / 2, width / 2, side - width, side - width)
        painter.setBrush(ground)
        painter.setPen(QPen(theme.colour("line"), width))
        painter.drawEllipse(disc)
        colour = state.colour or theme.colour("accent")
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(disc, 90 * 16, -round(min(max(state.share, 0.0), 1.0) * 360 * 16))
        self._write(painter, state, QPointF(side / 2, side / 2), side - 3 * width)

    def _write(self, painter: QPainter, state: RingState, centre: QPointF, room: int) -> None:
        painter.setPen(theme.colour("text"))
        large = font(max(16, self.width() // 4), QFont.Weight.Bold)
        while QFontMetrics(large).horizontalAdvance(state.text) > room and large.pixelSize() > 12:
            large.setPixelSize(large.pixelSize() - 1)
        lift = self.width() * (0.07 if state.below else 0.0)
        painter.setFont(large)
        box = QRectF(0, centre.y() - self.width() / 4 - lift, self.width(), self.width() / 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, state.text)
        painter.setPen(theme.colour("muted"))
        painter.setFont(font(11 if self.width() < 110 else 12))
        below = QRectF(0, centre.y() + self.width() * 0.1, self.width(), self.width() * 0.2)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, state.below)
