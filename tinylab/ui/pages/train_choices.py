"""The side of the page Train: the network, its windows, and how it learns."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSlider, QVBoxLayout, QWidget

from tinylab.learning.menu import families, is_simple
from tinylab.learning.plan import WIDTHS
from tinylab.text import tr
from tinylab.ui.pages.train_compare import CompareLine, trainer_busy_text
from tinylab.ui.pages.train_expert import ExpertChoices, change_augmentation, change_network
from tinylab.ui.pages.train_varied import VariedDialog
from tinylab.ui.widgets.basic import button, text_label
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.training.comparer import Comparer
from tinylab.workflow.training.runs import Judged
from tinylab.workflow.training.sizing import Sizing
from tinylab.workflow.training.trainer import Trainer
from tinylab.workflow.training.varied_windows import VariedWindows

_SPLITS = (
    ("auto", tr("fairest there is")),
    ("subject", tr("by subject")),
    ("recording", tr("by recording")),
    ("given", tr("as imported")),
)
_DECIDES = (
    ("auto", tr("as suits the takes")),
    ("stride", tr("every stride")),
    ("movement", tr("on movements")),
)
_DECIDES_TIP = tr(
    "Every stride: whatever the signal is. On movements: once a short movement has ended, which then stands in the"
    " middle of its window; during long ones every stride; at rest only where a label is a rest. As suits the takes:"
    " on movements where most takes are shorter than the window."
)
_JUDGED = (
    ("split", tr("one test")),
    ("subject", tr("leaving each person out")),
    ("recording", tr("leaving recordings out")),
)
_JUDGED_TIP = tr(
    "Left out in turn, everybody is tested once by a network that has not learned from them, and the network that is"
    " kept learns from all. It takes as many trainings more."
)
_SPLIT_TIP = tr("Windows of one recording never sit on both sides; by subject, nor do those of one person.")
_COST_TIP = tr(
    "The network and the features it is given, compiled by the engine, built as for the board and counted instruction"
    " by instruction; the rest of the firmware comes on top. Weights change none of it."
)
_VARIED_TIP = tr("One window as it was recorded, and copies of it as the network learns from them.")
_SIMPLE = tr("No network: it learns from features in a moment, by scikit-learn, without epochs and variations.")


class TrainChoices(Panel):
    """Shows what was chosen and passes changes to the trainer."""

    def __init__(self, trainer: Trainer, comparer: Comparer, sizing: Sizing, varied: VariedWindows) -> None:
        super().__init__(tr("Network"))
        self._trainer, self._comparer, self._sizing, self._varied = trainer, comparer, sizing, varied
        self.family = self._box(tr("Family"), families().items(), "", lambda key: self._resize(family=key))
        self.families = CompareLine(comparer, "families", tr("Compare families"))
        self.body.addWidget(self.families)
        self._of_networks: list[QWidget] = []  # what means nothing to a family that is none
        self.width_label = text_label("", "small", wrap=True)
        self.width_label.setAccessibleName(tr("What the network would cost the board"))
        self.width_label.setToolTip(tr(_COST_TIP))
        self.channels = QSlider(Qt.Orientation.Horizontal)
        self.channels.setRange(0, len(WIDTHS) - 1)
        self.channels.setPageStep(2)
        self.channels.valueChanged.connect(lambda place: self._resize(width=WIDTHS[place]))
        with self._networks_alone():
            self.field(
                tr("Size"),
                self.channels,
                tr("Channels of the first layer; larger learns more and needs more of the board."),
            )
            self.body.addWidget(self.width_label)
        self.simple_text = text_label(_SIMPLE, "small", wrap=True)
        self.body.addWidget(self.simple_text)
        self._build_windows()
        self._build_learning()
        self.stretch()

    def _build_windows(self) -> None:
        self.head(tr("Windows"))
        self.window_s = NumberField(
            0.1, 20, step=0.5, decimals=2, unit="s", changed=lambda v: self._windows(window_s=v, suggested=False)
        )
        self.window_s.setToolTip(tr("How much of the signal one decision looks at."))
        self.stride_s = NumberField(
            0.02, 20, step=0.1, decimals=2, unit="s", changed=lambda v: self._windows(stride_s=v, suggested=False)
        )
        self.stride_s.setToolTip(
            tr(
                "How far apart windows begin; also how often the board decides. A CNN moves it by up to a tenth where"
                " the board can then keep what it computed for the window before."
            )
        )
        self.pair((tr("Window"), self.window_s), (tr("Stride"), self.stride_s))
        self.decides = self._box(
            tr("The board decides"), _DECIDES, tr(_DECIDES_TIP), lambda key: self._windows(decides=key)
        )
        self.split = self._box(tr("Split"), _SPLITS, tr(_SPLIT_TIP), lambda key: self._windows(split=key))
        self.judged = self._box(tr("Judged by"), _JUDGED, tr(_JUDGED_TIP), self._judge)

    def _box(
        self, name: str, entries: Iterable[tuple[str, str]], tip: str, changed: Callable[[Any], None]
    ) -> QComboBox:
        """A field with these entries, (key, text); `changed` is given the key of the one that is chosen."""
        made = QComboBox()
        for key, text in entries:
            made.addItem(tr(text), key)
        made.activated.connect(lambda _: changed(made.currentData()))
        self.field(name, made, tip)
        return made

    def _build_learning(self) -> None:
        self.head(tr("Learning"))
        with self._networks_alone():
            self._build_epochs()
        self.expert = ExpertChoices(self._trainer, self.fold(tr("Expert settings")))

    def _build_epochs(self) -> None:
        self.epochs = NumberField(1, 1000, changed=lambda v: self._network(epochs=int(v)))
        self.field(tr("Epochs"), self.epochs)
        self.rotation = NumberField(
            0, 3.2, step=0.1, decimals=2, unit="rad", changed=lambda v: self._augmentation(rotation=v)
        )
        self.field(
            tr("Turn windows at random by"),
            self.rotation,
            tr("Each time a window is learned from it is turned a little, as another wrist would wear the board."),
        )
        self.show_varied = button(tr("Show varied windows"), self._show_varied, "link")
        self.body.addWidget(self.show_varied)
        self.variations = CompareLine(self._comparer, "variations", tr("With and without"))
        self.body.addWidget(self.variations)

    @contextlib.contextmanager
    def _networks_alone(self) -> Iterator[None]:
        """Fields that are added meanwhile are there for networks alone."""
        part = QWidget()
        inner = QVBoxLayout(part)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(self.body.spacing())
        self.body.addWidget(part)
        self._of_networks.append(part)
        with self.filling(inner):
            yield

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the settings."""
        settings = self._trainer.settings
        network, windows = settings.network, settings.windows
        fields: list[tuple[NumberField, float]] = [
            (self.epochs, network.epochs), (self.rotation, network.augmentation.rotation),
            (self.window_s, windows.window_s), (self.stride_s, windows.stride_s),
        ]  # fmt: skip
        for field, value in fields:
            field.setEnabled(not self._trainer.busy)
            field.show_value(value)
        self.channels.setEnabled(not self._trainer.busy)
        self.channels.blockSignals(True)
        self.channels.setValue(min(range(len(WIDTHS)), key=lambda place: abs(WIDTHS[place] - network.width)))
        self.channels.blockSignals(False)
        self.family.setCurrentIndex(self.family.findData(network.family))
        self.decides.setCurrentIndex(self.decides.findData(windows.decides))
        self.split.setCurrentIndex(self.split.findData(windows.split))
        self.judged.setCurrentIndex(self.judged.findData(settings.judged))
        for box in (self.family, self.decides, self.split, self.judged):
            box.setEnabled(not self._trainer.busy)
        self.show_size()
        for line in (self.families, self.variations):
            line.refresh(why_not=trainer_busy_text(self._trainer))
        why_not = self._varied.why_not()
        self.show_varied.setEnabled(not why_not)
        self.show_varied.setToolTip(why_not or tr(_VARIED_TIP))
        simple = is_simple(network.family)
        for part in self._of_networks:
            part.setVisible(not simple)
        self.simple_text.setVisible(simple)
        self.expert.refresh()

    def show_size(self) -> None:
        """Draw what the network would cost."""
        simple = is_simple(self._trainer.settings.network.family)
        self.width_label.setText("" if simple else self._sizing.said)

    # --- clicks -----------------------------------------------------------------------------------------

    def _network(self, **changes: Any) -> None:
        change_network(self._trainer, **changes)

    def _show_varied(self) -> None:
        VariedDialog(self._varied, self.window())

    def _resize(self, **changes: Any) -> None:
        self._sizing.ask()
        self._network(**changes)

    def _augmentation(self, **changes: Any) -> None:
        change_augmentation(self._trainer, **changes)

    def _judge(self, judged: Judged) -> None:
        self._trainer.set_settings(replace(self._trainer.settings, judged=judged))

    def _windows(self, **changes: Any) -> None:
        settings = self._trainer.settings
        self._trainer.set_settings(replace(settings, windows=replace(settings.windows, **changes)))
