"""A line that says what has changed in the project since a run was made; hidden where nothing has."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from tinylab.text import tr
from tinylab.ui.widgets.basic import icon, text_label
from tinylab.workflow.training.since import Since


class StaleMark(QWidget):
    """Shown on Train, Evaluate and Deploy: the figures stand, but the data have moved on."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(8)
        self._picture = QLabel()
        self.text = text_label("", "small", wrap=True, tone="caution")
        row.addWidget(self._picture)
        row.addWidget(self.text, 1)
        self.hide()

    def show_since(self, since: Since) -> None:
        """Say what has changed; disappear where nothing has."""
        self.setVisible(since.stale)
        if since.stale:
            self._picture.setPixmap(icon("history", "caution").pixmap(16, 16))
            self.text.setText(tr("Shown is what was measured then. {changes}", changes=str(since)))
