"""The page Train: watch the network learn."""

from __future__ import annotations

from tinylab.evaluation.rest_class import rest_advice
from tinylab.learning.menu import is_simple
from tinylab.text import tr
from tinylab.ui.formats import figures, validation_figure
from tinylab.ui.pages.train_beside import BesideChoice
from tinylab.ui.pages.train_choices import TrainChoices
from tinylab.ui.plots.epochs import Curves, EpochPlot
from tinylab.ui.plots.legend import final_legend, training_legend
from tinylab.ui.run_texts import how_it_ended, network_words, progress_words
from tinylab.ui.widgets.basic import button, show_text, side_by_side, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.question import AskName, Question
from tinylab.ui.widgets.stale_mark import StaleMark
from tinylab.ui.widgets.table import Table
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session
from tinylab.workflow.training.comparer import Comparer
from tinylab.workflow.training.run_beside import RunBeside
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.runs import INT8, TrainedRun
from tinylab.workflow.training.sizing import Sizing
from tinylab.workflow.training.trainer import Trainer
from tinylab.workflow.training.varied_windows import VariedWindows


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return TrainPage(
        session.document, session.trainer, session.comparer, session.sizing, session.varied, session.beside
    )


class TrainPage(Page):
    """Shows the training and passes clicks on to it."""

    name = "Train"
    icon_name = "chart-bell-curve-cumulative"

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        comparer: Comparer,
        sizing: Sizing,
        varied: VariedWindows,
        beside: RunBeside,
    ) -> None:
        super().__init__(tr("Train"), tr("The network learns from some and is tested on others."))
        self._document, self._trainer, self._comparer = document, trainer, comparer
        self._sizing = sizing
        self._best_first = False  # the list of runs: by validation instead of by age
        self._shown_run: object = None  # what the curves belong to
        self.primary(tr("Train"), self.train_or_stop)
        self.pause = button(tr("Pause"), trainer.pause)
        self.beside_primary(self.pause)
        self._build_main(beside)
        self.choices = TrainChoices(trainer, comparer, sizing, varied)
        self.side.addWidget(self.choices)
        self.follow(trainer.changed, document.changed, comparer.changed, beside.changed)
        sizing.changed.subscribe(lambda _: self.choices.show_size())

    def _build_main(self, beside: RunBeside) -> None:
        self.loss_card, self.accuracy_card = Card(tr("Loss")), Card(tr("Accuracy"))
        self.loss_card.corner.addWidget(training_legend())
        self.accuracy_card.corner.addWidget(final_legend())
        self.loss, self.accuracy = EpochPlot(tr("cross-entropy")), EpochPlot(tr("accuracy"), words_at=0.06)
        self.beside = BesideChoice(beside, self.loss, self.accuracy)
        self.accuracy_card.corner.insertWidget(0, self.beside.legend)
        self.loss_card.body.addWidget(self.loss)
        self.accuracy_card.body.addWidget(self.accuracy)
        self.plots = side_by_side(self.loss_card, self.accuracy_card)
        self.main.addWidget(self.plots, 6)
        self.status = text_label("", "", wrap=True)
        self.status.setContentsMargins(4, 0, 4, 0)
        self.main.addWidget(self.status)
        self.stale = StaleMark()
        self.main.addWidget(self.stale)
        self.advice = text_label("", "small", wrap=True, tone="caution")
        self.main.addWidget(self.advice)
        self._build_runs()
        self.empty = EmptyState(
            "school-outline",
            tr("Nothing was trained yet"),
            tr("Press Train: the figures draw themselves while the network learns."),
        )
        self.main.addWidget(self.empty, 9)

    def _build_runs(self) -> None:
        self.runs_card = Card(tr("Runs"))
        columns = (
            tr("run"),
            tr("network"),
            tr("window"),
            tr("validation"),
            tr("weights"),
            tr("test, int8"),
        )
        self.runs = Table(
            columns,
            tr("Runs so far"),
            text_columns=2,
            stretch=1,
            selectable=True,
            hidden_below={2: 600, 4: 560},
        )
        self.runs.row_chosen.connect(self._choose)
        self.runs.delete_asked.connect(self._ask_to_delete)
        self.runs_card.corner.addWidget(self.beside.box)
        self.order = button(tr("Best first"), self._turn_order, "link")
        self.order.setToolTip(tr("Runs are compared by validation; the test is for the end."))
        self.runs_card.corner.addWidget(self.order)
        self.name_run = button(tr("Name run"), self._ask_for_name, "link")
        self.runs_card.corner.addWidget(self.name_run)
        self.delete_run = button(tr("Delete run"), lambda: self._ask_to_delete(self.runs.currentRow()), "link")
        self.runs_card.corner.addWidget(self.delete_run)
        self.runs_card.body.addWidget(self.runs, 1)
        self.main.addWidget(self.runs_card, 3)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """Done when there is a network."""
        if self._trainer.state is RunState.FAILED:
            return "attention", ""
        if self._trainer.since().stale:
            return "stale", ""
        return ("done", "") if self._trainer.current is not None else ("", "")

    def refresh(self) -> None:
        """Draw everything from the training's state."""
        trainer = self._trainer
        why_not = trainer.why_not() or (tr("Networks are being compared.") if self._comparer.busy else "")
        stop = tr("■ Stop") if trainer.in_folds else tr("■ Stop and keep")
        self.action.setText(stop if trainer.busy else tr("Train"))
        self.pause.setVisible(trainer.state is RunState.TRAINING)
        self.pause.setText(tr("Go on") if trainer.paused else tr("Pause"))
        self.action.setEnabled(trainer.state is RunState.TRAINING if trainer.busy else not why_not)
        self.action.setToolTip(why_not)
        self.sentence.setText(trainer.sentence or tr("The network learns from some and is tested on others."))
        begun = trainer.busy or bool(trainer.history) or bool(trainer.runs) or bool(trainer.reason)
        for widget in (self.plots, self.status, self.runs_card):
            widget.setVisible(begun)
        self.plots.setVisible(begun and not self._without_epochs())
        self.empty.setVisible(not begun)
        if why_not:
            self.empty.text.setText(why_not)
        self._show_epochs()
        self.choices.refresh()
        self.status.setText(self._status())
        self.status.setProperty("tone", "error" if trainer.state is RunState.FAILED else "")
        self.status.style().polish(self.status)
        self.stale.show_since(trainer.since())
        run = trainer.current
        show_text(self.advice, rest_advice(run.labels, by_movement=run.recipe.by_movement) if run is not None else "")
        self._show_runs()

    def tick(self) -> None:
        """The size of the network that is chosen is computed while somebody looks."""
        self._sizing.look_after()

    def _without_epochs(self) -> bool:
        """Whether what is shown is no network and has no curves."""
        run = None if self._trainer.busy else self._trainer.current
        settings = self._trainer.settings if run is None else run.settings
        return is_simple(settings.network.family) and not self._trainer.history

    def _show_epochs(self) -> None:
        history = self._trainer.history
        self.beside.refresh(busy=self._trainer.busy)
        shown = None if self._trainer.busy else self._trainer.current
        if shown is not self._shown_run:  # another run begins unzoomed
            self._shown_run = shown
            self.loss.show_everything()
            self.accuracy.show_everything()
        checked = [epoch for epoch in history if not epoch.final]
        everyone = [epoch for epoch in history if epoch.final]
        best, at_most = self._best_epoch(), self._trainer.settings.network.epochs if self._trainer.busy else 0
        for plot, training, validation in (
            (self.loss, "loss", "validation_loss"), (self.accuracy, "accuracy", "validation_accuracy")
        ):  # fmt: skip
            plot.show_epochs(
                Curves(
                    [each.number for each in checked],
                    [getattr(each, training) for each in checked],
                    [getattr(each, validation) for each in checked],
                    [each.number for each in everyone],
                    [getattr(each, training) for each in everyone],
                ),
                best,
                at_most,
            )

    def _best_epoch(self) -> int:
        """The epoch whose weights were kept, where validation chose one; 0 where it did not."""
        run = self._trainer.current
        chosen = run is not None and run.settings.network.keep == "best" and not self._trainer.busy
        return run.best_epoch if run is not None and chosen else 0

    def _status(self) -> str:
        trainer = self._trainer
        text = {
            RunState.PREPARING: tr("Cutting windows; the worker gets ready …"),
            RunState.QUANTIZING: tr("Quantizing to int8 and testing on the unseen windows …"),
            RunState.FAILED: trainer.reason,
        }
        if trainer.state in text:
            return text[trainer.state]
        if trainer.busy:
            return progress_words(trainer)
        run = trainer.current
        return "" if run is None else " ".join([how_it_ended(run), *run.notes])

    def _show_runs(self) -> None:
        self.delete_run.setEnabled(not self._trainer.busy)
        self.name_run.setEnabled(self._trainer.current is not None and not self._trainer.busy)
        self.order.setText(tr("Newest first") if self._best_first else tr("Best first"))
        runs, current = self._listed(), self._trainer.current
        rows = [
            (
                str(run.number),
                network_words(run),
                f"{run.recipe.window_s:.2f} s",
                validation_figure(run),
                f"{run.parameters:,}",
                figures(run, INT8)[0],
            )
            for run in runs
        ]
        self.runs.show_rows(rows, bold=next((i for i, run in enumerate(runs) if run is current), -1))

    def _listed(self) -> list[TrainedRun]:
        """The runs as they stand in the list; a run without validation stands behind those that have one."""
        newest = list(reversed(self._trainer.runs))
        if not self._best_first:
            return newest
        return sorted(
            newest, key=lambda run: -1.0 if run.validation is None else run.validation.metrics.accuracy, reverse=True
        )

    # --- clicks -----------------------------------------------------------------------------------------

    def train_or_stop(self) -> None:
        """The primary action."""
        if self._trainer.busy:
            self._trainer.stop()
        else:
            self._trainer.train()

    def _turn_order(self) -> None:
        self._best_first = not self._best_first
        self.refresh()

    def _ask_for_name(self) -> None:
        run = self._trainer.current
        if run is None:
            return

        def take(name: str) -> str:
            self._trainer.rename(run, name)
            return ""

        title = tr("Name of run {n}", n=run.number)
        AskName(title, tr("What it was for; leave it empty for none."), run.name, tr("Name"), take, self.window())

    def _ask_to_delete(self, row: int) -> None:
        """A run cannot be brought back, so it is asked first."""
        runs = self._listed()
        if self._trainer.busy or not 0 <= row < len(runs):
            return
        run = runs[row]
        text = tr("Its network, its figures and the windows it was tested on go for good. The takes stay.")
        title = tr("Delete run {n}?", n=run.number)
        Question(title, text, tr("Delete"), lambda: self._trainer.delete(run), self.window())

    def _choose(self, row: int) -> None:
        if not self._trainer.busy:
            self._trainer.choose(self._listed()[row])
        self.refresh()
