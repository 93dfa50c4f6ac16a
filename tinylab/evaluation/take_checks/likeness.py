"""Whether a take looks like its label: beside how all other takes look, itself left out.

The limits were chosen on the example alone, whole and cut into small projects of one person with takes of 1 to 10 s:
with them 2 % of the good takes are blamed in the mean, and 91 % or more of the wrong ones found in each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.evaluation.take_checks.class_model import ClassModel, Spread
from tinylab.evaluation.take_checks.content import Labelled
from tinylab.evaluation.take_checks.findings import Finding, FindingKind

Floats = npt.NDArray[np.float64]

LEAST_TAKES: Final = 4  # of a label, before its takes are compared: one to judge and three to judge it by
_LIKE_ANOTHER: Final = 4.5  # mean difference of the logarithms of two labels' probabilities
_UNLIKE: Final = 2.5  # times as far from the label's mean as nine in ten of its other takes


class Likeness:
    """All that was learned about how labels look; judging one more take needs no learning anew."""

    def __init__(self, parts: Sequence[Labelled]) -> None:
        """`parts`: of all takes; those too short for a window, and labels with too few takes, are left out."""
        self._parts = _comparable(parts)
        self._model = ClassModel(self._parts) if self._parts else None
        self._points: Floats = np.empty((0, 0))
        self._away: Floats = np.empty(0)  # how far each part is from its own label's mean, its take left out

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that have enough takes to be compared."""
        return self._model.labels if self._model is not None else ()

    def learn_distances(self) -> None:
        """Leave each take out once; what `findings` needs beforehand, and most of the work."""
        if self._model is None:
            return
        self._points = np.stack([self._model.scaled(p.content.numbers).mean(axis=0) for p in self._parts])
        self._away = np.array([self._away_of(*each) for each in zip(self._parts, self._points, strict=True)])

    def _away_of(self, part: Labelled, point: Floats) -> float:
        assert self._model is not None
        return float(self._model.without(part.take_id).distances(point)[self._model.labels.index(part.label)])

    def findings(self, part: Labelled) -> list[Finding]:
        """What is wrong with how a part looks, one of the known takes or a new one."""
        if self._model is None or part.label not in self._model.labels or not len(part.content.numbers):
            return []
        windows = self._model.scaled(part.content.numbers)
        spread = self._model.without(part.take_id)  # computed again: of 2,000 takes it would fill 50 MB
        number = self._model.labels.index(part.label)
        logarithms = spread.logarithms(windows)
        if not np.isfinite(logarithms[number]):
            return []  # none of its label is left without it
        best = int(np.argmax(logarithms))
        difference = float(logarithms[best] - logarithms[number])
        point = windows.mean(axis=0)
        if difference > _LIKE_ANOTHER:
            nearest = self._nearest(part.take_id, point, spread, self._model.labels[best])
            return [_finding(FindingKind.LIKE_ANOTHER, part, difference / _LIKE_ANOTHER, nearest)]
        return self._unlike(part, point, spread, float(spread.distances(point)[number]))

    def _unlike(self, part: Labelled, point: Floats, spread: Spread, away: float) -> list[Finding]:
        theirs = [
            far
            for other, far in zip(self._parts, self._away, strict=True)
            if other.label == part.label and other.take_id != part.take_id and np.isfinite(far)
        ]
        if len(theirs) < LEAST_TAKES - 1:
            return []
        limit = _UNLIKE * float(np.quantile(theirs, 0.9))
        if away <= limit or limit <= 0:
            return []
        return [_finding(FindingKind.UNLIKE, part, away / limit, self._nearest(part.take_id, point, spread, ""))]

    def _nearest(self, take_id: int, point: Floats, spread: Spread, label: str) -> Labelled | None:
        """The part of another take that lies nearest, of one label or (empty) of any."""
        chosen = [i for i, p in enumerate(self._parts) if p.take_id != take_id and label in {"", p.label}]
        if not chosen:
            return None
        away = np.linalg.norm(spread.whitened(self._points[chosen] - point), axis=1)
        return self._parts[chosen[int(np.argmin(away))]]


def _comparable(parts: Sequence[Labelled]) -> list[Labelled]:
    whole = [part for part in parts if len(part.content.numbers)]
    takes = Counter(label for label, _ in {(part.label, part.take_id) for part in whole})
    return [part for part in whole if takes[part.label] >= LEAST_TAKES]


def _finding(kind: FindingKind, part: Labelled, strength: float, nearest: Labelled | None) -> Finding:
    resembles = (nearest.take_id, nearest.label) if nearest is not None else (0, "")
    return Finding(kind, part.take_id, part.label, strength, *resembles)
