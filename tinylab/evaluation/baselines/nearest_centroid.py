"""The class whose mean is nearest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tinylab.evaluation.baseline import Fitted, Numbers, Scale, Scaled, Task
from tinylab.evaluation.metrics import Classes
from tinylab.text import ntr, tr

NAME: Final = "nearest_centroid"
TITLE: Final = tr("The nearest mean")
ORDER: Final = 2


@dataclass(frozen=True, slots=True)
class _Means:
    """scikit-learn's NearestCentroid warns of features that do not change within a class; these are as good as any."""

    classes: Classes  # shape (classes,)
    means: Numbers  # shape (classes, features)

    def predict(self, numbers: Numbers) -> Classes:
        distances = (self.means**2).sum(axis=1) - 2 * numbers @ self.means.T  # but for each row's own square
        return self.classes[distances.argmin(axis=1)]


def fit(numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """The mean of each class, on the training side's scale."""
    scale = Scale.of(numbers)
    scaled, known = scale.scaled(numbers), np.unique(classes)
    found = _Means(known, np.stack([scaled[classes == number].mean(axis=0) for number in known]))
    words = ntr(
        "the nearest of the labels' means, by 1 feature",
        "the nearest of the labels' means, by {count} features",
        len(task.names),
    )
    return Fitted(Scaled(scale, found), words)
