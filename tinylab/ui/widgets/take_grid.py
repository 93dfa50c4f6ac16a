"""The takes of a project as small pictures, one row for each label; an edit touches the takes that it changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QScrollArea, QVBoxLayout, QWidget

from tinylab.data.recording import Header
from tinylab.data.verdict import judge
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import Swatch, clear, text_label
from tinylab.ui.widgets.take_picture import SIZE, TakePictures
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document

ID = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class TakeModel(QAbstractListModel):
    """A label's takes, newest first."""

    def __init__(self, document: Document, pictures: TakePictures, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._pictures = document, pictures
        self._ids: list[int] = []  # falling

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many takes there are."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Picture, tip, size and number of a take."""
        take = self._document.header(self._ids[index.row()])
        if role == ID:
            return self._ids[index.row()]
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(SIZE.width() + 8, SIZE.height() + 4)
        if take is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pictures.icon(take)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._pictures.problem(take) or tip_of(take)
        return None

    def show(self, ids: Iterable[int]) -> None:
        """Show these takes in place of all others."""
        self.beginResetModel()
        self._ids = sorted(ids, reverse=True)
        self.endResetModel()

    def row_of(self, take_id: int) -> int:
        """The place of a take, or where it would stand."""
        return bisect_left(self._ids, -take_id, key=lambda each: -each)

    def holds(self, take_id: int) -> bool:
        """Whether the take is in this row."""
        row = self.row_of(take_id)
        return row < len(self._ids) and self._ids[row] == take_id

    def put(self, take_id: int) -> None:
        """Add a take, or draw it anew."""
        row = self.row_of(take_id)
        if self.holds(take_id):
            self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginInsertRows(QModelIndex(), row, row)
        self._ids.insert(row, take_id)
        self.endInsertRows()

    def take_out(self, take_id: int) -> None:
        """Remove a take; one that is not there does no harm."""
        row = self.row_of(take_id)
        if self.holds(take_id):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._ids[row]
            self.endRemoveRows()

    @property
    def ids(self) -> list[int]:
        """The takes, newest first."""
        return list(self._ids)


def tip_of(take: Header) -> str:
    """A take in one line."""
    who = one_line(take.subject) or tr("no subject")
    return f"{who}, {seconds(take.seconds)}, {take.rate_hz:.1f} Hz: {judge(take)}"


class TakeGrid(QWidget):
    """One row of takes for each label; selecting and deleting by mouse and keyboard."""

    selected = Signal(list)  # ids
    delete_asked = Signal(list)  # ids
    opened = Signal(int)  # id of a take to look at

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.pictures = TakePictures(document.recording)
        self.pictures.ready.connect(self._draw_take)
        self.touched = 0  # takes whose place in the grid was made or drawn anew, for the benchmark
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
        self.rows: dict[str, TakeRow] = {}
        self._place: dict[int, str] = {}  # label under which a take stands
        document.changed.subscribe(self.follow)
        theme.changed.connect(self.rebuild)
        self.rebuild()

    def follow(self, change: Change) -> None:
        """Draw what has changed and nothing else."""
        if change.kind is ChangeKind.PROJECT:
            self.pictures.forget()
            self.rebuild()
        elif tuple(self.rows) != self._document.labels:
            self.rebuild()
        elif change.kind is ChangeKind.TAKES:
            touched = {label for take_id in change.ids for label in self._move(take_id)}
            for label in touched:
                self.rows[label].count()
            self.selected.emit(self.selected_ids())

    def _move(self, take_id: int) -> set[str]:
        """Put one take where it belongs now; returns the labels of the rows that changed."""
        take = self._document.header(take_id)
        before = self._place.pop(take_id, None)
        after = take.label if take is not None and not take.trashed else None
        if before is not None and before != after:
            self.rows[before].model.take_out(take_id)
        if after is not None:
            self.rows[after].model.put(take_id)
            self._place[take_id] = after
        self.touched += 1
        return {label for label in (before, after) if label is not None}

    def rebuild(self) -> None:
        """Make all rows anew, as for another project or another label."""
        clear(self._rows)
        self.rows.clear()
        by_label: dict[str, list[int]] = {label: [] for label in self._document.labels}
        for take in self._document.takes:
            by_label.setdefault(take.label, []).append(take.id)
        self._place = {take_id: label for label, ids in by_label.items() for take_id in ids}
        self.touched += len(self._place)
        for number, (name, ids) in enumerate(by_label.items()):
            row = TakeRow(name, number, self._document, self.pictures)
            row.model.show(ids)
            row.count()
            row.strip.selectionModel().selectionChanged.connect(lambda *_, chosen=row: self._row_selected(chosen))
            row.strip.activated.connect(lambda index: self.opened.emit(index.data(ID)))
            row.delete_asked.connect(lambda: self.delete_asked.emit(self.selected_ids()))
            self._rows.addWidget(row)
            self.rows[name] = row
        self._rows.addStretch(1)
        self.selected.emit([])

    def _draw_take(self, take_id: int) -> None:
        label = self._place.get(take_id)
        if label is not None:
            model = self.rows[label].model
            index = model.index(model.row_of(take_id))
            model.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def _row_selected(self, row: TakeRow) -> None:
        if row.selected_ids():
            for other in self.rows.values():
                if other is not row:
                    other.strip.selectionModel().blockSignals(True)
                    other.strip.clearSelection()
                    other.strip.selectionModel().blockSignals(False)
        self.selected.emit(self.selected_ids())

    def selected_ids(self) -> list[int]:
        """The ids of the selected takes."""
        return [take_id for row in self.rows.values() for take_id in row.selected_ids()]


class TakeRow(QWidget):
    """A label's takes, newest first."""

    delete_asked = Signal()

    def __init__(self, name: str, number: int, document: Document, pictures: TakePictures) -> None:
        super().__init__()
        self._document = document
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Swatch(class_colour(number)))
        caption = text_label(one_line(name, 20), "")
        caption.setFixedWidth(118)
        caption.setToolTip(name)
        row.addWidget(caption)
        self.model = TakeModel(document, pictures, self)
        self.strip = _Strip(self)
        self.strip.setModel(self.model)
        self.strip.setAccessibleName(tr("Takes of {label}", label=one_line(name)))
        row.addWidget(self.strip, 1)
        self._count = text_label("", "small")
        self._count.setFixedWidth(136)
        row.addWidget(self._count)

    def count(self) -> None:
        """Say how many takes of how many people there are."""
        takes = [take for take in map(self._document.header, self.model.ids) if take is not None]
        people = len({take.subject for take in takes if take.subject})
        takes_text = ntr("{count:,} take", "{count:,} takes", len(takes))
        self._count.setText(f"{takes_text} · {ntr('{count:,} subject', '{count:,} subjects', people)}")

    def selected_ids(self) -> list[int]:
        """The ids of the selected takes, newest first."""
        return sorted((index.data(ID) for index in self.strip.selectionModel().selectedIndexes()), reverse=True)


class _Strip(QListView):
    """A horizontal strip of pictures that passes the Delete key on."""

    def __init__(self, row: TakeRow) -> None:
        super().__init__()
        self._row = row
        self.setProperty("role", "strip")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(SIZE)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(SIZE.height() + 12)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks the page to delete what is selected; Space and digits are for the window."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._row.delete_asked.emit()
        elif event.key() == Qt.Key.Key_Space or event.text().isdigit():
            event.ignore()
        else:
            super().keyPressEvent(event)
