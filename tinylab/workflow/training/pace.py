"""How fast epochs follow each other."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages

_LOOKED_AT: Final = 8  # of the last epochs


class Pace:
    """Tells from when the last epochs came how long the next ones will take."""

    def __init__(self) -> None:
        self._heard: deque[tuple[int, float]] = deque(maxlen=_LOOKED_AT)

    def forget(self) -> None:
        """What comes next goes at another pace."""
        self._heard.clear()

    def heard(self, number: int, now: float) -> None:
        """An epoch has ended; number 0 or 1 begins another training."""
        if self._heard and number <= self._heard[-1][0]:
            self.forget()
        if number > 0:  # before the first one the network is compiled
            self._heard.append((number, now))

    def left_s(self, epochs: int, now: float) -> float | None:
        """Seconds that so many more epochs will take; None before two were heard."""
        if len(self._heard) < 2:
            return None
        (first, began), (last, ended) = self._heard[0], self._heard[-1]
        each = (ended - began) / (last - first)
        return max(0.0, each * epochs - (now - ended))


def epochs_ahead(last: messages.Epoch, plan: NetworkPlan, fold: int, folds: int) -> int:
    """How many epochs a run still has, of all its trainings, after `last`.

    `fold` of `folds` trains now, from 1, and after them all teach; 0: none does.
    """
    others = folds - fold + 1 if fold else 0
    if not fold and not last.final and plan.keep == "last" and not math.isnan(last.validation_loss):
        others = 1  # somebody was held back, and teaches in the second training
    return plan.epochs - last.number + others * plan.epochs
