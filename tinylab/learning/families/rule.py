"""A rule on one feature: a threshold or a few, and what lies between them."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.baseline import Numbers, Task
from tinylab.evaluation.baselines import threshold_rule
from tinylab.evaluation.metrics import Classes
from tinylab.learning.simple.model import SimpleModel
from tinylab.learning.simple.votes import voting
from tinylab.text import tr

TITLE = tr("Rule on one feature")
INPUT_KIND = "features"
BASELINE: Final = threshold_rule.NAME


def learn(numbers: Numbers, classes: Classes, task: Task) -> SimpleModel:
    """The baseline's rule, as the tree on one feature that it was made of."""
    fitted = threshold_rule.fit(numbers, classes, task)
    column = threshold_rule.column_of(fitted)
    tree = threshold_rule.tree_on(numbers[:, column : column + 1], classes, task)
    return voting(tree, [tree], [column], len(task.labels), fitted.words)
