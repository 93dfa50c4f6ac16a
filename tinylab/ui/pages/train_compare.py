"""A press on the page Train that compares networks, and what the last comparison found."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.widgets.basic import button, show_text, text_label
from tinylab.workflow.training.comparer import Comparer
from tinylab.workflow.training.comparing import Subject
from tinylab.workflow.training.trainer import Trainer

_TIP = tr(
    "Each is trained a few times and judged by those who teach; whoever is tested in the end is in none of it. What is"
    " better by more than chance is taken."
)


def trainer_busy_text(trainer: Trainer) -> str:
    """Why nothing can be compared now, in words; empty where it can."""
    return tr("A run goes on.") if trainer.busy else trainer.why_not()


class CompareLine(QWidget):
    """One such press, with its rows below."""

    def __init__(self, comparer: Comparer, subject: Subject, text: str) -> None:
        super().__init__()
        self._comparer, self._subject, self._text = comparer, subject, text
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        self.press = button(text, self._pressed, "link")
        self.press.setToolTip(_TIP)
        self.rows = text_label("", "small", wrap=True)
        self.rows.setAccessibleName(text)
        column.addWidget(self.press)
        column.addWidget(self.rows)

    def refresh(self, *, why_not: str) -> None:
        """Draw it; `why_not`: why nothing can be compared now."""
        mine = self._comparer.busy and self._comparer.subject == self._subject
        self.press.setText(tr("Stop comparing") if mine else self._text)
        self.press.setEnabled(mine or not (self._comparer.busy or why_not))
        self.press.setToolTip(why_not or _TIP)
        show_text(self.rows, self._comparer.said if mine else self._found())

    def _found(self) -> str:
        found = self._comparer.found
        if found is None or found.subject != self._subject:
            return ""
        lines = [row.words for row in found.rows]
        taken = tr("{title} is taken; {protocol}.", title=found.best.candidate.title, protocol=found.protocol)
        return "\n".join([*lines, taken])

    def _pressed(self) -> None:
        if self._comparer.busy:
            self._comparer.stop()
        else:
            self._comparer.compare(self._subject)
