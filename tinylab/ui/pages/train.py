"""The page Train: watch the network learn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSlider

from tinylab.evaluation.rest_class import rest_advice
from tinylab.learning.menu import families, title_of
from tinylab.text import tr
from tinylab.ui.formats import percent
from tinylab.ui.plots.epochs import EpochPlot
from tinylab.ui.plots.legend import training_legend
from tinylab.ui.widgets.basic import button, show_text, side_by_side, text_label
from tinylab.ui.widgets.cards import Card, Panel
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.number_field import NumberField
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.question import Question
from tinylab.ui.widgets.stale_mark import StaleMark
from tinylab.ui.widgets.table import Table
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.trainer import Trainer

_SPLITS = (
    ("auto", tr("fairest there is")),
    ("subject", tr("by subject")),
    ("recording", tr("by recording")),
    ("given", tr("as imported")),
)


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return TrainPage(session.document, session.trainer)


class TrainPage(Page):
    """Shows the training and passes clicks on to it."""

    name = "Train"
    icon_name = "chart-bell-curve-cumulative"

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
    ) -> None:
        super().__init__(tr("Train"), tr("The network learns from some subjects and is tested on others."))
        self._document, self._trainer = document, trainer
        self._shown_run: object = None  # what the curves belong to
        self.primary(tr("Train"), self.train_or_stop)
        self._build_main()
        self._build_side()
        self.follow(trainer.changed, document.changed)

    def _build_main(self) -> None:
        self.loss_card, self.accuracy_card = Card(tr("Loss (cross-entropy)")), Card(tr("Accuracy"))
        self.loss_card.corner.addWidget(training_legend())
        self.loss, self.accuracy = EpochPlot(tr("loss")), EpochPlot(tr("accuracy"), words_at=0.06)
        self.loss_card.body.addWidget(self.loss)
        self.accuracy_card.body.addWidget(self.accuracy)
        self.plots = side_by_side(self.loss_card, self.accuracy_card)
        self.main.addWidget(self.plots, 5)
        self.status = text_label("", "", wrap=True)
        self.status.setContentsMargins(4, 0, 4, 0)
        self.main.addWidget(self.status)
        self.stale = StaleMark()
        self.main.addWidget(self.stale)
        self.advice = text_label("", "small", wrap=True, tone="caution")
        self.main.addWidget(self.advice)
        self.runs_card = Card(tr("Runs"))
        columns = (
            tr("run"),
            tr("network"),
            tr("window"),
            tr("unseen, int8"),
            tr("macro F1"),
            tr("baseline"),
            tr("weights"),
        )
        self.runs = Table(columns, tr("Runs so far"), text_columns=2, stretch=1, selectable=True)
        self.runs.row_chosen.connect(self._choose)
        self.runs.delete_asked.connect(self._ask_to_delete)
        self.delete_run = button(tr("Delete run"), lambda: self._ask_to_delete(self.runs.currentRow()), "link")
        self.runs_card.corner.addWidget(self.delete_run)
        self.runs_card.body.addWidget(self.runs, 1)
        self.main.addWidget(self.runs_card, 4)
        self.empty = EmptyState(
            "school-outline",
            tr("Nothing was trained yet"),
            tr("Press Train: the figures draw themselves, and the best weights are kept."),
        )
        self.main.addWidget(self.empty, 9)

    def _build_side(self) -> None:
        panel = Panel(tr("Network"))
        self.family = QComboBox()
        for family, name in families().items():
            self.family.addItem(tr(name), family)
        self.family.activated.connect(lambda _: self._network(family=self.family.currentData()))
        panel.field(tr("Family"), self.family)
        self.width_label = text_label("", "small")
        self.channels = QSlider(Qt.Orientation.Horizontal)
        self.channels.setRange(1, 16)
        self.channels.valueChanged.connect(lambda value: self._network(width=4 * value))
        panel.field(
            tr("Size"),
            self.channels,
            tr("Channels of the first layer; larger learns more and needs more of the board."),
        )
        panel.body.addWidget(self.width_label)
        panel.head(tr("Windows"))
        self.window_s = NumberField(
            0.1, 20, step=0.5, decimals=2, unit="s", changed=lambda v: self._windows(window_s=v)
        )
        self.window_s.setToolTip(tr("How much of the signal one decision looks at."))
        self.stride_s = NumberField(
            0.02, 20, step=0.1, decimals=2, unit="s", changed=lambda v: self._windows(stride_s=v)
        )
        self.stride_s.setToolTip(
            tr(
                "How far apart windows begin; also how often the board decides. A CNN moves it by up to a tenth where"
                " the board can then keep what it computed for the window before."
            )
        )
        panel.pair((tr("Window"), self.window_s), (tr("Stride"), self.stride_s))
        self.split = QComboBox()
        for key, text in _SPLITS:
            self.split.addItem(tr(text), key)
        self.split.activated.connect(lambda _: self._windows(split=self.split.currentData()))
        panel.field(tr("Split"), self.split, tr("Windows of one recording or subject never sit on both sides."))
        self._build_learning(panel)
        panel.stretch()
        self.side.addWidget(panel)

    def _build_learning(self, panel: Panel) -> None:
        panel.head(tr("Learning"))
        self.epochs = NumberField(1, 1000, changed=lambda v: self._network(epochs=int(v)))
        panel.field(tr("Epochs, at most"), self.epochs)
        expert = panel.fold(tr("Expert settings"))
        self.rate = NumberField(0.00001, 1, step=0.001, decimals=5, changed=lambda v: self._network(learning_rate=v))
        expert.field(tr("Learning rate (cosine decay)"), self.rate)
        self.batch = NumberField(1, 4096, changed=lambda v: self._network(batch=int(v)))
        expert.field(tr("Batch (windows, at most)"), self.batch)
        self.dropout = NumberField(0, 0.9, step=0.05, decimals=2, changed=lambda v: self._network(dropout=v))
        expert.field(tr("Dropout"), self.dropout)
        self.patience = NumberField(1, 1000, changed=lambda v: self._network(patience=int(v)))
        expert.field(tr("Patience (epochs)"), self.patience, tr("Stops when validation has not improved for so long."))
        self.seed = NumberField(0, 10_000, changed=lambda v: self._reseed(int(v)))
        expert.field(tr("Seed (network and split)"), self.seed)

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
        why_not = trainer.why_not()
        self.action.setText(tr("■ Stop, keep the best") if trainer.busy else tr("Train"))
        self.action.setEnabled(trainer.state is RunState.TRAINING if trainer.busy else not why_not)
        self.action.setToolTip(why_not)
        self.sentence.setText(trainer.sentence or tr("The network learns from some subjects and is tested on others."))
        begun = trainer.busy or bool(trainer.history) or bool(trainer.runs) or bool(trainer.reason)
        for widget in (self.plots, self.status, self.runs_card):
            widget.setVisible(begun)
        self.empty.setVisible(not begun)
        if why_not:
            self.empty.text.setText(why_not)
        self._show_epochs()
        self._show_settings(trainer.settings)
        self.status.setText(self._status())
        self.status.setProperty("tone", "error" if trainer.state is RunState.FAILED else "")
        self.status.style().polish(self.status)
        self.stale.show_since(trainer.since())
        run = trainer.current
        show_text(self.advice, rest_advice(run.labels) if run is not None else "")
        self._show_runs()

    def _show_epochs(self) -> None:
        history = self._trainer.history
        shown = None if self._trainer.busy else self._trainer.current
        if shown is not self._shown_run:  # another run begins unzoomed
            self._shown_run = shown
            self.loss.show_everything()
            self.accuracy.show_everything()
        numbers = [e.number for e in history]
        best = min(history, key=lambda e: e.validation_loss).number if history else 0
        at_most = self._trainer.settings.network.epochs if self._trainer.busy else 0
        self.loss.show_epochs(numbers, [e.loss for e in history], [e.validation_loss for e in history], best, at_most)
        self.accuracy.show_epochs(
            numbers, [e.accuracy for e in history], [e.validation_accuracy for e in history], best, at_most
        )

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
            count = len(trainer.history)
            return tr("Epoch {n} of at most {all}.", n=count, all=trainer.settings.network.epochs)
        run = trainer.current
        if run is None:
            return ""
        why = tr("stopped by hand") if run.stopped else tr("ended by itself")
        return tr(
            "Run {n} {why} after {epochs} epochs; the weights of epoch {best} were kept.",
            n=run.number,
            why=why,
            epochs=len(run.history),
            best=run.best_epoch,
        )

    def _show_runs(self) -> None:
        self.delete_run.setEnabled(not self._trainer.busy)
        runs = list(reversed(self._trainer.runs))
        current = self._trainer.current
        rows = [
            (
                str(run.number),
                f"{tr(title_of(run.settings.network.family))}, {run.settings.network.width}",
                f"{run.recipe.window_s:.2f} s",
                percent(run.int8.accuracy),
                f"{run.int8.macro_f1:.3f}",
                percent(run.int8.majority),
                f"{run.parameters:,}",
            )
            for run in runs
        ]
        self.runs.show_rows(rows, bold=next((i for i, run in enumerate(runs) if run is current), -1))

    def _show_settings(self, settings: TrainSettings) -> None:
        network, windows = settings.network, settings.windows
        fields: list[tuple[NumberField, float]] = [
            (self.epochs, network.epochs), (self.rate, network.learning_rate), (self.batch, network.batch),
            (self.dropout, network.dropout), (self.patience, network.patience), (self.seed, network.seed),
            (self.window_s, windows.window_s), (self.stride_s, windows.stride_s),
        ]  # fmt: skip
        for field, value in fields:
            field.setEnabled(not self._trainer.busy)
            field.show_value(value)
        self.channels.setEnabled(not self._trainer.busy)
        self.channels.blockSignals(True)
        self.channels.setValue(network.width // 4)
        self.channels.blockSignals(False)
        self.family.setCurrentIndex(self.family.findData(network.family))
        self.split.setCurrentIndex(self.split.findData(windows.split))
        for box in (self.family, self.split):
            box.setEnabled(not self._trainer.busy)
        self.width_label.setText(tr("{n} channels in the first layer", n=network.width))

    # --- clicks -----------------------------------------------------------------------------------------

    def train_or_stop(self) -> None:
        """The primary action."""
        if self._trainer.busy:
            self._trainer.stop()
        else:
            self._trainer.train()

    def _network(self, **changes: Any) -> None:
        settings = self._trainer.settings
        self._trainer.set_settings(replace(settings, network=replace(settings.network, **changes)))

    def _windows(self, **changes: Any) -> None:
        settings = self._trainer.settings
        self._trainer.set_settings(replace(settings, windows=replace(settings.windows, **changes)))

    def _reseed(self, seed: int) -> None:
        self._network(seed=seed)
        self._windows(seed=seed)

    def _ask_to_delete(self, row: int) -> None:
        """A run cannot be brought back, so it is asked first."""
        runs = list(reversed(self._trainer.runs))
        if self._trainer.busy or not 0 <= row < len(runs):
            return
        run = runs[row]
        text = tr("Its network, its figures and the windows it was tested on go for good. The takes stay.")
        title = tr("Delete run {n}?", n=run.number)
        Question(title, text, tr("Delete"), lambda: self._trainer.delete(run), self.window())

    def _choose(self, row: int) -> None:
        if not self._trainer.busy:
            self._trainer.choose(list(reversed(self._trainer.runs))[row])
        self.refresh()
