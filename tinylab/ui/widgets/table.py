"""A calm table: words at the left, figures at the right; the selected row is the one that counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

_ROW_HEIGHT = 30


class Table(QTableWidget):
    """Rows of plain text; `stretch` is the column that takes the room that is left.

    Where rows can be selected, arrow keys only go through them: a click, Enter or Space chooses one.
    """

    row_chosen = Signal(int)
    delete_asked = Signal(int)  # the row the keys have gone to

    def __init__(
        self,
        columns: Sequence[str],
        name: str,
        *,
        text_columns: int = 1,
        stretch: int = 0,
        selectable: bool = False,
        row_height: int = _ROW_HEIGHT,
        hidden_below: dict[int, int] | None = None,
    ) -> None:
        super().__init__(0, len(columns))
        self._text_columns, self._row_height = text_columns, row_height
        self._fitting = False  # it asks for its own geometry anew
        self._hidden_below = hidden_below or {}  # a column → the width of the table in px below which it is left out
        self.setHorizontalHeaderLabels(list(columns))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = (
            QAbstractItemView.SelectionMode.SingleSelection
            if selectable
            else QAbstractItemView.SelectionMode.NoSelection
        )
        self.setSelectionMode(mode)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if selectable else Qt.FocusPolicy.NoFocus)
        self.setTabKeyNavigation(False)  # Tab goes on to the next field
        if selectable:
            self.cellClicked.connect(lambda row, _column: self.row_chosen.emit(row))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        for column in range(len(columns)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(self._alignment(column))

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column < self._text_columns else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow table the columns that matter least are left out."""
        super().resizeEvent(event)
        for column, width in self._hidden_below.items():
            self.setColumnHidden(column, self.width() < width)

    def updateGeometries(self) -> None:
        """Rows that do not fit are scrolled to, and half of one is never shown: what is left below stays free."""
        if self._fitting:  # the margins below ask for this again
            return
        super().updateGeometries()
        header = self.horizontalHeader().height()
        room = self.height() - 2 * self.frameWidth() - header
        whole = self._row_height <= room < self.rowCount() * self._row_height
        self._fitting = True
        self.setViewportMargins(0, header, 0, room % self._row_height if whole else 0)
        self._fitting = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go through the rows, Enter and Space choose one, Del asks to delete it."""
        row, last = self.currentRow(), self.rowCount() - 1
        rows = {Qt.Key.Key_Up: row - 1, Qt.Key.Key_Down: row + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        if last < 0 or self.focusPolicy() is Qt.FocusPolicy.NoFocus:
            super().keyPressEvent(event)
        elif key in rows:
            index = self.model().index(min(max(rows[key], 0), last), 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.row_chosen.emit(max(row, 0))
        elif key == Qt.Key.Key_Delete:
            self.delete_asked.emit(max(row, 0))
        else:
            super().keyPressEvent(event)

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Keys do not select; what is selected is what counts, and only choosing changes that."""
        if isinstance(event, QKeyEvent):
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def show_rows(self, rows: Sequence[Sequence[str]], bold: int = -1) -> None:
        """Put the rows in; row `bold` stands out, and is the selected one."""
        self.setRowCount(len(rows))
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setTextAlignment(self._alignment(column))
                item.setToolTip(text if len(text) > 18 else "")
                if number == bold:
                    face = item.font()
                    face.setBold(True)
                    item.setFont(face)
                self.setItem(number, column, item)
        if self.selectionMode() is not QAbstractItemView.SelectionMode.NoSelection and bold >= 0:
            self.selectRow(bold)

    def fit_height(self) -> None:
        """As high as its rows, so that no empty space is left below."""
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + self._row_height * max(self.rowCount(), 1) + 6
        )
