"""What the curves of a training say, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from tinylab.text import tr

_LEAST_EPOCHS: Final = 6
_TURNED: Final = 1.1  # times its least, that a loss has risen by the end before it is said
_EARLY: Final = 0.8  # of the epochs, before which its least must lie
_FALLS_YET: Final = 0.97  # of the loss a tenth of the epochs before


def where_it_turns(validation_losses: Sequence[float]) -> str:
    """A sentence about where validation turns, or that it has not; empty of a training too short to tell.

    `validation_losses`: of epochs 1, 2, …, NaN where nothing was held back.
    """
    losses = [loss for loss in validation_losses if math.isfinite(loss)]
    if len(losses) < _LEAST_EPOCHS:
        return ""
    least = min(range(len(losses)), key=losses.__getitem__)
    if least < _EARLY * len(losses) and losses[-1] > _TURNED * losses[least]:
        return tr(
            "Validation was best at epoch {best} and rises from there: the network begins to learn by heart.",
            best=least + 1,
        )
    before = losses[-1 - max(1, len(losses) // 10)]
    if least == len(losses) - 1 and losses[-1] < _FALLS_YET * before:
        return tr("Validation still falls at the end: more epochs may help.")
    return tr("Validation has settled.")
