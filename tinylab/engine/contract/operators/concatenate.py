"""CONCATENATION."""

from __future__ import annotations

import numpy as np

from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.graph import Concatenate, Graph


def _concatenate(_graph: Graph, op: Concatenate, *inputs: Int64Array) -> Int64Array:
    return np.concatenate([x.reshape(len(x), op.outer, -1) for x in inputs], axis=2)


CONTRACT = {Concatenate: _concatenate}
