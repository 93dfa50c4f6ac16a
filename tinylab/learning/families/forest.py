"""A small forest: the votes of as many trees as a board can hold."""

from __future__ import annotations

from typing import Any, Final

from tinylab.evaluation.baseline import Numbers, Task
from tinylab.evaluation.baselines import small_forest
from tinylab.evaluation.metrics import Classes
from tinylab.learning.simple.model import SimpleModel
from tinylab.learning.simple.votes import voting
from tinylab.text import tr

TITLE = tr("Small forest")
INPUT_KIND = "features"
BASELINE: Final = small_forest.NAME


def learn(numbers: Numbers, classes: Classes, task: Task) -> SimpleModel:
    """The baseline's forest."""
    fitted = small_forest.fit(numbers, classes, task)
    found: Any = fitted.predictor
    return voting(found, found.estimators_, range(len(task.names)), len(task.labels), fitted.words)
