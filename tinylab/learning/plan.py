"""What the user may choose about a network, with defaults that work: plain values, no Keras."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from tinylab.dsp.recipe import InputKind
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
    spectrum: bool = True  # whether features say how a window swings, too

    def __post_init__(self) -> None:
        _within("width", self.width, 4, 64)
        _within("number of epochs", self.epochs, 1, 1000)
        _within("learning rate", self.learning_rate, 1e-6, 1.0)
        _within("batch", self.batch, 1, 4096)
        _within("dropout", self.dropout, 0.0, 0.9)
        if self.family not in FAMILIES:
            raise TrainingError(f"There is no network family “{self.family}”.", hint=f"Choose {' or '.join(FAMILIES)}.")

    @property
    def input_kind(self) -> InputKind:
        """What the network sees of a window."""
        return "raw" if self.family == "cnn" else "features"

    def stride(self, asked: int, window: int) -> int:
        """The stride that suits the network, in samples: `asked`, or up to a tenth off.

        A CNN keeps what it computed for the window before where the stride is a whole number of its pooled rows.
        """
        if self.family != "cnn" or asked >= window:
            return asked
        grains = (2**halvings for halvings in range(len(pooled_lengths(window)), 0, -1))
        fitting = (max(round(asked / grain), 1) * grain for grain in grains)
        return next((stride for stride in fitting if 10 * abs(stride - asked) <= asked), asked)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def cnn_rounds(samples: int) -> int:
    """How many rounds of convolution and pooling a CNN has on windows of so many samples."""
    return 3 if samples >= 48 else 2 if samples >= 16 else 1


def pooled_lengths(samples: int) -> list[int]:
    """Rows after each pooling of a CNN; pooling ends where fewer than 4 rows are left."""
    lengths: list[int] = []
    for _ in range(cnn_rounds(samples)):
        if samples >= 4:
            samples //= 2
            lengths.append(samples)
    return lengths


def _within(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise TrainingError(f"The {what} must lie between {low:g} and {high:g}, not at {value:g}.", hint="Correct it.")
