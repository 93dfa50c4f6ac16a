"""A scroll area that goes row by row and never shows half a one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea


class WholeRows(QScrollArea):
    """Scrolls by rows, and never shows half a one."""

    def __init__(self, row_height: int) -> None:
        super().__init__()
        self._row_height = row_height
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(row_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is left below the last whole row stays free."""
        rest = self.height() % self._row_height
        self.setViewportMargins(0, 0, 0, rest if self.height() > self._row_height else 0)
        super().resizeEvent(event)
