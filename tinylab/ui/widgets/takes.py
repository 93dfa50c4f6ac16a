"""The takes of a project as small pictures, one row for each label."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tinylab.data.recording import Recording
from tinylab.data.verdict import Grade, judge
from tinylab.ui.formats import one_line, plural, seconds, tr
from tinylab.ui.theme import AXIS_STYLES, class_colour, theme
from tinylab.ui.widgets.basic import Swatch, clear, text_label

_SIZE = QSize(92, 40)
_POINTS = 90
_ID = Qt.ItemDataRole.UserRole


def thumbnail(recording: Recording) -> QPixmap:
    """A take as a small picture; a dot in its corner says what it is worth."""
    ratio = 2.0
    picture = QPixmap(_SIZE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    step = max(1, recording.samples // _POINTS)
    signal = recording.in_g[::step]
    low, high = float(signal.min()), float(signal.max())
    spread = max(high - low, 0.5)
    across = np.linspace(3, _SIZE.width() - 3, len(signal))
    up = _SIZE.height() - 5 - (signal - low) / spread * (_SIZE.height() - 10)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for axis, colour in enumerate(theme.tokens.axes):
        painter.setPen(QPen(QColor(colour), 1, AXIS_STYLES[axis]))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across, up[:, axis], strict=True)]))
    tones = {Grade.GOOD: "good", Grade.REMARKS: "caution", Grade.AGAIN: "error"}
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(tones[judge(recording).grade]))
    painter.drawEllipse(_SIZE.width() - 10, 4, 6, 6)
    painter.end()
    return picture


class TakeGrid(QWidget):
    """One row of takes for each label; selecting and deleting by mouse and keyboard."""

    selected = Signal(list)  # ids
    delete_asked = Signal(list)  # ids

    def __init__(self) -> None:
        super().__init__()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        inner = QWidget()
        inner.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, 4, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._lists: dict[str, TakeRow] = {}
        self._pictures: dict[tuple[int, bool], QPixmap] = {}
        self._shown: tuple[object, ...] = ()

    def show_takes(self, recordings: Sequence[Recording], labels: Sequence[str]) -> None:
        """Draw them; what was drawn before is kept."""
        shown = (theme.tokens.dark, tuple(labels), tuple((r.id, r.label) for r in recordings))
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._rows)
        self._lists.clear()
        for number, name in enumerate(labels):
            takes = [r for r in reversed(recordings) if r.label == name]
            row = TakeRow(name, number, takes, self._picture)
            row.list.itemSelectionChanged.connect(lambda chosen=row: self._row_selected(chosen))
            row.delete_asked.connect(lambda: self.delete_asked.emit(self.selected_ids()))
            self._rows.addWidget(row)
            self._lists[name] = row
        self._rows.addStretch(1)

    def _picture(self, recording: Recording) -> QPixmap:
        key = (recording.id, theme.tokens.dark)
        if key not in self._pictures:
            self._pictures[key] = thumbnail(recording)
        return self._pictures[key]

    def _row_selected(self, row: TakeRow) -> None:
        if row.list.selectedItems():
            for other in self._lists.values():
                if other is not row:
                    other.list.blockSignals(True)
                    other.list.clearSelection()
                    other.list.blockSignals(False)
        self.selected.emit(self.selected_ids())

    def selected_ids(self) -> list[int]:
        """The ids of the selected takes."""
        return [item.data(_ID) for row in self._lists.values() for item in row.list.selectedItems()]


class TakeRow(QWidget):
    """A label's takes, newest first."""

    delete_asked = Signal()

    def __init__(
        self, name: str, number: int, takes: Sequence[Recording], picture: Callable[[Recording], QPixmap]
    ) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Swatch(class_colour(number)))
        text = text_label(one_line(name, 20), "")
        text.setFixedWidth(118)
        text.setToolTip(name)
        row.addWidget(text)
        self.list = _Strip(self)
        self.list.setAccessibleName(tr("Takes of {label}").format(label=one_line(name)))
        for take in takes:
            item = QListWidgetItem(QIcon(picture(take)), "")
            item.setData(_ID, take.id)
            who = one_line(take.subject) or tr("no subject")
            tip = f"{who}, {seconds(take.seconds)}, {take.rate_hz:.1f} Hz: {judge(take)}"
            item.setToolTip(tip)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, tip)
            item.setSizeHint(QSize(_SIZE.width() + 8, _SIZE.height() + 4))
            self.list.addItem(item)
        row.addWidget(self.list, 1)
        people = len({take.subject for take in takes if take.subject})
        count = text_label(
            f"{plural(len(takes), tr('take'), tr('takes'))} · {plural(people, tr('subject'), tr('subjects'))}", "small"
        )
        count.setFixedWidth(136)
        row.addWidget(count)


class _Strip(QListWidget):
    """A horizontal strip of pictures that passes the Delete key on."""

    def __init__(self, row: TakeRow) -> None:
        super().__init__()
        self._row = row
        self.setProperty("role", "strip")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setIconSize(_SIZE)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_SIZE.height() + 12)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks the page to delete what is selected."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._row.delete_asked.emit()
        else:
            super().keyPressEvent(event)
