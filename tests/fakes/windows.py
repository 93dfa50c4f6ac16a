"""Windows that tests open themselves."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tinylab.ui.pages.explore.page import VIEWS, ExplorePage
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.page import Page


def remove(window: MainWindow) -> None:
    """Close a window and let Qt forget it now: what is left over slows every window after it down."""
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def walk(window: MainWindow) -> Iterator[tuple[str, Page]]:
    """Bring every page to the front, and every view of a page that has several; name and page of each."""
    for page in window.pages:
        window.show_page(page.name)
        for number, view in enumerate(VIEWS if isinstance(page, ExplorePage) else ("",)):
            if isinstance(page, ExplorePage):
                page.show_view(number)
            QApplication.processEvents()
            yield f"{page.name} {view}".strip(), page
