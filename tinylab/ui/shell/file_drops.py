"""Files and folders that are dropped on the window: they are imported, or opened where they are a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrops(QObject):
    """Watches a window for drops."""

    def __init__(self, window: QWidget, dropped: Callable[[list[Path]], object]) -> None:
        super().__init__(window)
        self._dropped = dropped
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take what is a file of this computer."""
        if not isinstance(event, QDropEvent):  # also what enters and moves
            return False
        paths = local_paths(event.mimeData())
        if not paths:
            return False
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self._dropped(paths)
        return True


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this computer that somebody drags."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
