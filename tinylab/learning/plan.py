"""What the user may choose about a network, with defaults that work: plain values, no Keras."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tinylab.errors import TrainingError
from tinylab.learning.augmentation import NONE, Augmentation
from tinylab.learning.own_source import check_length
from tinylab.text import tr

FEATURES = ("statistics", "spectrum")  # what a network on features sees unless the user says otherwise

# Offered by the slider. The default family, of two groups of features and four classes, has 191 to 103,300 weights.
WIDTHS = (1, 2, 3, *range(4, 65, 4))
OPTIMIZERS = ("adam", "momentum", "sgd")
SCHEDULES = ("cosine", "constant")
KEEPS = ("last", "best")  # the weights after all epochs, learned from everyone; or those that validation liked best


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """A network's shape and how it learns."""

    family: str = "hybrid"  # a module of tinylab/learning/families
    width: int = 24  # channels of the first convolution, or half the units of the first dense layer; 1…64
    epochs: int = 40  # passes over the training windows; all of them are made, unless `keep` is "best"
    optimizer: str = "adam"  # of OPTIMIZERS
    learning_rate: float = 0.003  # at its largest
    schedule: str = "cosine"  # of SCHEDULES
    batch: int = 64  # windows, at most; small sets are given smaller batches
    dropout: float = 0.2
    weight_decay: float = 0.01  # share of the weights that a step takes away, times the learning rate
    label_smoothing: float = 0.0  # share of the truth that is given to all classes alike
    class_weights: bool = True  # rare classes count more
    keep: str = "last"  # of KEEPS
    patience: int = 12  # with "best": epochs without improvement on validation before it stops
    seed: int = 1  # of the weights, the order and the variations; the split has its own
    magnitude: bool = True  # a channel with the length of the acceleration beside its three axes
    gravity: bool = False  # movement and gravity apart: the axes less their moving mean, and that mean
    features: tuple[str, ...] = FEATURES  # feature groups, for a network on features
    own: str = ""  # of the family "own": the text of the file that builds it, at most own_source.MOST_CHARACTERS
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        _within("width", self.width, WIDTHS[0], WIDTHS[-1])
        _within(tr("number of epochs"), self.epochs, 1, 1000)
        _within(tr("learning rate"), self.learning_rate, 1e-6, 1.0)
        _within("batch", self.batch, 1, 4096)
        _within("dropout", self.dropout, 0.0, 0.9)
        _within(tr("weight decay"), self.weight_decay, 0.0, 1.0)
        _within(tr("label smoothing"), self.label_smoothing, 0.0, 0.5)
        families = tuple(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent / "families")]))
        _one_of(tr("network family"), self.family, families)
        _one_of(tr("optimizer"), self.optimizer, OPTIMIZERS)
        _one_of(tr("schedule"), self.schedule, SCHEDULES)
        _one_of(tr("way to choose the weights"), self.keep, KEEPS)
        check_length(self.own)
        object.__setattr__(self, "features", tuple(self.features))  # JSON has lists

    def suited_to(self, people: int, spread: float) -> NetworkPlan:
        """The same for such takes, in what the user has not chosen; see `Augmentation.suited_to`."""
        return replace(self, augmentation=self.augmentation.suited_to(people, spread))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> NetworkPlan:
        """The plan that `to_json` was called on; what a newer TinyLab added is left aside.

        An older one had a flag for the spectrum beside the statistics, and no choice of features.
        """
        known = {name: value for name, value in plain.items() if name in cls.__dataclass_fields__}
        if plain.get("spectrum") is False:
            known.setdefault("features", FEATURES[:1])
        if "augmentation" in known:
            known["augmentation"] = Augmentation.from_json(known["augmentation"])
        if "keep" not in known:
            known = {**_BEFORE, **known}
        return cls(**known)


# How the runs of an older TinyLab learned, which did not say so.
_BEFORE: dict[str, Any] = {"keep": "best", "magnitude": False, "weight_decay": 0.0, "augmentation": NONE}


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise TrainingError(
            tr("There is no {what} “{value}”.", what=what, value=value[:40]),
            hint=tr("Choose {sorted}.", sorted=tr(" or ").join(sorted(known))),
        )


def _within(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise TrainingError(
            tr(
                "The {what} must lie between {low:g} and {high:g}, not at {value:g}.",
                what=what,
                low=low,
                high=high,
                value=value,
            ),
            hint=tr("Correct it."),
        )
