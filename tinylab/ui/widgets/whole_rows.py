"""A scroll area that goes row by row and never shows half a one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea


class WholeRows(QScrollArea):
    """Scrolls by rows, and never shows half a one."""

    def __init__(self, row_height: int, spacing: int = 0) -> None:
        """Heights in px; `spacing` lies between two rows, and not below the last one."""
        super().__init__()
        self._step, self._spacing = row_height + spacing, spacing
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(self._step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is left below the last whole row stays free."""
        height = self.height() + self._spacing
        self.setViewportMargins(0, 0, 0, height % self._step if height > self._step else 0)
        super().resizeEvent(event)
