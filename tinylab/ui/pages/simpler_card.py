"""The card of the page Evaluate that shows what is simpler than a network, and trains what can be put on a board."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.evaluation.baseline_rows import BaselineRow
from tinylab.learning.menu import family_of, title_of
from tinylab.text import tr
from tinylab.ui.formats import one_line, with_interval
from tinylab.ui.widgets.basic import button, show_text, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.table import Table
from tinylab.workflow.training.runs import TrainedRun
from tinylab.workflow.training.simpler import offered, settings_for, why_not
from tinylab.workflow.training.trainer import Trainer


class SimplerCard(Card):
    """Every baseline on the windows of the run's test; one row is chosen, said whole below, and can be trained."""

    def __init__(self, trainer: Trainer, go: Callable[[str], None]) -> None:
        super().__init__(tr("Simpler models on the same windows"))
        self._trainer, self._go = trainer, go
        self._run: TrainedRun | None = None
        self._chosen = ""  # name of a baseline
        self.offer = button("", self._take_offer, "link")  # beside the sentence that one is as good, above on the page
        self.train = button(tr("Train it"), lambda: self._train(self._chosen))
        self.corner.addWidget(self.train)
        columns = (tr("model"), tr("what it does"), tr("accuracy"), tr("macro F1"), tr("board"))
        self.table = Table(
            columns, tr("Simpler models on the same windows"), text_columns=2, stretch=1, selectable=True,
            row_height=26, hidden_below={3: 560},
        )  # fmt: skip
        self.table.row_chosen.connect(self._choose)
        self.body.addWidget(self.table)
        self.words = text_label("", "small", wrap=True)
        self.body.addWidget(self.words)

    def show_run(self, run: TrainedRun | None) -> None:
        """Draw the baselines of a run; without any the card takes no room."""
        rows = run.baselines if run is not None else ()
        self.setVisible(bool(rows))
        best = offered(run) if run is not None else None
        self.offer.setVisible(best is not None)
        if run is None or not rows:
            return
        if best is not None:
            self.offer.setText(tr("Train this instead: {title}", title=tr(title_of(family_of(best.name)))))
            self.offer.setEnabled(not self._trainer.busy and not self._trainer.why_not())
        if run is not self._run:
            self._run, self._chosen = run, best.name if best is not None else rows[-1].name
        self.table.show_rows([_cells(row) for row in rows], bold=[row.name for row in rows].index(self._chosen))
        self.table.fit_height()
        self._show_chosen(run)

    def _show_chosen(self, run: TrainedRun) -> None:
        row = _row_of(run, self._chosen)
        reason = why_not(run, row) or self._trainer.why_not()
        self.train.setEnabled(not reason and not self._trainer.busy)
        self.train.setToolTip(reason)
        show_text(self.words, " ".join(filter(None, (f"{row.title}: {one_line(row.words, 240)}.", reason))))

    def _choose(self, place: int) -> None:
        run = self._run
        if run is not None and place < len(run.baselines):
            self._chosen = run.baselines[place].name
            self.show_run(run)

    def _take_offer(self) -> None:
        best = offered(self._run) if self._run is not None else None
        if best is not None:
            self._train(best.name)

    def _train(self, name: str) -> None:
        run = self._run
        settings = settings_for(run, _row_of(run, name)) if run is not None else None
        if settings is not None and not self._trainer.busy:
            self._trainer.train(settings)
            self._go("Train")


def _row_of(run: TrainedRun, name: str) -> BaselineRow:
    return next(row for row in run.baselines if row.name == name)


def _cells(row: BaselineRow) -> tuple[str, ...]:
    return (
        row.title, one_line(row.words, 240), with_interval(row.accuracy, row.interval), f"{row.macro_f1:.3f}",
        tr("yes") if row.deployable else tr("no"),
    )  # fmt: skip
