"""Notices over the page: they push nothing, take no focus, and good news leave by themselves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from tinylab.ui.theme import GAP, theme
from tinylab.ui.widgets.banner import Banner
from tinylab.ui.widgets.basic import clear
from tinylab.ui.widgets.page import Page
from tinylab.workflow.notices import Notices

_AT_ONCE = 2
_WIDEST = 620
_MARGIN = 20


class NoticeOverlay(QWidget):
    """Lies at the bottom of the page, as high as what it shows, and beside the settings at the right."""

    def __init__(self, notices: Notices, page_area: QStackedWidget) -> None:
        super().__init__(page_area)
        self._notices, self._area = notices, page_area
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.shown_numbers: list[int] = []
        page_area.installEventFilter(self)
        page_area.currentChanged.connect(lambda _: self._place())
        notices.changed.subscribe(lambda _: self.refresh())
        theme.changed.connect(self._paint_anew)
        self.refresh()

    def refresh(self) -> None:
        """Show the newest notices; those that stay are not made anew."""
        shown = self._notices.shown[-_AT_ONCE:]
        if [notice.number for notice in shown] != self.shown_numbers:
            self.shown_numbers = [notice.number for notice in shown]
            clear(self._column)
            for notice in shown:
                banner = Banner(notice, partial(self._notices.dismiss, notice))
                self._column.addWidget(banner)
                banner.show()  # a layout leaves out what is not shown yet, and would take no room
            self._notices.held = False
        self.setVisible(bool(shown))
        self._place()

    def _paint_anew(self) -> None:
        self.shown_numbers = []
        self.refresh()

    def _place(self) -> None:
        if self.isHidden():
            return
        room = self._right_edge() - _MARGIN
        width = min(room, _WIDEST)
        height = max(self._column.heightForWidth(width), self._column.minimumSize().height())
        self.setGeometry(_MARGIN + (room - width) // 2, self._area.height() - height - 12, width, height)
        self.raise_()

    def _right_edge(self) -> int:
        """How far a notice may reach: not over what can be set at the right of the page."""
        page = self._area.currentWidget()
        if isinstance(page, Page):
            edge = page.side_edge()
            if edge is not None:
                return edge - GAP
        return self._area.width() - _MARGIN

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom of the page."""
        if watched is self._area and event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Whoever reads with the pointer on a notice may finish."""
        self._notices.held = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """It leaves in its own time again."""
        self._notices.held = False
        super().leaveEvent(event)
