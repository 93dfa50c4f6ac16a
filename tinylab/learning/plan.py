"""What the user may choose about a network, with defaults that work: plain values, no Keras."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinylab.errors import TrainingError
from tinylab.text import tr

FEATURES = ("statistics", "spectrum")  # what a network on features sees unless the user says otherwise


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """A network's shape and how it learns."""

    family: str = "cnn"  # a module of tinylab/learning/families
    width: int = 16  # channels of the first convolution, or half the units of the first dense layer; 4…64
    epochs: int = 40  # at most; the best on validation is kept
    learning_rate: float = 0.003
    batch: int = 64  # windows, at most; small sets are given smaller batches
    dropout: float = 0.2
    patience: int = 12  # epochs without improvement on validation before it stops
    seed: int = 1
    features: tuple[str, ...] = FEATURES  # feature groups, for a network on features

    def __post_init__(self) -> None:
        _within("width", self.width, 4, 64)
        _within(tr("number of epochs"), self.epochs, 1, 1000)
        _within(tr("learning rate"), self.learning_rate, 1e-6, 1.0)
        _within("batch", self.batch, 1, 4096)
        _within("dropout", self.dropout, 0.0, 0.9)
        known = {found.name for found in pkgutil.iter_modules([str(Path(__file__).parent / "families")])}
        if self.family not in known:
            raise TrainingError(
                tr("There is no network family “{family}”.", family=self.family),
                hint=tr("Choose {sorted}.", sorted=" or ".join(sorted(known))),
            )
        object.__setattr__(self, "features", tuple(self.features))  # JSON has lists

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
        return cls(**known)


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
