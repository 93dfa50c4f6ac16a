"""What the lines of a plot mean: a stroke in colour and style, and a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from tinylab.text import tr
from tinylab.ui.plots.signal import AXIS_NAMES
from tinylab.ui.theme import AXIS_STYLES, VALIDATION, theme
from tinylab.ui.widgets.basic import text_label

Entry = tuple[str, Callable[[], str], Qt.PenStyle]


class _Stroke(QWidget):
    def __init__(self, colour: Callable[[], str], style: Qt.PenStyle) -> None:
        super().__init__()
        self._colour, self._style = colour, style
        self.setFixedSize(20, 12)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One stroke."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._colour()), 2, self._style))
        painter.drawLine(1, 6, 19, 6)


class Legend(QWidget):
    """Strokes and names in a row."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._names: list[QLabel] = []
        for name, colour, style in entries:
            row.addWidget(_Stroke(colour, style))
            self._names.append(text_label(name, "small"))
            row.addWidget(self._names[-1])

    def rename(self, *names: str) -> None:
        """Other names for the strokes, in their order."""
        for label, name in zip(self._names, names, strict=True):
            label.setText(name)


def axes_legend() -> Legend:
    """x, y and z."""

    def colour(axis: int) -> Callable[[], str]:
        return lambda: theme.tokens.axes[axis]

    return Legend([(name, colour(axis), AXIS_STYLES[axis]) for axis, name in enumerate(AXIS_NAMES)])


def training_legend() -> Legend:
    """Training and validation of the network that is checked."""
    return Legend(
        [
            (tr("training"), lambda: theme.tokens.accent, Qt.PenStyle.SolidLine),
            (tr("validation"), lambda: VALIDATION, Qt.PenStyle.DashLine),
        ]
    )


def final_legend() -> Legend:
    """The network that everyone teaches."""
    return Legend([(tr("everyone"), lambda: theme.tokens.accent, Qt.PenStyle.DotLine)])


def beside_legend() -> Legend:
    """Another run, whose name is put in when it is drawn."""
    return Legend([("", lambda: theme.tokens.muted, Qt.PenStyle.SolidLine)])
