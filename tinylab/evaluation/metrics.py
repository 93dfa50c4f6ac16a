"""What a network is worth on data that it has not learned from, next to knowing nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Classes = npt.NDArray[np.int64]  # shape (windows,), class numbers


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """How one class fares. `support` is its number of windows."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one network on one set of windows."""

    windows: int
    accuracy: float
    macro_f1: float
    majority: float  # accuracy of always answering the class most frequent in training
    classes: tuple[ClassMetrics, ...]
    confusion: tuple[tuple[int, ...], ...]  # [truth][answer], windows

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Metrics:
        """The metrics that `to_json` was called on."""
        classes = tuple(ClassMetrics(**each) for each in plain["classes"])
        confusion = tuple(tuple(row) for row in plain["confusion"])
        return cls(**{**plain, "classes": classes, "confusion": confusion})


def measure(truth: Classes, answers: Classes, labels: Sequence[str], majority_class: int) -> Metrics:
    """Compare answers with the truth.

    Macro F1 averages over the classes that occur in the truth or in the answers, as scikit-learn does.
    """
    from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support  # slow to import

    numbers = list(range(len(labels)))
    precision, recall, f1, support = precision_recall_fscore_support(truth, answers, labels=numbers, zero_division=0)
    occurring = np.union1d(truth, answers)
    return Metrics(
        windows=len(truth),
        accuracy=float(accuracy_score(truth, answers)),
        macro_f1=float(np.mean(f1[occurring])),
        majority=float(np.mean(truth == majority_class)),
        classes=tuple(
            ClassMetrics(label, float(precision[i]), float(recall[i]), float(f1[i]), int(support[i]))
            for i, label in enumerate(labels)
        ),
        confusion=tuple(tuple(int(n) for n in row) for row in confusion_matrix(truth, answers, labels=numbers)),
    )
