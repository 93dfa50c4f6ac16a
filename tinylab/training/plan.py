"""What the user may choose about a network, with defaults that work: plain values, no Keras."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from tinylab.errors import TrainingError

Family = Literal["cnn", "dense"]
FAMILIES: dict[Family, str] = {
    "cnn": "CNN on the raw signal",
    "dense": "Dense net on features",
}


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """A network's shape and how it learns."""

    family: Family = "cnn"
    width: int = 16  # channels of the first convolution, or half the units of the first dense layer; 4…64
    epochs: int = 40  # at most; the best on validation is kept
    learning_rate: float = 0.003
    batch: int = 64  # windows, at most; small sets are given smaller batches
    dropout: float = 0.2
    patience: int = 12  # epochs without improvement on validation before it stops
    seed: int = 1

    def __post_init__(self) -> None:
        _within("width", self.width, 4, 64)
        _within("number of epochs", self.epochs, 1, 1000)
        _within("learning rate", self.learning_rate, 1e-6, 1.0)
        _within("batch", self.batch, 1, 4096)
        _within("dropout", self.dropout, 0.0, 0.9)
        if self.family not in FAMILIES:
            raise TrainingError(f"There is no network family “{self.family}”.", hint=f"Choose {' or '.join(FAMILIES)}.")

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def _within(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise TrainingError(f"The {what} must lie between {low:g} and {high:g}, not at {value:g}.", hint="Correct it.")
