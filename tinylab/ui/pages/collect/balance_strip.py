"""How the takes are spread over the classes, as one bar a class: what is there, and hatched what is missing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import text_label
from tinylab.workflow.capture.balance import Balance

_MOST_NAMED = 2
_SHORT = 14


class BalanceStrip(QWidget):
    """Bars, and a sentence on what is missing."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.bars = _Bars()
        self.missing = text_label("", "small")
        row.addWidget(self.bars, 1)
        row.addWidget(self.missing)
        theme.changed.connect(self.bars.update)

    def show_balance(self, balance: Balance) -> None:
        """Draw this."""
        self.bars.balance = balance
        self.bars.setToolTip(
            "\n".join(
                tr("{label}: {n} of {all}", label=one_line(label), n=balance.of_label(label), all=balance.target)
                for label in balance.labels
            )
        )
        self.bars.update()
        self.missing.setText(missing_text(balance))
        self.bars.setAccessibleName(self.missing.text())


def missing_text(balance: Balance) -> str:
    """What is missing for a balanced set, in words."""
    lacking = sorted(((balance.missing(label), label) for label in balance.labels), key=lambda each: -each[0])
    named = [
        tr("{n} × {label}", n=count, label=one_line(label, _SHORT)) for count, label in lacking[:_MOST_NAMED] if count
    ]
    more = sum(1 for count, _ in lacking[_MOST_NAMED:] if count)
    if not named:
        return tr("balanced") if balance.target else ""
    return tr("missing: {names}", names=", ".join([*named, *([tr("{n} more", n=more)] if more else [])]))


class _Bars(QWidget):
    balance: Balance | None = None

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)

    def sizeHint(self) -> QSize:
        """A thin strip."""
        return QSize(240, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One bar a class, all of the same length."""
        balance = self.balance
        if balance is None or not balance.target:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap, count = 6.0, len(balance.labels)
        width = (self.width() - gap * (count - 1)) / count
        for number, label in enumerate(balance.labels):
            left = number * (width + gap)
            full = width * balance.of_label(label) / balance.target
            painter.setBrush(QBrush(theme.colour("muted"), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(QRectF(left, 1, width, 10), 3, 3)
            painter.setBrush(class_colour(number))
            if full > 0:
                painter.drawRoundedRect(QRectF(left, 1, full, 10), 3, 3)
