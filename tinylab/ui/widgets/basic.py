"""Cards, headers, fields, tiles and banners: built once, used by every page."""

from __future__ import annotations

from collections.abc import Callable

import qtawesome
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinylab.ui.formats import tr
from tinylab.ui.theme import GAP, PANEL_WIDTH, theme
from tinylab.workflow.notices import Notice


def icon(name: str, colour: str = "muted") -> QIcon:
    """An icon of the Material set in a colour of the theme."""
    return qtawesome.icon(f"mdi6.{name}", color=getattr(theme.tokens, colour))


def text_label(text: str = "", role: str = "", *, wrap: bool = False, tone: str = "") -> QLabel:
    """A text in one of the theme's roles; never read as markup, for labels are what users typed."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Change a widget's tone and let the style see it."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(text: str, clicked: Callable[[], None], role: str = "", tip: str = "") -> QPushButton:
    """A push button in one of the theme's roles."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setToolTip(tip)
    made.clicked.connect(lambda _checked=False: clicked())
    return made


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
        self.body.addSpacing(4)

    def fold(self, name: str) -> Fold:
        """A part that is folded until somebody wants it."""
        made = Fold(name)
        self.body.addWidget(made)
        return made

    def stretch(self) -> None:
        """Push what follows to the bottom."""
        self.body.addStretch(1)


def _prepare(widget: QWidget, name: str, tip: str) -> None:
    """What every field has: a name for screen readers, a tip, and air before its text."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip)
    edit = widget.findChild(QLineEdit) if isinstance(widget, QAbstractSpinBox) else None
    if edit is not None:
        edit.setTextMargins(6, 0, 4, 0)


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

    def _turn(self, opened: bool) -> None:
        self._inner.setVisible(opened)
        self._button.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)

    def field(self, name: str, widget: QWidget, tip: str = "") -> None:
        """A named field inside the fold."""
        self.body.addWidget(text_label(name, "field"))
        _prepare(widget, name, tip)
        self.body.addWidget(widget)


class Tile(Card):
    """One figure with its unit, a bar of how full it is, and a line below."""

    def __init__(self, heading: str, *, bar: bool = True) -> None:
        super().__init__(heading)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.figure = text_label("–", "figure")
        self.unit = text_label("", "small")
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
        self.unit.setText(unit)
        self.below.setText(below)
        self.bar.setValue(0 if share is None else max(8, round(share * 1000)))


class Swatch(QWidget):
    """A class's colour."""

    def __init__(self, colour: QColor, size: int = 11) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(QSize(size, size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rounded square."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(self.rect(), 3, 3)


_TONE_ICONS = {
    "good": "check-circle-outline",
    "info": "information-outline",
    "caution": "alert-outline",
    "error": "alert-circle-outline",
}


class Banner(QFrame):
    """A notice: what happened, what to do, one button that does it."""

    def __init__(self, notice: Notice, dismiss: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("banner")
        tone = notice.tone.value
        self.setProperty("tone", tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        picture = QLabel()
        picture.setPixmap(icon(_TONE_ICONS[tone], "accent" if tone == "info" else tone).pixmap(18, 18))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        head = text_label(notice.message, "", wrap=True)
        head.setStyleSheet("font-weight: 600;")
        text.addWidget(head)
        if notice.hint:
            text.addWidget(text_label(notice.hint, "", wrap=True))
        row.addLayout(text, 1)
        if notice.action is not None and notice.action_label:
            action = notice.action

            def act() -> None:
                dismiss()
                action()

            row.addWidget(button(notice.action_label, act, "link"))
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setAccessibleName(tr("Dismiss this notice"))
        close.clicked.connect(dismiss)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{notice.message} {notice.hint}")


class EmptyState(QWidget):
    """Nothing here yet: says what to do next and offers it."""

    def __init__(self, icon_name: str, title: str, text: str) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        self._icon_name = icon_name
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.title = text_label(title, "brand")
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text = text_label(text, "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        for widget in (self._picture, self.title, self.text):
            outer.addWidget(widget)
        self.offers = QHBoxLayout()
        self.offers.addStretch(1)
        self._end = self.offers.count()
        self.offers.addStretch(1)
        outer.addSpacing(8)
        outer.addLayout(self.offers)
        outer.addStretch(3)
        theme.changed.connect(self._paint)
        self._paint()

    def add(self, widget: QWidget) -> None:
        """An offer."""
        self.offers.insertWidget(self.offers.count() - 1, widget)

    def _paint(self) -> None:
        self._picture.setPixmap(icon(self._icon_name).pixmap(44, 44))


def side_by_side(*widgets: QWidget, spacing: int = GAP) -> QWidget:
    """Widgets in a row, equally wide, to be shown and hidden together."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget, 1)
    return made


def clear(layout: QBoxLayout) -> None:
    """Remove everything from a layout that is filled anew."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
