"""The takes of one label as a list that Qt can show: a picture, a tip and a number each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt

from tinylab.data.recording import Header
from tinylab.data.verdict import Verdict
from tinylab.text import tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.widgets.take_picture import SIZE, TakePictures
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
            return self._pictures.problem(take) or tip_of(take, self._pictures.verdict_of(take))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A take can be dragged onto another label."""
        base = super().flags(index)
        return base | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else base

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


def tip_of(take: Header, verdict: Verdict) -> str:
    """A take in one line."""
    who = one_line(take.subject) or tr("no subject")
    return f"{who}, {seconds(take.seconds)}, {take.rate_hz:.1f} Hz: {verdict}"
