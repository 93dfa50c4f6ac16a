"""The confusion matrix: truth in rows, answers in columns, every cell a button."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tinylab.text import tr
from tinylab.ui.contrast import ink_on
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour, font, theme
from tinylab.ui.widgets.plain_tips import show_tip

_SMALLEST_CELL, _LARGEST_CELL = 24, 76
_CELL_FOR_TWO = 34  # pixels of a cell that has room for a second number
_MOST_FOR_TWO = 9  # classes whose cells can be that large in the smallest window
_HEADING = tr("truth ↓   answer →")
_SLANT_DEGREES = 36
_LONGEST_NAME = 190  # pixels; longer ones are cut, and the tip has them whole
_BESIDE_NAME = 30  # its colour's square and the air around it


class ConfusionMatrix(QWidget):
    """Emits `chosen(truth, answer)` when a cell is clicked or reached with the arrow keys."""

    chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._colours: tuple[int, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._beside: dict[tuple[int, int], float] = {}  # of another run: share of a row, by cell
        self._beside_name = ""
        self._selected: tuple[int, int] | None = None
        self._names: tuple[str, ...] = ()  # as they fit
        self._left, self._top, self._right = 132.0, 76.0, 40.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Confusion matrix: truth in rows, answers in columns"))
        theme.changed.connect(self.update)

    def show_counts(self, labels: Sequence[str], colours: Sequence[int], counts: Sequence[Sequence[int]]) -> None:
        """Put the figures in; `colours` are the classes' numbers on every page."""
        self._labels, self._colours = tuple(labels), tuple(colours)
        self._counts = tuple(tuple(row) for row in counts)
        self._selected = None
        self._measure_names()
        self.updateGeometry()
        self.update()

    def put_beside(self, name: str, counts: Mapping[tuple[str, str], int]) -> None:
        """Another run's figures by (truth, answer), called `name`; none: there is no other.

        Each cell then says how many points of its row's share the current run has more. Classes that the other run
        does not have stay without.
        """
        rows: dict[str, int] = {}
        for (truth, _), count in counts.items():
            rows[truth] = rows.get(truth, 0) + count
        places = {label: place for place, label in enumerate(self._labels)}
        self._beside_name = name
        self._beside = {
            (places[truth], places[answer]): count / rows[truth]
            for (truth, answer), count in counts.items()
            if truth in places and answer in places and rows[truth]
        }
        self.updateGeometry()
        self.update()

    @property
    def has_room_for_two(self) -> bool:
        """Whether each cell shows a second number, where there is one; else only the tip says it."""
        return len(self._labels) <= _MOST_FOR_TWO

    @property
    def _smallest(self) -> int:
        return _CELL_FOR_TWO if self._beside and self.has_room_for_two else _SMALLEST_CELL

    def _share(self, row: int, column: int) -> float:
        return self._counts[row][column] / max(sum(self._counts[row]), 1)

    def points_more(self, row: int, column: int) -> int | None:
        """Points of its row's share that a cell has more than the other run's; None where there is none."""
        other = self._beside.get((row, column))
        return None if other is None else round(100 * self._share(row, column)) - round(100 * other)

    def numbers(self) -> tuple[list[str], list[list[float | str]]]:
        """(names, columns) as a table: a row for each truth, a column for each answer."""
        answers: list[list[float | str]] = [[*column] for column in zip(*self._counts, strict=True)]
        return [tr("truth"), *self._labels], [[*self._labels], *answers]

    def select(self, cell: tuple[int, int] | None) -> None:
        """Mark a cell."""
        self._selected = cell
        self.update()

    def _measure_names(self) -> None:
        """Give the names the room they need: at the left as they are, above slanted."""
        metrics = QFontMetricsF(font(12))
        flat = [one_line(name, 60) for name in self._labels]
        self._names = tuple(metrics.elidedText(name, Qt.TextElideMode.ElideRight, _LONGEST_NAME) for name in flat)
        heading = metrics.horizontalAdvance(_HEADING) + 12
        longest = max((metrics.horizontalAdvance(name) for name in self._names), default=60.0)
        slant = math.radians(_SLANT_DEGREES)
        self._left = max(longest + _BESIDE_NAME, heading)
        self._top = max(longest * math.sin(slant) + 22, 44.0)
        self._right = longest * math.cos(slant) + 4

    def sizeHint(self) -> QSize:
        """No more than it needs; the cells grow with the room there is."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Room for readable cells."""
        cells = max(len(self._labels), 3)
        names = self._left + max(0.0, self._right - self._smallest / 2)
        return QSize(round(names) + cells * self._smallest, round(self._top) + cells * self._smallest + 4)

    def _cell(self) -> float:
        cells = max(len(self._labels), 1)
        beside = self._left + max(0.0, self._right - self._smallest / 2)
        room = min((self.width() - beside) / cells, (self.height() - self._top - 4) / cells)
        return float(min(max(room, self._smallest), _LARGEST_CELL))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Names, then cells: the fuller a cell's share of its row, the stronger its colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = self._cell()
        self._paint_names(painter, cell)
        for row, counts in enumerate(self._counts):
            for column, count in enumerate(counts):
                self._paint_cell(painter, row, column, count, self._share(row, column))

    def _paint_names(self, painter: QPainter, cell: float) -> None:
        painter.setFont(font(12))
        muted, text = theme.colour("muted"), theme.colour("text")
        painter.setPen(muted)
        painter.drawText(QRectF(0, self._top - 24, self._left - 8, 20), Qt.AlignmentFlag.AlignRight, _HEADING)
        for i, name in enumerate(self._names):
            middle = self._top + i * cell + cell / 2
            painter.setPen(text)
            where = QRectF(0, middle - cell / 2, self._left - _BESIDE_NAME + 4, cell)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_colour(self._colours[i]))
            painter.drawRoundedRect(QRectF(self._left - 20, middle - 5, 10, 10), 3, 3)
            painter.setPen(text)
            painter.save()
            painter.translate(self._left + i * cell + cell / 2 - 4, self._top - 8)
            painter.rotate(-_SLANT_DEGREES)
            painter.drawText(QPoint(0, 0), name)
            painter.restore()

    def _paint_cell(self, painter: QPainter, row: int, column: int, count: int, share: float) -> None:
        cell = self._cell()
        box = QRectF(self._left + column * cell + 1, self._top + row * cell + 1, cell - 2, cell - 2)
        right = row == column
        colour = theme.colour("good" if right else "caution")
        colour.setAlphaF(0.0 if count == 0 else 0.12 + 0.88 * share)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 5, 5)
        if self._selected == (row, column):
            painter.setPen(QPen(theme.colour("accent"), 2.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 5, 5)
        painter.setPen(ink_on(colour))
        more = self.points_more(row, column) if self.has_room_for_two else None
        if more:
            painter.setFont(font(10))
            below = box.adjusted(0, box.height() / 2 + 1, 0, 0)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, signed(more))
            box.setHeight(box.height() / 2 + 2)
        if count:
            painter.setFont(font(12 if cell >= 28 else 11, QFont.Weight.DemiBold if right else QFont.Weight.Normal))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count))

    def _at(self, x: float, y: float) -> tuple[int, int] | None:
        cell = self._cell()
        row, column = int((y - self._top) // cell), int((x - self._left) // cell)
        inside = 0 <= row < len(self._labels) and 0 <= column < len(self._labels)
        return (row, column) if inside else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        self._choose(self._at(event.position().x(), event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say in words what the cell means."""
        cell = self._at(event.position().x(), event.position().y())
        if cell is not None:
            truth, answer = cell
            text = tr(
                "{n} windows of “{truth}” were taken for “{answer}”",
                n=self._counts[truth][answer],
                truth=one_line(self._labels[truth]),
                answer=one_line(self._labels[answer]),
            )
            if cell in self._beside:
                share, other = round(100 * self._share(*cell)), round(100 * self._beside[cell])
                text += tr("; {share} % of its row, {other} % in {name}", share=share, other=other,
                           name=self._beside_name)  # fmt: skip
            show_tip(event.globalPosition().toPoint(), text, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys."""
        steps = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._labels:
            super().keyPressEvent(event)
            return
        row, column = self._selected or (0, 0)
        last = len(self._labels) - 1
        self._choose((min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)))

    def _choose(self, cell: tuple[int, int] | None) -> None:
        if cell is not None:
            self.select(cell)
            self.chosen.emit(*cell)


def signed(points: int) -> str:
    """With its sign."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def worst_cell(counts: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The most frequent mistake, (truth, answer), of a confusion matrix; the first class where there is none."""
    matrix = np.asarray(counts)
    mistakes = matrix - np.diag(np.diag(matrix))
    if not mistakes.any():
        return 0, 0
    truth, answer = np.unravel_index(int(mistakes.argmax()), mistakes.shape)
    return int(truth), int(answer)
