"""Precision, recall and F1 of each class, and the F1 of another run beside it."""

from __future__ import annotations

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.widgets.table import Table
from tinylab.workflow.training.runs import TrainedRun

_OTHER = 5  # the column of the other run


class ClassTable(Table):
    """A row for each class of the current run's int8 network."""

    def __init__(self) -> None:
        columns = (tr("class"), tr("precision"), tr("recall"), tr("F1"), tr("windows"), "")
        super().__init__(columns, tr("Figures of each class"), row_height=26, hidden_below={4: 380})

    def show_run(self, run: TrainedRun, beside: TrainedRun | None) -> None:
        """Draw the figures; those of `beside` only where its test is open."""
        other = beside if beside is not None and beside.is_open else None
        theirs = {} if other is None else {each.label: f"{each.f1:.2f}" for each in other.int8.classes}
        rows = [
            (one_line(c.label, 22), f"{c.precision:.2f}", f"{c.recall:.2f}", f"{c.f1:.2f}", f"{c.support:,}",
             theirs.get(c.label, "–"))
            for c in run.int8.classes
        ]  # fmt: skip
        head = self.horizontalHeaderItem(_OTHER)
        if head is not None and other is not None:
            head.setText(tr("F1, run {n}", n=other.number))
        self.show_rows(rows)
        self.setColumnHidden(_OTHER, other is None)
        self.fit_height()
