"""How many windows a step learns from, how much each of them counts, and how many steps are worth compiling."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Classes = npt.NDArray[np.int64]
_SMALLEST_BATCH: Final = 8
_STEPS_AN_EPOCH: Final = 20
# XLA takes 1.5 to 1.9 s more than a network begins with, and saves 11 to 14 ms of a step over a signal, in which most
# of the time goes by between many small operators. Over features alone it takes 0.9 s and saves 0.06 ms.
_WORTH_OVER_SIGNALS: Final = 150  # steps
_WORTH_OVER_FEATURES: Final = 15_000  # steps


def batch_for(asked: int, windows: int) -> int:
    """Smaller batches for small sets: a handful of steps an epoch is too few to learn from.

    With 34 to 306 training windows this lifted accuracy on unseen recordings from about 0.6 to above 0.9.
    """
    return max(1, min(asked, max(_SMALLEST_BATCH, windows // _STEPS_AN_EPOCH), windows))


def importance(truth: Classes, classes: int, *, even: bool) -> npt.NDArray[np.float32]:
    """How much each window counts: with `even` those of rare classes more, or naming the frequent one would pay."""
    counts = np.bincount(truth, minlength=classes)
    each = len(truth) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return (each[truth] if even else np.ones(len(truth))).astype(np.float32)


def worth_compiling(steps: int, *, features_alone: bool) -> bool:
    """Whether compiled code saves more in so many steps than compiling takes."""
    return steps >= (_WORTH_OVER_FEATURES if features_alone else _WORTH_OVER_SIGNALS)
