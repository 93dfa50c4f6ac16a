"""Forests with questions drawn from a seed, and one small enough to follow by hand."""

from __future__ import annotations

import numpy as np

from tinylab.engine.forest import NO_QUESTION, WHOLE_VOTE, Forest
from tinylab.engine.graph import Graph, Tensor


def random_forest(seed: int) -> Graph:
    """1 to 20 trees of up to some 60 nodes on 1 to 99 values, for 2 to 9 classes."""
    random = np.random.default_rng(seed)
    values, classes, trees = (int(random.integers(low, high)) for low, high in ((1, 100), (2, 10), (1, 21)))
    rows = int(random.integers(1, 12))
    nodes: list[list[int]] = []
    roots = []
    for _ in range(trees):
        roots.append(len(nodes))
        _grow(random, nodes, values, rows, int(random.integers(0, 7)))
    return forest_of(nodes, roots, _votes(random, rows, classes), values, zero=int(random.integers(-128, 128)))


def _grow(random: np.random.Generator, nodes: list[list[int]], values: int, rows: int, depth: int) -> None:
    at = len(nodes)
    if depth == 0 or random.random() < 0.15:
        nodes.append([NO_QUESTION, 0, int(random.integers(rows))])
        return
    nodes.append([int(random.integers(values)), int(random.integers(-128, 127)), 0])
    _grow(random, nodes, values, rows, depth - 1)
    nodes[at][2] = len(nodes)
    _grow(random, nodes, values, rows, depth - 1)


def _votes(random: np.random.Generator, rows: int, classes: int) -> np.ndarray:
    """Rows of few different votes, so that sums are often equal or a step apart."""
    return random.multinomial(4, np.full(classes, 1 / classes), rows) * (WHOLE_VOTE // 4)


def forest_of(nodes: list[list[int]], roots: list[int], votes: np.ndarray, values: int, zero: int = 0) -> Graph:
    """A network of a forest alone; `nodes`: feature, threshold, other way on, of each."""
    columns = np.array(nodes)
    features, thresholds, others = columns[:, 0].astype("i2"), columns[:, 1].astype("i1"), columns[:, 2].astype("i2")
    operator = Forest(
        "forest", (0,), 1, features, thresholds, others, np.array(roots, np.int16), np.array(votes, np.uint8)
    )
    classes = operator.votes.shape[1]
    tensors = (Tensor("features", (1, values), 0.03125, zero), Tensor("classes", (1, classes), 1 / 256, -128))
    return Graph(tensors, (operator,), (0,), 1)


def two_trees(votes: list[list[int]] | None = None) -> Graph:
    """One tree asks about value 1, then about value 0; the other is a leaf."""
    nodes = [[1, 10, 2], [-1, 0, 0], [0, -5, 4], [-1, 0, 1], [-1, 0, 2], [-1, 0, 1]]
    return forest_of(nodes, [0, 5], np.array(votes or [[128, 0], [32, 96], [64, 64]]), 2)
