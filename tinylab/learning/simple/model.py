"""What the families that are no networks have in common: what they give, and what the board sees of a feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe, Quantization
from tinylab.engine.graph import Graph
from tinylab.evaluation.baseline import Numbers

MOST_INT8: Final = 127
Floats32 = npt.NDArray[np.float32]


class SimpleModel(Protocol):
    """What has learned. `Numbers` are the integers of the features before any scaling, shape (windows, features)."""

    @property
    def words(self) -> str:
        """What it does."""
        ...

    @property
    def parameters(self) -> int:
        """How many numbers it has learned."""
        ...

    @property
    def asked(self) -> tuple[int, ...]:
        """The features that change its answers, in order."""
        ...

    def given(self, features: Sequence[int]) -> SimpleModel:
        """The same model, given only these of the features that it was given before; all of `asked` are among them."""
        ...

    def probabilities(self, numbers: Numbers) -> Floats32:
        """What scikit-learn answers, shape (windows, labels); 0 for labels that it has not learned."""
        ...

    def graph(self, recipe: InputRecipe) -> Graph:
        """The same as the board computes it, for features that this recipe scales."""
        ...


def quantization(recipe: InputRecipe) -> Quantization:
    """Scale and zero point of the int8 features: the recipe's clip is the largest step."""
    return float(np.float32(recipe.clip / MOST_INT8)), 0


def seen(recipe: InputRecipe, steps: npt.NDArray[np.int8], quantized: Quantization) -> Numbers:
    """What int8 features, shape (…, features), stand for: the integers before scaling, as real numbers."""
    scale, zero = quantized
    offsets, gains = np.asarray(recipe.offsets, dtype=np.float64), np.asarray(recipe.gains)
    return np.asarray(offsets + (steps.astype(np.float64) - zero) * scale / gains, dtype=np.float64)
