"""What every page has: a title, one sentence of purpose, the primary action in the same corner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from tinylab.events import Event
from tinylab.ui.theme import GAP, theme
from tinylab.ui.widgets.basic import button, text_label


class Page(QWidget):
    """Shows workflow objects and passes clicks to them; it decides nothing.

    Subclasses fill `main` (the picture in the middle) and `side` (settings at the right), and implement `refresh`,
    which draws everything from the state. While the page is hidden, nothing is drawn.
    """

    name = ""
    icon_name = ""
    needs_project = True

    def __init__(self, title: str, sentence: str, *, scrolls: bool = False) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click beside a field leaves it
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(14)
        self._head = QHBoxLayout()
        text = QVBoxLayout()
        text.setSpacing(2)
        self.title = text_label(title, "title")
        self.sentence = text_label(sentence, "muted", wrap=True)
        text.addWidget(self.title)
        text.addWidget(self.sentence)
        self._head.addLayout(text, 1)
        outer.addLayout(self._head)
        columns = QHBoxLayout()
        columns.setSpacing(GAP)
        self.main = QVBoxLayout()
        self.main.setSpacing(14)
        self.side = QVBoxLayout()
        if scrolls:
            columns.addWidget(_scrolling(self.main), 1)
        else:
            columns.addLayout(self.main, 1)
        columns.addLayout(self.side)
        outer.addLayout(columns, 1)
        self._to_draw = True

    def primary(self, text: str, clicked: Callable[[], object], tip: str = "") -> None:
        """The page's one obvious next step."""
        self.action = button(text, clicked, "primary", tip)
        self._head.addWidget(self.action, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    def beside_primary(self, widget: QWidget) -> None:
        """A second, quieter action."""
        self._head.insertWidget(1, widget, 0, Qt.AlignmentFlag.AlignTop)

    def follow(self, *events: Event[Any]) -> None:
        """Draw anew whenever one of these happens, or the theme changes."""
        for event in events:
            event.subscribe(self.changed)
        theme.changed.connect(self.changed)

    def side_edge(self) -> int | None:
        """Where the panel at the right begins, in px; None where there is none."""
        layout = self.layout()
        if layout is not None:
            layout.activate()  # what was shown just now has no place yet
        place = self.side.geometry()
        return place.left() if self.side.count() and place.width() > 0 else None

    def state(self) -> tuple[str, str]:
        """What the navigation shows: a mark (done, attention, stale or nothing) and a short text."""
        return "", ""

    def refresh(self) -> None:
        """Draw everything from the state."""
        raise NotImplementedError

    def tick(self) -> None:
        """Draw what moves; called at the screen's pace while the page is in front."""

    def on_space(self) -> None:
        """Space was pressed while no field or button had the focus."""

    def on_escape(self) -> None:
        """Esc was pressed."""

    def on_digit(self, number: int) -> None:
        """A key 1 to 9 was pressed while no field had the focus; `number` counts from 0."""

    def on_digit_released(self, number: int) -> None:
        """That key was let go."""

    def on_key(self, _key: Qt.Key) -> bool:
        """Another key was pressed while no field had the focus; returns whether the page has a use for it."""
        return False

    def close_page(self) -> None:
        """The window is closing: let go of what is not Qt's."""

    def changed(self, _value: object = None) -> None:
        """The state has changed: draw it now, or when the page is next shown."""
        self._to_draw = True
        if self.isVisible():
            self._to_draw = False
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what has changed while the page was hidden."""
        super().showEvent(event)
        if self._to_draw:
            self._to_draw = False
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn while hidden."""
        super().hideEvent(event)


def _scrolling(layout: QLayout) -> QScrollArea:
    """A layout that scrolls where the window is too small for it, or the classes too many."""
    inner = QWidget()
    layout.setContentsMargins(0, 0, 6, 0)  # a little air before the scroll bar
    inner.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # nothing lies beside what is seen
    area.setWidget(inner)
    return area
