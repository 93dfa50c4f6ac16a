"""A segmented switch: a few choices in a row of which one is on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton

from tinylab.ui.widgets.basic import button


class Segments(QFrame):
    """Emits `chosen` with the number of the choice; Tab reaches the one that is on, arrow keys the others."""

    chosen = Signal(int)

    def __init__(self, name: str, texts: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("segments")
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: list[QPushButton] = []
        for number, text in enumerate(texts):
            made = button(text, partial(self.chosen.emit, number), "segment")
            made.setCheckable(True)
            made.setAccessibleDescription(name)
            self._group.addButton(made, number)
            self.buttons.append(made)
            row.addWidget(made)
        self.buttons[0].setChecked(True)

    @property
    def current(self) -> int:
        """The number of the choice that is on."""
        return self._group.checkedId()

    def show_choice(self, number: int) -> None:
        """Turn a choice on, quietly."""
        self.buttons[number].setChecked(True)
