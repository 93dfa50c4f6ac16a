"""A forest: trees of questions, whose leaves' votes are averaged."""

from __future__ import annotations

import numpy as np

from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.forest import NO_QUESTION, WHOLE_VOTE, Forest
from tinylab.engine.graph import Graph


def _forest(_graph: Graph, op: Forest, x: Int64Array) -> Int64Array:
    """Probabilities as int8 of scale 1/256 and zero point -128, rounded half up.

    Sums of votes that differ may give the same step. The first of the largest sums is then the only largest output: the
    others are one step lower. So the largest output is what the votes say, whatever is lost in rounding.
    """
    trees, windows = len(op.roots), len(x)
    sums = np.zeros((windows, op.votes.shape[1]), np.int64)
    for root in op.roots:
        sums += op.votes[op.others[_leaves(op, x, int(root))]]
    steps = np.minimum((sums * (512 // WHOLE_VOTE) + trees) // (2 * trees), 255) - 128
    best = sums.argmax(axis=1)
    most = np.take_along_axis(steps, best[:, None], axis=1)
    lowered = steps - (steps == most)
    np.put_along_axis(lowered, best[:, None], most, axis=1)
    return lowered


def _leaves(op: Forest, x: Int64Array, root: int) -> Int64Array:
    """The leaf of one tree in which each window ends."""
    at = np.full(len(x), root, np.int64)
    while True:
        features = op.features[at].astype(np.int64)
        asked = features != NO_QUESTION
        if not asked.any():
            return at
        values = x[np.arange(len(x)), np.where(asked, features, 0)]
        further = np.where(values > op.thresholds[at], op.others[at], at + 1)
        at = np.where(asked, further, at)


CONTRACT = {Forest: _forest}
