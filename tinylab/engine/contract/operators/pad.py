"""PAD: the zero point around the input."""

from __future__ import annotations

import numpy as np

from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.graph import Graph, Pad


def _pad(graph: Graph, op: Pad, x: Int64Array) -> Int64Array:
    zero = graph.tensors[op.output].zero_point
    return np.pad(x.reshape(len(x), *op.inner), ((0, 0), *op.around), constant_values=zero)


CONTRACT = {Pad: _pad}
