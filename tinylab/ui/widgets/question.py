"""Small dialogs: a question that cannot be undone, and a name to type. They never hold the window up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.widgets.basic import button, text_label

_WIDTH = 420


class _Dialog(QDialog):
    """A title, one sentence, and two buttons; opened without holding anything up, and gone when it is closed."""

    def __init__(self, title: str, text: str, yes: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(10)
        self.column.addWidget(text_label(title, "brand", wrap=True))
        if text:
            self.column.addWidget(text_label(text, "", wrap=True))
        self.yes: QPushButton = button(yes, self.agree, "primary")
        self.no: QPushButton = button(tr("Cancel"), self.reject)
        self.finished.connect(self.deleteLater)

    def add_buttons(self) -> None:
        """Below everything else."""
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.column.addSpacing(6)
        self.column.addLayout(row)

    def agree(self) -> None:
        """The button that does it."""
        self.accept()


class Question(_Dialog):
    """Asks before something that cannot be undone; Enter is "no"."""

    def __init__(self, title: str, text: str, yes: str, act: Callable[[], object], parent: QWidget) -> None:
        super().__init__(title, text, yes, parent)
        self._act = act
        self.add_buttons()
        self.no.setDefault(True)
        self.no.setFocus()
        self.open()

    def agree(self) -> None:
        """Close, then do it."""
        self.accept()
        self._act()


class AskName(_Dialog):
    """Asks for a name; `take` returns why one is not taken, in a sentence, or nothing."""

    def __init__(self, title: str, text: str, name: str, yes: str, take: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(title, text, yes, parent)
        self._take = take
        self.field = QLineEdit(name)
        self.field.setAccessibleName(title)
        self.column.addWidget(self.field)
        self.reason = text_label("", "small", wrap=True, tone="error")
        self.reason.hide()
        self.column.addWidget(self.reason)
        self.field.textEdited.connect(lambda _: self.reason.hide())
        self.add_buttons()
        self.yes.setDefault(True)
        self.field.selectAll()
        self.field.setFocus()
        self.open()

    def agree(self) -> None:
        """Close if the name is taken; else say why not."""
        reason = self._take(self.field.text())
        if not reason:
            self.accept()
            return
        self.reason.setText(reason)
        self.reason.show()
