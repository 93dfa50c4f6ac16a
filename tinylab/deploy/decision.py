"""When the board commits itself to a class: thresholds, smoothing and consecutive decisions, and the C's twin."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.link.wire import MAX_SMOOTHING, NO_DECISION

MAX_THRESHOLD = 0.99  # a probability; above it int8 outputs have no step left
MAX_CONSECUTIVE = 20
SOFTMAX_SCALE, SOFTMAX_ZERO = 1 / 256, -128  # of every int8 softmax (TFLite int8 specification)
_FULL_ROW = 255  # a row of windows is counted in a byte


@dataclass(frozen=True, slots=True)
class Decision:
    """What it takes to report a class."""

    threshold: float = 0.6  # probability that the best class needs, unless it has its own
    consecutive: int = 2  # so many equal winners in a row
    smoothing: int = 1  # so many decisions are averaged, 1 to MAX_SMOOTHING
    own: tuple[tuple[str, float], ...] = ()  # (label, threshold) of classes that need another probability

    def threshold_of(self, label: str) -> float:
        """The probability that this class needs."""
        return dict(self.own).get(label, self.threshold)

    def with_threshold(self, label: str, threshold: float) -> Decision:
        """The same, but for this class."""
        own = {**dict(self.own), label: min(max(threshold, 0.0), MAX_THRESHOLD)}
        return replace(self, own=tuple(sorted((name, value) for name, value in own.items() if value != self.threshold)))

    def settings(self, labels: Sequence[str], scale: float = SOFTMAX_SCALE, zero: int = SOFTMAX_ZERO) -> BoardDecision:
        """As a board holds it, whose outputs are quantized like this."""
        steps = [round(self.threshold_of(label) / scale) + zero for label in labels]
        return BoardDecision(self.consecutive, self.smoothing, tuple(min(max(step, -128), 127) for step in steps))

    def to_json(self) -> dict[str, Any]:
        """Plain values for the project file."""
        return {
            "threshold": self.threshold,
            "consecutive": self.consecutive,
            "smoothing": self.smoothing,
            "own": dict(self.own),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Decision:
        """What `to_json` was called on; raises KeyError, TypeError or ValueError where it cannot be."""
        own = {str(label): _probability(value) for label, value in dict(plain.get("own", {})).items()}
        consecutive, smoothing = int(plain["consecutive"]), int(plain.get("smoothing", 1))
        if not 1 <= consecutive <= MAX_CONSECUTIVE or not 1 <= smoothing <= MAX_SMOOTHING:
            raise ValueError("no board decides like this")
        return cls(_probability(plain["threshold"]), consecutive, smoothing, tuple(sorted(own.items())))


def _probability(value: Any) -> float:
    number = float(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError("no probability")
    return number


@dataclass(frozen=True, slots=True)
class BoardDecision:
    """The same as a board holds it: thresholds in steps of its int8 outputs, one for each class."""

    consecutive: int
    smoothing: int
    thresholds: tuple[int, ...]

    def probabilities(self) -> tuple[float, ...]:
        """The thresholds as probabilities."""
        return tuple((step - SOFTMAX_ZERO) * SOFTMAX_SCALE for step in self.thresholds)

    def decision(self, labels: Sequence[str]) -> Decision:
        """As a project holds it; the first class's threshold counts for all that have the same."""
        values = [round(value, 4) for value in self.probabilities()] or [Decision().threshold]
        common = max(values, key=values.count)
        own = tuple(sorted((label, v) for label, v in zip(labels, values, strict=False) if v != common))
        return Decision(common, self.consecutive, self.smoothing, own)


class Decider:
    """From the network's outputs to a decision that does not flicker, equal to the board's in every bit.

    C twin: tl_decide in firmware/core/tl_decide.h.
    """

    def __init__(self, settings: BoardDecision) -> None:
        self.settings = settings  # may be changed at any time; the next decision follows it
        self._history: deque[npt.NDArray[np.int64]] = deque(maxlen=MAX_SMOOTHING)
        self._row, self._winner = 0, 0

    def decide(self, outputs: npt.NDArray[np.int8]) -> int:
        """The decision after these outputs, shape (classes,), or NO_DECISION."""
        self._history.append(outputs.astype(np.int64) + 128)
        used = list(self._history)[-self.settings.smoothing :]
        mean = (np.sum(used, axis=0) + len(used) // 2) // len(used) - 128
        winner = int(mean.argmax())
        if mean[winner] < self.settings.thresholds[winner]:
            self._row = 0
            return NO_DECISION
        same = self._row > 0 and self._winner == winner
        self._row = min(self._row + 1, _FULL_ROW) if same else 1
        self._winner = winner
        return winner if self._row >= self.settings.consecutive else NO_DECISION

    def decide_once(self, outputs: npt.NDArray[np.int8]) -> int:
        """The decision on a window that stands for itself: neither averaged nor counted, and forgotten at once.

        C twin: tl_decide_once.
        """
        winner = int(outputs.argmax())
        return winner if outputs[winner] >= self.settings.thresholds[winner] else NO_DECISION

    def restart(self) -> None:
        """Forget the windows so far, as where another movement begins. C twin: tl_decide_start."""
        self._history.clear()
        self._row = 0
