"""What a baseline is given and what it gives: numbers of windows in, answers and words out."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.menu import feature_names, features
from tinylab.evaluation.metrics import Classes

GROUPS: Final = ("statistics", "spectrum")  # of dsp/features: what the board can compute, in integers
CLIP: Final = 4.0  # standard deviations, as the board clips them
Numbers = npt.NDArray[np.float64]  # shape (windows, features)


class Predictor(Protocol):
    """What answers."""

    def predict(self, numbers: Numbers) -> Classes:
        """The class of each row."""
        ...


@dataclass(frozen=True, slots=True)
class Fitted:
    """A baseline that has learned."""

    predictor: Predictor
    words: str  # what it does, in a sentence or a part of one
    why_not: str = ""  # why it cannot be put on a board; empty where it can

    def predict(self, numbers: Numbers) -> Classes:
        """The class of each row of features."""
        return np.asarray(self.predictor.predict(numbers), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Task:
    """What the numbers and the classes mean."""

    labels: Sequence[str]  # by class number
    names: Sequence[str]  # of the features
    g_per_count: float
    rate_hz: float
    samples: int  # of a window
    seed: int = 1


@contextlib.contextmanager
def few_windows() -> Iterator[None]:
    """Where there are as many labels as windows scikit-learn asks whether they are numbers to be guessed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes is greater", UserWarning)
        yield


def numbers_of(windows: npt.NDArray[np.int16]) -> Numbers:
    """The integer features of raw counts, (windows, samples, 3) → (windows, features), in the order of `names_of`."""
    return features(windows, GROUPS).astype(np.float64)


def names_of() -> tuple[str, ...]:
    """What each column of `numbers_of` is called."""
    return feature_names(GROUPS)


@dataclass(frozen=True, slots=True)
class Scale:
    """The training side's own scale: mean 0, deviation 1, clipped to ±CLIP; what never changes stays 0.

    As the board has it (`dsp.recipe.fit_features`): the mean is a whole number, and no deviation is below 1.
    """

    mean: Numbers  # shape (features,)
    deviation: Numbers

    @classmethod
    def of(cls, taught: Numbers) -> Scale:
        """The scale of what is learned from."""
        return cls(np.rint(taught.mean(axis=0)), np.maximum(taught.std(axis=0), 1.0))

    def scaled(self, numbers: Numbers) -> Numbers:
        """The numbers as a learner sees them."""
        return np.clip((numbers - self.mean) / self.deviation, -CLIP, CLIP)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A predictor behind a scale."""

    scale: Scale
    inner: Predictor

    def predict(self, numbers: Numbers) -> Classes:
        """The class of each row."""
        return self.inner.predict(self.scale.scaled(numbers))
