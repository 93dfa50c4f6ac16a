"""The confusion matrix of a run and, small in its cells, how another run's answers differ."""

from __future__ import annotations

from tinylab.text import tr
from tinylab.ui.plots.matrix import ConfusionMatrix
from tinylab.ui.plots.saving import SaveButton
from tinylab.ui.widgets.basic import show_text, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.workflow.training.runs import TrainedRun


class MatrixCard(Card):
    """Which class was taken for which."""

    def __init__(self) -> None:
        super().__init__(tr("Which class was taken for which"))
        self.matrix = ConfusionMatrix()
        self.corner.addWidget(SaveButton(self.matrix, self.matrix.numbers))
        self.body.addWidget(self.matrix, 1)
        self.beside = text_label("", "small", wrap=True)
        self.body.addWidget(self.beside)

    def put_beside(self, other: TrainedRun | None) -> None:
        """Compare with another run, where its test is open; None: with none."""
        if other is None or not other.is_open:
            self.matrix.put_beside("", {})
            show_text(self.beside, "")
            return
        name = tr("run {n}", n=other.number)
        labels = other.labels
        self.matrix.put_beside(
            name,
            {
                (labels[truth], labels[answer]): count
                for truth, row in enumerate(other.int8.confusion)
                for answer, count in enumerate(row)
            },
        )
        said = tr("Point at a cell: its share of the row, and that of {name}.", name=name)
        if self.matrix.has_room_for_two:
            said = tr("Small: how many points of its row a cell has more than {name}.", name=name)
        show_text(self.beside, said)
