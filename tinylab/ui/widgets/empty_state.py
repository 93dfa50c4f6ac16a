"""What a page shows when there is nothing yet: what to do next, and an offer to do it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import icon, text_label


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
