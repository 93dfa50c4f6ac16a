"""How recordings become windows, and which windows suit some takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tinylab.errors import TrainingError
from tinylab.evaluation.splits import SplitKind
from tinylab.text import tr

Decides = Literal["auto", "stride", "movement"]  # when the board does
WINDOW_S, STRIDE_S = 2.0, 0.5  # where takes are long enough for more than one window
SHORTEST_WINDOW_S = 0.2
_SHORTEST_SUGGESTED_S = 0.5
_MOST_FIT = 0.9  # of the gestures, that a suggested window holds whole


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How recordings become windows."""

    window_s: float = WINDOW_S
    stride_s: float = STRIDE_S
    split: SplitKind = "auto"
    seed: int = 1  # of the split; the network has its own
    rate_hz: int | None = None  # None: the sensor's rate nearest to the recordings'
    decides: Decides = "auto"  # auto: by movement where most takes are shorter than a window
    suggested: bool = True  # window and stride follow the takes until the user has chosen them

    def check(self) -> None:
        """Raise TrainingError where no window can be cut like this."""
        if not 0.1 <= self.window_s <= 20:
            raise TrainingError(tr("A window lasts between 0.1 and 20 seconds."), hint=tr("Correct the window."))
        if not 0.02 <= self.stride_s <= 20:
            raise TrainingError(tr("The stride lies between 0.02 and 20 seconds."), hint=tr("Correct the stride."))

    def fitted(self, seconds: Sequence[float]) -> WindowPlan:
        """The same with the windows that suit labelled stretches of these lengths, unless the user has chosen them.

        Windows of 2 s, or where most stretches are shorter, as long as nine in ten of them: a gesture is seen whole.
        """
        if not self.suggested:
            return self
        typical = float(np.median(seconds)) if len(seconds) else WINDOW_S
        if typical >= WINDOW_S:
            return replace(self, window_s=WINDOW_S, stride_s=STRIDE_S)
        long = float(np.quantile(seconds, _MOST_FIT, method="inverted_cdf"))
        most = math.ceil(long * 10 - 1e-6) / 10
        window_s = min(max(most, _SHORTEST_SUGGESTED_S), WINDOW_S)
        return replace(self, window_s=window_s, stride_s=round(window_s / 4, 3))
