"""The simulated motion of the virtual board: what it plays, and a pad to draw a motion on."""

from __future__ import annotations

import time
from collections.abc import Callable

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
        self.button = button(tr("A"), lambda: motion.press_button("A"), "", tr("Press the board's button A"))
        self.button.setAccessibleName(tr("Button A of the board"))
        buttons.addWidget(self.play, 2)
        buttons.addWidget(self.rest, 2)
        buttons.addWidget(self.button, 1)
        self.follows = QCheckBox(tr("Plays the label of each take"))
        self.follows.toggled.connect(motion.set_follows)
        self.doing = text_label("", "small", wrap=True)
        outer.addWidget(self.motions)
        outer.addLayout(buttons)
        outer.addWidget(self.follows)
        self.pad = MotionPad(motion) if with_pad else None
        self.drawn = QWidget()
        below = QHBoxLayout(self.drawn)
        below.setContentsMargins(0, 0, 0, 0)
        self.play_drawn = button(tr("Play what was drawn"), self._play_drawn)
        self.forget_drawn = button(tr("Forget it"), lambda: motion.forget_drawn(motion.label))
        below.addWidget(self.play_drawn, 2)
        below.addWidget(self.forget_drawn, 1)
        if self.pad is not None:
            outer.addWidget(self.pad)
            outer.addWidget(self.drawn)
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
        if self.pad is not None:
            self.pad.show_label(moves.label)
        self.drawn.setVisible(self.pad is not None and moves.label in moves.drawn)
        self.doing.setText(tr("It {doing}.", doing=one_line(moves.doing, 80)) if moves.doing else tr("It is at rest."))

    def _play_drawn(self) -> None:
        self._motion.play_label(self._motion.label, loop=True)

    def _play(self) -> None:
        label = self.motions.currentData()
        if label:
            self._motion.play_label(label, loop=True)


class MotionPad(QWidget):
    """Drag to draw a motion: the board follows the pointer, and repeats what was drawn once the button is let go."""

    def __init__(self, motion: Motion, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._motion, self._now = motion, now
        self._path: list[tuple[float, float, float]] = []  # seconds, x, y; the edge is at distance 1
        self.setFixedHeight(104)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip(tr("Hold the button and draw: the virtual board moves like the pointer, and then repeats it."))
        self.show_label(motion.label)
        theme.changed.connect(self.update)

    def show_label(self, label: str) -> None:
        """Say for which label a motion is drawn."""
        self._text = tr("draw a motion for “{label}”", label=one_line(label, 24))
        self.setAccessibleName(tr("Pad: drag to {what}", what=self._text))
        self.update()

    def sizeHint(self) -> QSize:
        """A flat field."""
        return QSize(220, 104)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The field, what is or was drawn, and where the board is tilted to."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        centre, radius = QPointF(self.width() / 2, self.height() / 2), self._radius()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        points = [centre + QPointF(x, y) * radius for _, x, y in self._path]
        if not points:
            painter.setPen(theme.colour("muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
            return
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawPolyline(points)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(points[-1], 5, 5)

    def _radius(self) -> float:
        return self.height() / 2 - 10

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw."""
        self._path = []
        self._add(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if event.buttons() and self._path:
            self._add(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """What was drawn is the motion."""
        if self._path:
            self._add(event)
            self._motion.draw(self._motion.label, self._path)

    def _add(self, event: QMouseEvent) -> None:
        offset = (event.position() - QPointF(self.width() / 2, self.height() / 2)) / self._radius()
        self._path.append((self._now(), offset.x(), offset.y()))
        self._motion.tilt(offset.x(), offset.y())
        self.update()
