"""What folds came to: how each of them did, and each person, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinylab.evaluation.folds import FoldsBy
from tinylab.text import percent, tr


@dataclass(frozen=True, slots=True)
class FoldFigures:
    """Accuracies of int8 networks on those that they did not learn from."""

    by: FoldsBy
    names: tuple[str, ...]  # of each fold: who was tested, or its number
    accuracies: tuple[float, ...]  # of each fold
    people: Mapping[str, float] = field(default_factory=dict)  # who → accuracy

    @property
    def spread(self) -> float:
        """Standard deviation of the folds' accuracies."""
        return float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else 0.0

    @property
    def worst(self) -> int:
        """The number of the weakest fold, from 0."""
        return int(np.argmin(self.accuracies))

    @property
    def sentence(self) -> str:
        """How the figure was found, and which fold is the weakest."""
        how = (
            tr("Estimated by leaving people out") if self.by == "subject" else tr("Estimated by leaving recordings out")
        )
        return tr(
            "{how}: the weakest of {folds} folds, {name}, has {least}; they are {spread:.1f} points apart (standard "
            "deviation).",
            how=how,
            folds=len(self.accuracies),
            name=self.names[self.worst],
            least=percent(self.accuracies[self.worst]),
            spread=100 * self.spread,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "by": self.by,
            "folds": [
                {"name": name, "accuracy": accuracy} for name, accuracy in zip(self.names, self.accuracies, strict=True)
            ],
            "people": dict(self.people),
            "worst": self.accuracies[self.worst],
            "spread": self.spread,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> FoldFigures:
        """What `to_json` was called on; raises KeyError, TypeError or ValueError where it cannot be one."""
        folds = plain["folds"]
        if not folds:
            raise ValueError(tr("its folds are none"))
        names = tuple(str(fold["name"]) for fold in folds)
        people = {str(name): float(value) for name, value in plain["people"].items()}
        by: FoldsBy = "subject" if plain["by"] == "subject" else "recording"
        return cls(by, names, tuple(float(fold["accuracy"]) for fold in folds), people)
