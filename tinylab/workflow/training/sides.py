"""The windows of one side of a split, and whether the sides can teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import TrainingError
from tinylab.text import tr
from tinylab.workflow.training.window_plan import SHORTEST_WINDOW_S


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The windows of one side of the split."""

    windows: npt.NDArray[np.int16]  # (windows, samples, 3), counts of the board
    classes: npt.NDArray[np.int64]  # (windows,)
    take_ids: npt.NDArray[np.int64]  # (windows,), the take each was cut from
    starts: npt.NDArray[np.int64]  # (windows,), first sample at the recipe's rate

    def __len__(self) -> int:
        return len(self.windows)

    def none(self) -> Side:
        """A side of the same shape without windows."""
        return Side(self.windows[:0], self.classes[:0], self.take_ids[:0], self.starts[:0])


def joined(cuts: Sequence[Side], recipe: InputRecipe) -> Side:
    """The windows of several, one after the other; of none, no windows of the recipe's shape."""
    none = np.empty(0, np.int64)
    empty = np.empty((0, recipe.window_samples, 3), dtype=np.int16)
    return Side(
        np.concatenate([empty, *(cut.windows for cut in cuts)]),
        np.concatenate([none, *(cut.classes for cut in cuts)]),
        np.concatenate([none, *(cut.take_ids for cut in cuts)]),
        np.concatenate([none, *(cut.starts for cut in cuts)]),
    )


def check_sides(sides: tuple[Side, Side, Side], labels: Sequence[str], *, tested: bool) -> None:
    """Raise TrainingError where train, validation and test cannot teach every label."""
    train, validation, test = sides
    shortest = tr("Takes must last {s:g} s or longer.", s=SHORTEST_WINDOW_S)
    if not len(train) + len(validation) or (tested and not len(test)):
        raise TrainingError(tr("Too few recordings are long enough to learn from and to test on."), hint=shortest)
    first = next(side.windows[0] for side in sides if len(side))
    if all((side.windows == first).all() for side in sides):
        raise TrainingError(
            tr("All takes hold the same number in every sample, so there is nothing to tell apart."),
            hint=tr("Look at a take: a sensor that works never stands still. Then record again."),
        )
    taught = np.union1d(train.classes, validation.classes)
    missing = [label for number, label in enumerate(labels) if number not in taught]
    if missing:
        raise TrainingError(
            tr("“{missing}” has no recording that is long enough to learn from.", missing=missing[0][:40]),
            hint=shortest,
        )
