"""A class's list of names, typed or pasted, added in one step."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from tinylab.text import ntr, tr
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.capture.people import People, names_in


class AskRoster(QDialog):
    """Shows how many names it sees while one types."""

    def __init__(self, people: People, parent: QWidget) -> None:
        super().__init__(parent)
        self._people = people
        self.setWindowTitle(tr("Class list"))
        self.setMinimumSize(420, 340)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(10)
        outer.addWidget(text_label(tr("Class list"), "brand"))
        outer.addWidget(text_label(tr("One name a line, or with commas between them."), "", wrap=True))
        self.field = QPlainTextEdit()
        self.field.setAccessibleName(tr("Names"))
        self.field.setTabChangesFocus(True)
        self.field.textChanged.connect(self._count)
        outer.addWidget(self.field, 1)
        self.found = text_label("", "small")
        outer.addWidget(self.found)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        self.yes = button(tr("Add"), self._add, "primary")
        row.addWidget(self.yes)
        outer.addLayout(row)
        self.finished.connect(self.deleteLater)
        self._count()
        self.field.setFocus()
        self.open()

    def _count(self) -> None:
        count = len({name.casefold() for name in names_in(self.field.toPlainText())})
        self.found.setText(ntr("{count} name", "{count} names", count))
        self.yes.setEnabled(count > 0)

    def _add(self) -> None:
        self._people.add(self.field.toPlainText())
        self.accept()
