"""A calm table: words at the left, figures at the right, a mark on the chosen row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

_ROW_HEIGHT = 30


class Table(QTableWidget):
    """Rows of plain text; `stretch` is the column that takes the room that is left."""

    def __init__(
        self,
        columns: Sequence[str],
        name: str,
        *,
        text_columns: int = 1,
        stretch: int = 0,
        selectable: bool = False,
        row_height: int = _ROW_HEIGHT,
    ) -> None:
        super().__init__(0, len(columns))
        self._text_columns, self._row_height = text_columns, row_height
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

    def show_rows(self, rows: Sequence[Sequence[str]], bold: int = -1) -> None:
        """Put the rows in; row `bold` stands out."""
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

    def fit_height(self) -> None:
        """As high as its rows, so that no empty space is left below."""
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + self._row_height * max(self.rowCount(), 1) + 6
        )
