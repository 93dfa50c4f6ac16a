"""The operator that no network has: trees of questions whose leaves vote. It stands beside those of `graph.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from tinylab.engine.graph import Int8Array, Operator

Int16Array: TypeAlias = npt.NDArray[np.int16]
UInt8Array: TypeAlias = npt.NDArray[np.uint8]

WHOLE_VOTE: Final = (
    128  # the votes of a leaf together: a power of two, so that sums of their shares are exact in floats
)
NO_QUESTION: Final = -1  # the feature of a leaf


@dataclass(frozen=True, slots=True, eq=False)
class Forest(Operator):
    """Trees of questions about single input values; each tree ends in a leaf, whose votes are averaged over all trees.

    The nodes of a tree stand one after the other, a question in front of its branches: a value up to the threshold
    leads to the next node, a larger one to the node that `others` names, which stands further behind. So no walk can
    turn in a circle. In a .tflite file it is a custom operator, which LiteRT cannot run.
    """

    features: Int16Array  # (nodes,), the input value that is asked about; NO_QUESTION of a leaf
    thresholds: Int8Array  # (nodes,), 0 of a leaf
    others: Int16Array  # (nodes,), the node for larger values; of a leaf its row of `votes`
    roots: Int16Array  # (trees,), the first node of each, upwards, from 0
    votes: UInt8Array  # (rows, classes); each row adds up to WHOLE_VOTE
