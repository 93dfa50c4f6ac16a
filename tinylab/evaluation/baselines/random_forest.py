"""The votes of a hundred trees, each grown on other windows and features."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.baseline import Fitted, Numbers, Task
from tinylab.evaluation.metrics import Classes
from tinylab.text import tr

NAME: Final = "random_forest"
TITLE: Final = tr("A random forest")
ORDER: Final = 7
TREES: Final = 100
MOST_TREES: Final = 20  # that a board can hold
_LEAST_WINDOWS: Final = 2  # in a leaf
MOST_DEPTH: Final = 9  # of a tree on a board: 20 of them then have less than 2^15 nodes, whatever they learned from
_NODE_BYTES: Final = 5  # feature, threshold, the other way on, and its part of the leaves' votes
_KB: Final = 1024


def fit(numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """TREES trees."""
    return fit_forest(numbers, classes, task, TREES, None)


def fit_forest(numbers: Numbers, classes: Classes, task: Task, trees: int, depth: int | None) -> Fitted:
    """A forest of trees with at most `depth` questions on every way down.

    One of more than MOST_TREES says why it cannot be put on a board.
    """
    from sklearn.ensemble import RandomForestClassifier

    found = RandomForestClassifier(
        trees, max_depth=depth, min_samples_leaf=_LEAST_WINDOWS, random_state=task.seed, n_jobs=1
    )
    found.fit(numbers, classes)
    nodes = sum(tree.tree_.node_count for tree in found.estimators_)
    kb = max(1, round(nodes * _NODE_BYTES / _KB))
    words = tr(
        "the votes of {trees} trees on {count} features, about {kb} KB", trees=trees, count=len(task.names), kb=kb
    )
    why_not = tr(
        "{trees} trees take about {kb} KB; a forest of at most {most} trees can be put on a board.",
        trees=trees,
        kb=kb,
        most=MOST_TREES,
    )
    return Fitted(found, words, why_not if trees > MOST_TREES else "")
