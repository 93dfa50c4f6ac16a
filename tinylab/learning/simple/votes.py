"""Trees of scikit-learn as a forest of the engine: a rule, a tree, a few trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.forest import NO_QUESTION, WHOLE_VOTE, Forest
from tinylab.engine.graph import Graph, Tensor
from tinylab.errors import TrainingError
from tinylab.evaluation.baseline import Numbers
from tinylab.learning.simple.model import Floats32, quantization, seen
from tinylab.text import tr

_MOST_NODES = (1 << 15) - 1
_LEAF = -1  # scikit-learn's children of a leaf


@dataclass(frozen=True, slots=True, eq=False)
class Voting:
    """A fitted tree or forest of scikit-learn, whose leaves hold whole votes. A `SimpleModel`."""

    found: Any  # answers `predict_proba`
    trees: tuple[Any, ...]  # what it consists of
    columns: npt.NDArray[np.int64]  # which feature each of its inputs is
    labels: int
    words: str

    @property
    def parameters(self) -> int:
        """Thresholds of questions and votes of leaves."""
        leaves = sum(int((tree.tree_.children_left == _LEAF).sum()) for tree in self.trees)
        return leaves * self.labels + sum(int(tree.tree_.node_count) for tree in self.trees) - leaves

    @property
    def asked(self) -> tuple[int, ...]:
        """The features that a question is about, in order."""
        inputs = np.concatenate([tree.tree_.feature[tree.tree_.feature >= 0] for tree in self.trees])
        return tuple(np.unique(self.columns[inputs]).tolist())

    def given(self, features: Sequence[int]) -> Voting:
        """The same trees, given only these features; what no question is about may be any of them."""
        places = {feature: place for place, feature in enumerate(features)}
        return replace(self, columns=np.array([places.get(int(column), 0) for column in self.columns], np.int64))

    def probabilities(self, numbers: Numbers) -> Floats32:
        """What scikit-learn answers, shape (windows, labels)."""
        answers = np.zeros((len(numbers), self.labels), np.float32)
        if not len(numbers):  # scikit-learn wants one at least
            return answers
        answers[:, self.found.classes_.astype(np.int64)] = self.found.predict_proba(numbers[:, self.columns])
        return answers

    def graph(self, recipe: InputRecipe) -> Graph:
        """The trees with a threshold in int8 for each question. Raises TrainingError where they are too many nodes."""
        scale, zero = quantization(recipe)
        written = _Written(self, recipe)
        roots = [written.add(tree.tree_) for tree in self.trees]
        if len(written.nodes) > _MOST_NODES:
            raise TrainingError(
                tr("These trees have {count} nodes; the board takes up to {most}.",
                   count=len(written.nodes), most=_MOST_NODES),
                hint=tr("Choose one tree, or fewer windows."),
            )  # fmt: skip
        nodes = np.array(written.nodes)
        features, thresholds, others = nodes[:, 0].astype("i2"), nodes[:, 1].astype("i1"), nodes[:, 2].astype("i2")
        votes = np.array(list(written.rows), dtype=np.uint8)
        forest = Forest("trees", (0,), 1, features, thresholds, others, np.array(roots, dtype=np.int16), votes)
        source = Tensor("features", (1, len(recipe.offsets)), scale, zero)
        return Graph((source, Tensor("classes", (1, self.labels), 1 / 256, -128)), (forest,), (0,), 1)


def voting(found: Any, trees: Sequence[Any], columns: Sequence[int], labels: int, words: str) -> Voting:
    """Of a fitted scikit-learn model, whose leaves are rounded to whole votes here, in place.

    So what answers in floats has the very votes of the board, and sums of them are equal where those of the board are.
    """
    for tree in trees:
        shares = tree.tree_.value  # shape (nodes, 1, classes); writing to it changes the tree
        shares[:, 0, :] = whole_votes(shares[:, 0, :]) / WHOLE_VOTE
    return Voting(found, tuple(trees), np.asarray(columns, dtype=np.int64), labels, words)


def whole_votes(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Shares of one, shape (leaves, classes), as whole votes that add up to WHOLE_VOTE: the largest remainders win.

    What was largest before stays largest.
    """
    exact = shares * WHOLE_VOTE
    votes = np.floor(exact + 1e-9).astype(np.int64)
    missing = WHOLE_VOTE - votes.sum(axis=1)
    order = np.argsort(-(exact - votes), axis=1, kind="stable")
    places = np.argsort(order, axis=1)  # of each class in that order
    votes += places < missing[:, None]
    before, now = shares.argmax(axis=1), votes.argmax(axis=1)
    other = np.flatnonzero(before != now)
    votes[other, now[other]] -= 1
    votes[other, before[other]] += 1
    return votes


class _Written:
    """Nodes of the engine's forest, as trees are added; rows of votes that are equal stand there once."""

    def __init__(self, model: Voting, recipe: InputRecipe) -> None:
        steps = np.arange(-128, 128).astype(np.int8)
        spread = np.repeat(steps[:, None], len(recipe.offsets), axis=1)
        self._seen = seen(recipe, spread, quantization(recipe)).astype(np.float32)  # scikit-learn compares these
        self._columns, self._labels = model.columns, model.labels
        self._classes = model.found.classes_.astype(np.int64)
        self.nodes: list[list[int]] = []  # feature, threshold, other way on
        self.rows: dict[tuple[int, ...], int] = {}

    def add(self, tree: Any) -> int:
        """Write a tree; returns its first node. Questions that all int8 values answer alike are left out."""
        first = len(self.nodes)
        waiting = [(0, -1)]  # nodes to be written, and the question whose other way each is
        while waiting:
            node, question = waiting.pop()
            if question >= 0:
                self.nodes[question][2] = len(self.nodes)
            node, step = self._asked(tree, node)
            if tree.children_left[node] == _LEAF:
                self.nodes.append([NO_QUESTION, 0, self._row(tree.value[node, 0])])
                continue
            waiting += [(int(tree.children_right[node]), len(self.nodes)), (int(tree.children_left[node]), -1)]
            self.nodes.append([int(self._columns[tree.feature[node]]), step, 0])
        return first

    def _asked(self, tree: Any, node: int) -> tuple[int, int]:
        """The next node that int8 values answer differently, or a leaf; and the largest step on the near side."""
        while tree.children_left[node] != _LEAF:
            below = int((self._seen[:, self._columns[tree.feature[node]]] <= tree.threshold[node]).sum())
            if 0 < below < len(self._seen):
                return node, below - 1 - 128
            node = int((tree.children_left if below else tree.children_right)[node])
        return node, 0

    def _row(self, shares: npt.NDArray[np.float64]) -> int:
        row = np.zeros(self._labels, np.int64)
        row[self._classes] = np.rint(shares * WHOLE_VOTE)
        return self.rows.setdefault(tuple(row.tolist()), len(self.rows))
