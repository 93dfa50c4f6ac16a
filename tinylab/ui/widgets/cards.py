"""Cards, panels, folds and tiles: the surfaces that every page is made of."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinylab.ui.theme import PANEL_WIDTH
from tinylab.ui.widgets.basic import show_text, text_label
from tinylab.ui.widgets.number_field import NumberField


class Card(QFrame):
    """A calm surface with a heading; `body` takes the content, `corner` what stands at the right of the heading."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 12)
        outer.setSpacing(8)
        self._outer = outer
        self.corner = QHBoxLayout()
        self.corner.setSpacing(8)
        self.heading = text_label(heading, "head")
        if heading:
            row = QHBoxLayout()
            row.addWidget(self.heading)
            row.addStretch(1)
            row.addLayout(self.corner)
            outer.addLayout(row)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)

    def tighten(self) -> None:
        """Less air, where a page is full."""
        self._outer.setContentsMargins(10, 8, 10, 6)
        self._outer.setSpacing(2)
        self.body.setSpacing(2)


class Panel(QFrame):
    """The narrow settings at the right, scrolling when the window is low."""

    def __init__(self, heading: str = "") -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(PANEL_WIDTH)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(14, 12, 14, 12)
        self.body.setSpacing(6)
        area.setWidget(inner)
        outer.addWidget(area)
        if heading:
            self.head(heading)

    def head(self, text: str) -> QLabel:
        """A heading inside the panel."""
        made = text_label(text, "head")
        made.setContentsMargins(0, 4, 0, 2)
        self.body.addWidget(made)
        return made

    def field(self, name: str, widget: QWidget, tip: str = "") -> None:
        """A named field; the name is what a screen reader says."""
        self.body.addWidget(text_label(name, "field"))
        _prepare(widget, name, tip)
        self.body.addWidget(widget)
        _add_remark(self.body, widget)
        self.body.addSpacing(4)

    def pair(self, *named: tuple[str, QWidget]) -> None:
        """Two short fields side by side."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, widget in named:
            column = QVBoxLayout()
            column.setSpacing(6)
            column.addWidget(text_label(name, "field"))
            _prepare(widget, name, widget.toolTip())
            column.addWidget(widget)
            row.addLayout(column, 1)
        self.body.addLayout(row)
        for _, widget in named:
            _add_remark(self.body, widget)
        self.body.addSpacing(4)

    @contextlib.contextmanager
    def filling(self, body: QVBoxLayout) -> Iterator[None]:
        """Fields that are added meanwhile go into another layout, such as one that is shown and hidden whole."""
        outer, self.body = self.body, body
        try:
            yield
        finally:
            self.body = outer

    def fold(self, name: str) -> Fold:
        """A part that is folded until somebody wants it."""
        made = Fold(name)
        self.body.addWidget(made)
        return made

    def stretch(self) -> None:
        """Push what follows to the bottom."""
        self.body.addStretch(1)


def _add_remark(body: QVBoxLayout, widget: QWidget) -> None:
    """Room below a number for what it says of the text that was typed."""
    if not isinstance(widget, NumberField):
        return
    remark = text_label("", "small", wrap=True, tone="caution")
    remark.hide()

    def show(text: str) -> None:
        remark.setText(text)
        remark.setVisible(bool(text))

    widget.remarked.connect(show)
    body.addWidget(remark)


def _prepare(widget: QWidget, name: str, tip: str) -> None:
    """What every field has: a name for screen readers, and a tip."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip)


class Fold(QWidget):
    """Expert settings, folded."""

    def __init__(self, name: str) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        self._button = QToolButton()
        self._button.setText(name)
        self._button.setCheckable(True)
        self._button.setProperty("role", "link")
        self._button.setArrowType(Qt.ArrowType.RightArrow)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._inner = QWidget()
        self.body = QVBoxLayout(self._inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(6)
        self._inner.hide()
        self._button.toggled.connect(self._turn)
        outer.addWidget(self._button)
        outer.addWidget(self._inner)

    def open(self) -> None:
        """Unfold it."""
        self._button.setChecked(True)

    def _turn(self, opened: bool) -> None:
        self._inner.setVisible(opened)
        self._button.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)

    def field(self, name: str, widget: QWidget, tip: str = "") -> None:
        """A named field inside the fold."""
        self.body.addWidget(text_label(name, "field"))
        _prepare(widget, name, tip)
        self.body.addWidget(widget)
        _add_remark(self.body, widget)


class Tile(Card):
    """One figure with its unit, a bar of how full it is, and a line below."""

    def __init__(self, heading: str, *, bar: bool = True) -> None:
        super().__init__(heading)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.figure = text_label("–", "figure")
        self.unit = text_label("", "small", wrap=True)
        row.addWidget(self.figure)
        row.addWidget(self.unit, 1, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(row)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(heading)
        self.body.addWidget(self.bar)
        if not bar:
            self.bar.hide()
            self.tighten()
        self.below = text_label("", "small", wrap=True)
        self.body.addWidget(self.below)
        self.body.addStretch(1)

    def show_figure(self, figure: str, unit: str, below: str = "", share: float | None = None) -> None:
        """Put the numbers in."""
        self.figure.setText(figure)
        show_text(self.unit, unit)
        self.below.setText(below)
        self.bar.setValue(0 if share is None else max(8, round(share * 1000)))
