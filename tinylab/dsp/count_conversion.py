"""From counts of the range that a board measures with to counts of the range that a recipe was fitted at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import CountScale, InputRecipe
from tinylab.dsp.windows import Counts, to_counts

_SAME = 1e-9
_INT16 = np.iinfo(np.int16)


@dataclass(frozen=True, slots=True)
class CountConversion:
    """What a board measures with, and its way to the counts that the recipe knows.

    The board computes (count·multiplier + half) >> shift, saturated to int16, in integers; where both ranges have the
    same g per count nothing is computed. C twin: tl_convert_count in firmware/core/tl_window.h.
    """

    range_g: int
    g_per_count: float
    scale: CountScale | None  # None: the counts are the recipe's own

    @classmethod
    def between(cls, recipe: InputRecipe, range_g: int, g_per_count: float) -> CountConversion:
        """For a board that measures with this range and a recipe of any."""
        same = abs(g_per_count - recipe.g_per_count) < _SAME
        return cls(range_g, g_per_count, None if same else CountScale.from_gain(g_per_count / recipe.g_per_count))

    def to_recipe(self, counts: npt.NDArray[Any]) -> Counts:
        """The recipe's counts for those that the board measured, equal to the board's in every bit; any shape."""
        if self.scale is None:
            return counts.astype(np.int16, copy=False)
        product = counts.astype(np.int64) * self.scale.multiplier + (1 << (self.scale.shift - 1))
        return np.clip(product >> self.scale.shift, _INT16.min, _INT16.max).astype(np.int16)

    def as_measured(self, counts: Counts, recipe: InputRecipe) -> Counts:
        """What this board would have measured where the recipe has these counts: rounded, and cut at its range."""
        if self.scale is None:
            return counts
        return to_counts(counts.astype(np.float64) * recipe.g_per_count, self.g_per_count, self.range_g)
