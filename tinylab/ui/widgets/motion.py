"""The simulated motion of the virtual board: what it plays, and a pad under the mouse to tilt it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.board.motion import Motion


class MotionPanel(QWidget):
    """Shown while a virtual board is connected; hidden with a real one, for that is in the user's own moves."""

    def __init__(self, motion: Motion, *, with_pad: bool = True) -> None:
        super().__init__()
        self._motion = motion
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.setSpacing(6)
        outer.addWidget(text_label(tr("Simulated motion"), "head"))
        self.motions = QComboBox()
        self.motions.setAccessibleName(tr("What the virtual board plays"))
        buttons = QHBoxLayout()
        self.play = button(tr("Play"), self._play)
        self.rest = button(tr("At rest"), motion.come_to_rest)
        buttons.addWidget(self.play, 1)
        buttons.addWidget(self.rest, 1)
        self.follows = QCheckBox(tr("Plays the label of each take"))
        self.follows.toggled.connect(motion.set_follows)
        self.doing = text_label("", "small", wrap=True)
        outer.addWidget(self.motions)
        outer.addLayout(buttons)
        outer.addWidget(self.follows)
        if with_pad:
            outer.addWidget(TiltPad(motion))
        outer.addWidget(self.doing)

    def refresh(self) -> None:
        """Draw everything."""
        moves = self._motion
        self.setVisible(moves.there)
        motions = moves.motions
        if [self.motions.itemData(i) for i in range(self.motions.count())] != list(motions):
            self.motions.clear()
            for name in motions:
                self.motions.addItem(one_line(name, 28), name)
        self.follows.setChecked(moves.follows)
        self.doing.setText(tr("It {doing}.", doing=one_line(moves.doing, 80)) if moves.doing else tr("It is at rest."))

    def _play(self) -> None:
        label = self.motions.currentData()
        if label:
            self._motion.play_label(label, loop=True)


class TiltPad(QWidget):
    """Drag to tilt the board: gravity follows the pointer."""

    def __init__(self, motion: Motion) -> None:
        super().__init__()
        self._motion = motion
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
        """A circle, and where gravity points."""
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
        self._motion.tilt(self._at.x(), -self._at.y(), z)
        self.update()
