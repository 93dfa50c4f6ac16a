"""The votes of as many trees as a board can hold."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.baseline import Fitted, Numbers, Task
from tinylab.evaluation.baselines.random_forest import MOST_DEPTH, MOST_TREES, fit_forest
from tinylab.evaluation.metrics import Classes
from tinylab.text import tr

NAME: Final = "small_forest"
TITLE: Final = tr("A small forest")
ORDER: Final = 6


def fit(numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """MOST_TREES trees, of MOST_DEPTH questions at most: on the example no worse, and half the nodes."""
    return fit_forest(numbers, classes, task, MOST_TREES, MOST_DEPTH)
