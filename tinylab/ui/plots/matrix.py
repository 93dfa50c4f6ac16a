"""The confusion matrix: truth in rows, answers in columns, every cell a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour, font, theme
from tinylab.ui.widgets.plain_tips import show_tip

_LEFT, _TOP, _RIGHT = 132, 76, 40
_SMALLEST_CELL, _LARGEST_CELL = 26, 64


class ConfusionMatrix(QWidget):
    """Emits `chosen(truth, answer)` when a cell is clicked or reached with the arrow keys."""

    chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._colours: tuple[int, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._selected: tuple[int, int] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Confusion matrix: truth in rows, answers in columns"))
        theme.changed.connect(self.update)

    def show_counts(self, labels: Sequence[str], colours: Sequence[int], counts: Sequence[Sequence[int]]) -> None:
        """Put the figures in; `colours` are the classes' numbers on every page."""
        self._labels, self._colours = tuple(labels), tuple(colours)
        self._counts = tuple(tuple(row) for row in counts)
        self._selected = None
        self.updateGeometry()
        self.update()

    def select(self, cell: tuple[int, int] | None) -> None:
        """Mark a cell."""
        self._selected = cell
        self.update()

    def sizeHint(self) -> QSize:
        """No more than it needs; the cells grow with the room there is."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Room for readable cells."""
        cells = max(len(self._labels), 3)
        return QSize(_LEFT + cells * _SMALLEST_CELL + _RIGHT, _TOP + cells * _SMALLEST_CELL)

    def _cell(self) -> float:
        cells = max(len(self._labels), 1)
        room = min((self.width() - _LEFT - _RIGHT) / cells, (self.height() - _TOP - 4) / cells)
        return float(min(max(room, _SMALLEST_CELL), _LARGEST_CELL))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Names, then cells: the fuller a cell's share of its row, the stronger its colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = self._cell()
        self._paint_names(painter, cell)
        for row, counts in enumerate(self._counts):
            total = max(sum(counts), 1)
            for column, count in enumerate(counts):
                self._paint_cell(painter, row, column, count, count / total)

    def _paint_names(self, painter: QPainter, cell: float) -> None:
        painter.setFont(font(12))
        muted, text = theme.colour("muted"), theme.colour("text")
        painter.setPen(muted)
        painter.drawText(QRectF(0, _TOP - 26, _LEFT - 12, 20), Qt.AlignmentFlag.AlignRight, tr("truth ↓   answer →"))
        for i, name in enumerate(self._labels):
            painter.setPen(text)
            where = QRectF(0, _TOP + i * cell, _LEFT - 26, cell)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, one_line(name, 17))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_colour(self._colours[i]))
            painter.drawRoundedRect(QRectF(_LEFT - 20, _TOP + i * cell + cell / 2 - 5, 10, 10), 3, 3)
            painter.setPen(text)
            painter.save()
            painter.translate(_LEFT + i * cell + cell / 2 - 4, _TOP - 8)
            painter.rotate(-36)
            painter.drawText(QPoint(0, 0), one_line(name, 12))
            painter.restore()

    def _paint_cell(self, painter: QPainter, row: int, column: int, count: int, share: float) -> None:
        cell = self._cell()
        box = QRectF(_LEFT + column * cell + 1, _TOP + row * cell + 1, cell - 2, cell - 2)
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
        if count:
            ink = QColor("#FFFFFF" if share > 0.45 and not theme.tokens.dark else theme.tokens.text)
            painter.setPen(QColor("#0B1220") if share > 0.45 and theme.tokens.dark else ink)
            painter.setFont(font(12, QFont.Weight.DemiBold if right else QFont.Weight.Normal))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count))

    def _at(self, x: float, y: float) -> tuple[int, int] | None:
        cell = self._cell()
        row, column = int((y - _TOP) // cell), int((x - _LEFT) // cell)
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
