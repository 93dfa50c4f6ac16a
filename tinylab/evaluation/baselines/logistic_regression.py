"""A weight for each feature and class; the largest sum answers."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.baseline import Fitted, Numbers, Scale, Scaled, Task
from tinylab.evaluation.metrics import Classes
from tinylab.text import tr

NAME: Final = "logistic_regression"
TITLE: Final = tr("Logistic regression")
ORDER: Final = 3
_STRENGTH: Final = 1.0  # scikit-learn's C: the inverse of the weight decay
_MOST_STEPS: Final = 2000


def fit(numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """Multinomial, with weight decay, on the training side's scale."""
    from sklearn.linear_model import LogisticRegression

    scale = Scale.of(numbers)
    found = LogisticRegression(C=_STRENGTH, max_iter=_MOST_STEPS).fit(scale.scaled(numbers), classes)
    words = tr("weighted sums of {count} features", count=len(task.names))
    return Fitted(Scaled(scale, found), words)
