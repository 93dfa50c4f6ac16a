"""A decision tree: a few questions one after the other, each about one feature."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.baseline import Numbers, Task
from tinylab.evaluation.baselines import decision_tree
from tinylab.evaluation.metrics import Classes
from tinylab.learning.simple.model import SimpleModel
from tinylab.learning.simple.votes import voting
from tinylab.text import tr

TITLE = tr("Decision tree")
INPUT_KIND = "features"
BASELINE: Final = decision_tree.NAME


def learn(numbers: Numbers, classes: Classes, task: Task) -> SimpleModel:
    """The baseline's tree."""
    fitted = decision_tree.fit(numbers, classes, task)
    return voting(fitted.predictor, [fitted.predictor], range(len(task.names)), len(task.labels), fitted.words)
