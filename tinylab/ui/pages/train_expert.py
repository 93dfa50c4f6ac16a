"""The expert settings of the page Train: optimizer, schedule, regularization, variations, seeds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox

from tinylab.dsp.features.menu import feature_groups
from tinylab.learning.menu import is_simple
from tinylab.text import tr
from tinylab.ui.pages.train_own import OwnNetwork
from tinylab.ui.widgets.cards import Fold
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.training.trainer import Trainer

_OPTIMIZERS = (("adam", "Adam"), ("momentum", tr("SGD with momentum")), ("sgd", "SGD"))
_SCHEDULES = (("cosine", tr("falls along a cosine")), ("constant", tr("stays the same")))
_KEEPS = (("last", tr("last, of everyone")), ("best", tr("best on validation")))

_FEATURES = {  # a word for each group, for the panel is narrow
    "statistics": tr("Features: statistics"),
    "spectrum": tr("Features: spectrum"),
    "shape": tr("Features: quartiles and shape"),
    "motion": tr("Features: peaks and jerk"),
}


def change_network(trainer: Trainer, **changes: Any) -> None:
    """Change how the next network is made or learns."""
    settings = trainer.settings
    trainer.set_settings(replace(settings, network=replace(settings.network, **changes)))


def change_augmentation(trainer: Trainer, **changes: Any) -> None:
    """Change how windows are varied."""
    if "rotation" in changes:
        changes["suggested"] = False
    change_network(trainer, augmentation=replace(trainer.settings.network.augmentation, **changes))


class ExpertChoices:
    """Shows the settings that few need, inside a fold, and passes changes to the trainer."""

    def __init__(self, trainer: Trainer, fold: Fold) -> None:
        self._trainer, self._fold = trainer, fold
        self._numbers: list[tuple[NumberField, str]] = []
        self._variations: list[tuple[NumberField, str]] = []
        self._choices: list[tuple[QComboBox, str]] = []
        self._marks: list[tuple[QCheckBox, str]] = []
        self._features: dict[str, QCheckBox] = {}
        self._choice(tr("Optimizer"), "optimizer", _OPTIMIZERS)
        self.rate = self._number(tr("Learning rate"), "learning_rate", (0.00001, 1), 0.001, 5)
        self._choice(tr("The rate"), "schedule", _SCHEDULES)
        self.batch = self._number(tr("Batch (windows, at most)"), "batch", (1, 4096))
        self.dropout = self._number(tr("Dropout"), "dropout", (0, 0.9), 0.05, 2)
        self._number(tr("Weight decay"), "weight_decay", (0, 1), 0.005, 4)
        self._number(tr("Label smoothing"), "label_smoothing", (0, 0.5), 0.05, 2)
        self._mark(tr("Rare classes count more"), "class_weights")
        self._mark(tr("Magnitude beside the axes"), "magnitude")
        self._mark(tr("Movement and gravity apart"), "gravity")
        for name, group in feature_groups().items():
            self._feature_mark(name, tr(_FEATURES.get(name, name)), tr(str(group.TITLE)))
        self._choice(
            tr("Weights"), "keep", _KEEPS,
            tr("The best on validation are chosen by the luck of few people; a fifth of all teaches nothing then."),
        )  # fmt: skip
        self.patience = self._number(
            tr("Patience (epochs)"), "patience", (1, 1000), 1, 0,
            tr("With the weights that validation liked best: it stops when that has not improved for so long."),
        )  # fmt: skip
        self._variation(tr("Shift, share of the window"), "shift")
        self._variation(tr("Stretch in time"), "stretch")
        self._variation(tr("Strength"), "scale")
        self._variation(tr("Noise in g"), "jitter")
        self._variation(tr("Strength along the window"), "warp")
        self.seed = self._number(tr("Seed of the network"), "seed", (0, 10_000))
        self.split_seed = NumberField(0, 10_000, changed=lambda v: self._reseed(int(v)))
        fold.field(tr("Seed of the split"), self.split_seed)
        self.own = OwnNetwork(trainer, fold)

    # --- building ---------------------------------------------------------------------------------------

    def _number(
        self, text: str, name: str, limits: tuple[float, float], step: float = 1, decimals: int = 0, tip: str = ""
    ) -> NumberField:
        def changed(value: float) -> None:
            change_network(self._trainer, **{name: value if decimals else int(value)})

        made = NumberField(*limits, step=step, decimals=decimals, changed=changed)
        self._fold.field(text, made, tip)
        self._numbers.append((made, name))
        return made

    def _variation(self, text: str, name: str) -> None:
        made = NumberField(
            0, 0.5, step=0.05, decimals=2, changed=lambda v: change_augmentation(self._trainer, **{name: v})
        )
        self._fold.field(text, made)
        self._variations.append((made, name))

    def _choice(self, text: str, name: str, entries: tuple[tuple[str, str], ...], tip: str = "") -> None:
        made = QComboBox()
        for key, word in entries:
            made.addItem(tr(word), key)
        made.activated.connect(lambda _: change_network(self._trainer, **{name: made.currentData()}))
        self._fold.field(text, made, tip)
        self._choices.append((made, name))

    def _mark(self, text: str, name: str) -> None:
        made = QCheckBox(text)
        made.clicked.connect(lambda on: change_network(self._trainer, **{name: bool(on)}))
        self._fold.body.addWidget(made)
        self._marks.append((made, name))

    def _feature_mark(self, name: str, text: str, tip: str) -> None:
        made = QCheckBox(text)
        made.setToolTip(tip)
        made.clicked.connect(lambda _: self._choose_features())
        self._fold.body.addWidget(made)
        self._features[name] = made

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the settings."""
        settings, free = self._trainer.settings, not self._trainer.busy
        network = settings.network
        learns = free and not is_simple(network.family)  # of the others the features and the seeds count alone
        for field, name in self._numbers:
            field.show_value(getattr(network, name))
            field.setEnabled(free if name == "seed" else learns)
        for field, name in self._variations:
            field.show_value(getattr(network.augmentation, name))
            field.setEnabled(learns)
        for box, name in self._choices:
            box.setCurrentIndex(box.findData(getattr(network, name)))
            box.setEnabled(learns)
        for mark, name in self._marks:
            mark.setChecked(bool(getattr(network, name)))
            mark.setEnabled(learns)
        for name, mark in self._features.items():
            mark.setChecked(name in network.features)
            mark.setEnabled(free)
        self.patience.setEnabled(learns and network.keep == "best")
        self.split_seed.show_value(settings.windows.seed)
        self.split_seed.setEnabled(free)
        self.own.refresh()

    # --- clicks -----------------------------------------------------------------------------------------

    def _choose_features(self) -> None:
        chosen = tuple(name for name, mark in self._features.items() if mark.isChecked())
        if chosen:
            change_network(self._trainer, features=chosen)
        self.refresh()  # the last one stays chosen: a network sees something

    def _reseed(self, seed: int) -> None:
        settings = self._trainer.settings
        self._trainer.set_settings(replace(settings, windows=replace(settings.windows, seed=seed)))
