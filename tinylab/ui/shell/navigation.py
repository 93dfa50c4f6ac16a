"""The left navigation: the pages in the order of the loop, each with its state."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.theme import NAVIGATION_WIDTH, theme
from tinylab.ui.widgets.basic import icon, keep_focus, text_label
from tinylab.ui.widgets.page import Page
from tinylab.workflow.project.document import Document

_MARKS = {"done": ("check", "good"), "attention": ("alert-circle-outline", "caution"), "stale": ("history", "caution")}


class PageButton(QPushButton):
    """Icon, name, and a small state."""

    def __init__(self, page: Page, number: int, document: Document) -> None:
        super().__init__(tr(page.name))
        self._page, self._document = page, document
        self._number = number
        self.setProperty("role", "navigation")
        self.setCheckable(True)
        keep_focus(self)
        self.setFixedHeight(38)
        self.setIconSize(QSize(18, 18))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.addStretch(1)
        self._text, self._mark = text_label("", "small"), QLabel()
        for widget in (self._text, self._mark):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(widget)
        self._shown: tuple[object, ...] = ()
        self.toggled.connect(lambda _: self.refresh())

    def refresh(self) -> None:
        """Draw the page's state."""
        usable = self._document.project is not None or not self._page.needs_project
        self.setEnabled(usable)
        keys = tr("Ctrl+{number}", number=self._number)
        self.setToolTip(f"{tr(self._page.name)}  {keys}" if usable else tr("Open or make a project first."))
        mark, text = self._page.state() if usable else ("", "")
        shown = (mark, text, self.isChecked(), theme.tokens.dark)
        if shown == self._shown:
            return
        self._shown = shown
        self.setIcon(icon(self._page.icon_name, "accent" if self.isChecked() else "muted"))
        self._text.setText(text)
        name, token = _MARKS.get(mark, ("", ""))
        self._mark.setVisible(bool(name))
        if name:
            self._mark.setPixmap(icon(name, token).pixmap(14, 14))
        self.setAccessibleName(f"{tr(self._page.name)} {tr(mark)} {text}".strip())


class Navigation(QWidget):
    """One button for each page."""

    def __init__(self, pages: Sequence[Page], document: Document, go: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(NAVIGATION_WIDTH)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 12, 8, 12)
        outer.setSpacing(2)
        self._buttons: dict[str, PageButton] = {}
        for number, page in enumerate(pages, start=1):
            made = PageButton(page, number, document)
            made.clicked.connect(lambda _checked=False, name=page.name: go(name))
            self._buttons[page.name] = made
            outer.addWidget(made)
        outer.addStretch(1)
        theme.changed.connect(self.refresh)

    def button(self, name: str) -> PageButton:
        """The button of a page."""
        return self._buttons[name]

    def choose(self, name: str) -> None:
        """Mark a page as the one that is shown."""
        for each, made in self._buttons.items():
            made.setChecked(each == name)
        self.refresh()

    def refresh(self) -> None:
        """Draw all states."""
        for each in self._buttons.values():
            each.refresh()
