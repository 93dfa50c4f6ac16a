"""A name to choose, a label or a person: its menu, F2 and Del rename and remove it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QPushButton

from tinylab.text import tr
from tinylab.ui.widgets.basic import keep_focus


class NamedChoice(QPushButton):
    """One of a group; a subclass fills it. `rename` and `remove` are called with nothing."""

    def __init__(self, name: str, longest: int, rename: Callable[[], object], remove: Callable[[], object]) -> None:
        super().__init__()
        self._rename, self._remove = rename, remove
        self.setProperty("role", "choice")
        self.setCheckable(True)
        keep_focus(self)
        self.setToolTip(name if len(name) > longest else "")

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(f"{tr('Rename …')}\tF2", self._rename)
        menu.addAction(f"{tr('Remove')}\t{tr('Del')}", self._remove)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button, and the menu key."""
        self._menu().popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames, Del removes."""
        if event.key() == Qt.Key.Key_F2:
            self._rename()
        elif event.key() == Qt.Key.Key_Delete:
            self._remove()
        else:
            super().keyPressEvent(event)
