"""Icons, texts, buttons and colours: built once, used by every page."""

from __future__ import annotations

from collections.abc import Callable

import qtawesome
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from tinylab.ui.theme import GAP, theme


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


def show_text(widget: QLabel, text: str) -> None:
    """Show a text; with none the widget takes no room."""
    widget.setText(text)
    widget.setVisible(bool(text))


def set_tone(widget: QWidget, tone: str) -> None:
    """Change a widget's tone and let the style see it."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(text: str, clicked: Callable[[], object], role: str = "", tip: str = "") -> QPushButton:
    """A push button in one of the theme's roles."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setToolTip(tip)
    made.clicked.connect(lambda _checked=False: clicked())
    keep_focus(made)
    return made


def keep_focus(widget: QWidget) -> None:
    """A click leaves the focus where the user put it, so that Space goes on to record; Tab still reaches the widget."""
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)


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


def side_by_side(*widgets: QWidget, spacing: int = GAP) -> QWidget:
    """Widgets in a row, equally wide, to be shown and hidden together."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        policy = widget.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)  # equally wide, whatever is in them
        widget.setSizePolicy(policy)
        layout.addWidget(widget, 1)
    return made


def clear(layout: QLayout) -> None:
    """Remove everything from a layout that is filled anew."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()  # without a parent it would be a window of its own
            widget.setParent(None)
            widget.deleteLater()
