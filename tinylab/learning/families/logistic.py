"""Logistic regression: a weight for each feature and class."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tinylab.evaluation.baseline import Numbers, Task
from tinylab.evaluation.baselines import logistic_regression
from tinylab.evaluation.metrics import Classes
from tinylab.learning.simple.linear import linear
from tinylab.learning.simple.model import SimpleModel
from tinylab.text import tr

TITLE = tr("Logistic regression")
INPUT_KIND = "features"
BASELINE: Final = logistic_regression.NAME


def learn(numbers: Numbers, classes: Classes, task: Task) -> SimpleModel:
    """The baseline's weights. Of two classes scikit-learn keeps one sum, whose halves are two."""
    fitted = logistic_regression.fit(numbers, classes, task)
    found: Any = fitted.predictor
    weights, biases = found.inner.coef_, found.inner.intercept_
    if len(weights) == 1:
        weights, biases = np.concatenate([-weights, weights]) / 2, np.concatenate([-biases, biases]) / 2
    return linear(numbers, weights, biases, found.inner.classes_, len(task.labels), fitted.words)
