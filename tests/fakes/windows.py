"""Windows that tests open themselves."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tinylab.ui.shell.window import MainWindow


def remove(window: MainWindow) -> None:
    """Close a window and let Qt forget it now: what is left over slows every window after it down."""
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
