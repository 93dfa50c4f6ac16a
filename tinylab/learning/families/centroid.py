"""The nearest mean: how far a window's features are from the mean of each class."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tinylab.evaluation.baseline import Numbers, Task
from tinylab.evaluation.baselines import nearest_centroid
from tinylab.evaluation.metrics import Classes
from tinylab.learning.simple.linear import linear, softness
from tinylab.learning.simple.model import SimpleModel
from tinylab.text import tr

TITLE = tr("Nearest mean")
INPUT_KIND = "features"
BASELINE: Final = nearest_centroid.NAME


def learn(numbers: Numbers, classes: Classes, task: Task) -> SimpleModel:
    """The baseline's means.

    The square of a distance less the window's own square is a weighted sum, so that what is nearest has the largest
    one: |x − m|² = |x|² − 2 (x·m − |m|²/2). How sure that makes it is measured on what it learned from.
    """
    fitted = nearest_centroid.fit(numbers, classes, task)
    found: Any = fitted.predictor
    means, known = found.inner.means, found.inner.classes
    biases = -(means**2).sum(axis=1) / 2
    soft = softness(found.scale.scaled(numbers) @ means.T + biases, np.searchsorted(known, classes))
    return linear(numbers, means / soft, biases / soft, known, len(task.labels), fitted.words)
