"""The virtual board's hand: what it does, and a pad under the mouse to tilt the board."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from tinylab.ui.formats import one_line, tr
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.session import Session


class MotionPanel(QWidget):
    """Shown while a virtual board is connected; hidden with a real one, for that is in the user's own hand."""

    def __init__(self, session: Session, *, with_pad: bool = True) -> None:
        super().__init__()
        self._session = session
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.setSpacing(6)
        outer.addWidget(text_label(tr("Virtual hand"), "head"))
        self.motions = QComboBox()
        self.motions.setAccessibleName(tr("What the hand performs"))
        buttons = QHBoxLayout()
        self.perform = button(tr("Perform"), self._perform)
        self.rest = button(tr("Rest"), session.motion.rest)
        buttons.addWidget(self.perform, 1)
        buttons.addWidget(self.rest, 1)
        self.follows = QCheckBox(tr("Performs the label of each take"))
        self.follows.toggled.connect(session.motion.set_follows)
        self.doing = text_label("", "small", wrap=True)
        outer.addWidget(self.motions)
        outer.addLayout(buttons)
        outer.addWidget(self.follows)
        if with_pad:
            outer.addWidget(TiltPad(session))
        outer.addWidget(self.doing)

    def refresh(self) -> None:
        """Draw everything."""
        hand = self._session.motion
        self.setVisible(hand.there)
        motions = hand.motions
        if [self.motions.itemData(i) for i in range(self.motions.count())] != list(motions):
            self.motions.clear()
            for motion in motions:
                self.motions.addItem(one_line(motion, 28), motion)
        self.follows.setChecked(hand.follows)
        self.doing.setText(tr("It {doing}.").format(doing=one_line(hand.doing, 80)) if hand.doing else tr("It rests."))

    def _perform(self) -> None:
        motion = self.motions.currentData()
        if motion:
            self._session.motion.perform(motion, loop=True)


class TiltPad(QWidget):
    """Drag to tilt the board: gravity follows the pointer."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._at = QPointF(0, 0)
        self.setFixedHeight(88)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Pad: drag to tilt the virtual board"))
        self.setToolTip(tr("Drag to tilt the virtual board"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(220, 88)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A circle, and where the hand holds the board."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        centre, radius = QPointF(self.width() / 2, self.height() / 2), self._radius()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(centre + self._at * radius, 6, 6)

    def _radius(self) -> float:
        return self.height() / 2 - 10

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tilt."""
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tilt: the pointer's distance from the middle is how far."""
        if not event.buttons():
            return
        offset = (event.position() - QPointF(self.width() / 2, self.height() / 2)) / self._radius()
        length = math.hypot(offset.x(), offset.y())
        self._at = offset / max(length, 1.0)
        z = math.sqrt(max(0.0, 1 - self._at.x() ** 2 - self._at.y() ** 2))
        self._session.motion.tilt(self._at.x(), -self._at.y(), z)
        self.update()
