"""Always the label that was learned most often: what a result is worth that knows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tinylab.evaluation.baseline import Fitted, Numbers, Task
from tinylab.evaluation.metrics import Classes
from tinylab.text import tr

NAME: Final = "majority"
TITLE: Final = tr("The most frequent label")
ORDER: Final = 0


@dataclass(frozen=True, slots=True)
class _Always:
    answer: int

    def predict(self, numbers: Numbers) -> Classes:
        return np.full(len(numbers), self.answer, dtype=np.int64)


def fit(_numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """Count the classes."""
    answer = int(np.bincount(classes).argmax())
    words = tr("always “{label}”", label=task.labels[answer][:40])
    return Fitted(_Always(answer), words, tr("It answers the same whatever moves."))
