"""Small pictures of takes, drawn when they are first seen: a project of thousands opens without reading a sample."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from tinylab.data.recording import Header, Recording
from tinylab.data.verdict import Grade, Verdict, judge
from tinylab.errors import TinyLabError
from tinylab.ui.theme import AXIS_STYLES, theme

SIZE = QSize(92, 40)
_POINTS = 90
_KEPT = 1500  # pictures; more than any screen shows
_A_TURN = 6  # pictures drawn before the window is let on with other work
GRADE_TONES = {Grade.GOOD: "good", Grade.REMARKS: "caution", Grade.AGAIN: "error"}
_RATIO = 2.0


class TakePictures(QObject):
    """Draws pictures a few at a time; `ready` says whose."""

    ready = Signal(int)  # id of a take

    def __init__(self, read: Callable[[int], Recording], verdict_of: Callable[[Header], Verdict] = judge) -> None:
        super().__init__()
        self._read, self.verdict_of = read, verdict_of
        self._pictures: OrderedDict[tuple[Header, Grade, bool], QIcon] = OrderedDict()
        self._unreadable: dict[Header, str] = {}
        self._wanted: OrderedDict[int, Header] = OrderedDict()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw_some)

    def icon(self, take: Header) -> QIcon:
        """The picture, or an empty one until it is drawn; what is asked for last is drawn first."""
        grade = self.verdict_of(take).grade
        found = self._pictures.get((take, grade, theme.tokens.dark))
        if found is not None:
            return found
        self._wanted[take.id] = take
        self._wanted.move_to_end(take.id)
        if not self._timer.isActive():
            self._timer.start(0)
        return QIcon(_blank(grade))

    def problem(self, take: Header) -> str:
        """Why a take's samples cannot be read, as a sentence; empty where they can, or nobody has looked yet."""
        return self._unreadable.get(take, "")

    @property
    def waiting(self) -> int:
        """How many pictures are still to be drawn."""
        return len(self._wanted)

    def forget(self) -> None:
        """Another project is shown: none of these takes are meant any more."""
        self._pictures.clear()
        self._unreadable.clear()
        self._wanted.clear()

    def _draw_some(self) -> None:
        for _ in range(min(_A_TURN, len(self._wanted))):
            _, take = self._wanted.popitem(last=True)
            grade = self.verdict_of(take).grade
            try:
                picture = thumbnail(self._read(take.id), grade)
            except TinyLabError as error:
                self._unreadable[take] = error.message
                picture = _crossed_out()
            self._pictures[take, grade, theme.tokens.dark] = QIcon(picture)
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
            self.ready.emit(take.id)
        if self._wanted:
            self._timer.start(0)


def _canvas() -> QPixmap:
    picture = QPixmap(SIZE * _RATIO)
    picture.setDevicePixelRatio(_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _crossed_out() -> QPixmap:
    """The picture of a take that cannot be read."""
    picture = _canvas()
    painter = QPainter(picture)
    painter.setPen(QPen(theme.colour("error"), 1.5))
    painter.drawLine(8, 8, SIZE.width() - 14, SIZE.height() - 8)
    painter.drawLine(8, SIZE.height() - 8, SIZE.width() - 14, 8)
    _draw_dot(painter, "error")
    painter.end()
    return picture


def _blank(grade: Grade) -> QPixmap:
    picture = _canvas()
    painter = QPainter(picture)
    _draw_dot(painter, GRADE_TONES[grade])
    painter.end()
    return picture


def thumbnail(recording: Recording, grade: Grade) -> QPixmap:
    """A take as a small picture; a dot in its corner says what it is worth."""
    picture = _canvas()
    step = max(1, len(recording.counts) // _POINTS)
    signal = recording.counts[::step].astype(np.float64) * recording.header.g_per_count
    low, high = float(signal.min()), float(signal.max())
    spread = max(high - low, 0.5)
    across = np.linspace(3, SIZE.width() - 3, len(signal))
    up = SIZE.height() - 5 - (signal - low) / spread * (SIZE.height() - 10)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for axis, colour in enumerate(theme.tokens.axes):
        painter.setPen(QPen(QColor(colour), 1, AXIS_STYLES[axis]))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across, up[:, axis], strict=True)]))
    _draw_dot(painter, GRADE_TONES[grade])
    painter.end()
    return picture


def _draw_dot(painter: QPainter, tone: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(tone))
    painter.drawEllipse(SIZE.width() - 10, 4, 6, 6)
