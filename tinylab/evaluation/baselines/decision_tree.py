"""A few questions one after the other, each about one feature."""

from __future__ import annotations

from typing import Any, Final

from tinylab.evaluation.baseline import Fitted, Numbers, Task
from tinylab.evaluation.feature_words import words_of
from tinylab.evaluation.metrics import Classes
from tinylab.text import ntr, tr

NAME: Final = "decision_tree"
TITLE: Final = tr("A decision tree")
ORDER: Final = 4
DEPTH: Final = 4


def fit(numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """A tree of at most DEPTH questions on every way down."""
    from sklearn.tree import DecisionTreeClassifier

    found = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=2, random_state=task.seed).fit(numbers, classes)
    return Fitted(found, _in_words(found, task))


def _in_words(found: Any, task: Task) -> str:
    depth = int(found.get_depth())
    if not depth:
        return tr("always “{label}”", label=task.labels[int(found.classes_[0])][:40])
    name = task.names[int(found.tree_.feature[0])]
    words = words_of(name, task)
    first = tr("{feature} > {value}", feature=words[0], value=words[1](found.tree_.threshold[0])) if words else name
    return ntr("1 question: {first}?", "up to {count} questions, first: {first}?", depth, first=first)
