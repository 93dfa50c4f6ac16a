"""One feature and a threshold or a few: a rule that can be said in a sentence, “deviation of y > 1.3 g → running”."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tinylab.evaluation.baseline import Fitted, Numbers, Task
from tinylab.evaluation.feature_words import Words, words_of
from tinylab.evaluation.metrics import Classes
from tinylab.text import tr

NAME: Final = "threshold_rule"
TITLE: Final = tr("A rule on one feature")
ORDER: Final = 1
_MOST_PARTS: Final = 4  # more thresholds than three nobody reads
_LEAST_WINDOWS: Final = 2  # between two thresholds


@dataclass(frozen=True, slots=True)
class _Rule:
    column: int
    cuts: tuple[float, ...]  # upwards; a value at a cut lies below it
    answers: tuple[int, ...]  # below the first cut, between them, above the last

    def predict(self, numbers: Numbers) -> Classes:
        places = np.searchsorted(self.cuts, numbers[:, self.column], side="left")
        return np.asarray(self.answers, dtype=np.int64)[places]


def fit(numbers: Numbers, classes: Classes, task: Task) -> Fitted:
    """The feature that a tree on it alone answers best from, with a part for each class and at most four.

    Only features that can be said with a unit are tried; of equally good ones the first is taken.
    """
    best, best_right, words = _Rule(0, (), (int(np.bincount(classes).argmax()),)), -1, None
    for column, name in enumerate(task.names):
        said = words_of(name, task)
        if said is None:
            continue
        rule = _rule_of(tree_on(numbers[:, column : column + 1], classes, task), column)
        right = int((rule.predict(numbers) == classes).sum())
        if right > best_right:
            best, best_right, words = rule, right, said
    return Fitted(best, _in_words(best, words, task))


def tree_on(column: Numbers, classes: Classes, task: Task) -> Any:
    """The tree on one feature, shape (windows, 1), that a rule is made of: a leaf for each part."""
    from sklearn.tree import DecisionTreeClassifier

    parts = min(len(np.unique(classes)), _MOST_PARTS)
    tree = DecisionTreeClassifier(max_leaf_nodes=parts, min_samples_leaf=_LEAST_WINDOWS, random_state=task.seed)
    return tree.fit(column, classes)


def column_of(fitted: Fitted) -> int:
    """Which feature a rule asks about."""
    assert isinstance(fitted.predictor, _Rule)
    return fitted.predictor.column


def _rule_of(tree: Any, column: int) -> _Rule:
    """The cuts of a tree on one number, without those whose two sides answer the same."""
    inner = tree.tree_
    cuts = np.sort(inner.threshold[inner.children_left >= 0])
    between = np.concatenate([cuts, [np.inf]])
    answers = tree.predict(np.nextafter(np.minimum(between, 3e38), -np.inf).astype(np.float32)[:, None])
    kept = [i for i in range(len(cuts)) if answers[i] != answers[i + 1]]
    return _Rule(column, tuple(float(cuts[i]) for i in kept), tuple(int(answers[i]) for i in [*kept, len(cuts)]))


def _in_words(rule: _Rule, words: Words | None, task: Task) -> str:
    names = [tr("“{label}”", label=task.labels[answer][:40]) for answer in rule.answers]
    if words is None or not rule.cuts:
        return tr("always {label}", label=names[0])
    feature, value = words
    if len(rule.cuts) == 1:
        return tr(
            "{feature} > {value} → {above}, else {below}",
            feature=feature, value=value(rule.cuts[0]), above=names[1], below=names[0],
        )  # fmt: skip
    parts = [
        tr("up to {value} {label}", value=value(cut), label=name) for cut, name in zip(rule.cuts, names, strict=False)
    ]
    return tr("{feature}: {parts}, above {label}", feature=feature, parts=", ".join(parts), label=names[-1])
