"""MEAN over whole axes."""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import mean_multiplier
from tinylab.engine.contract.integers import Int64Array, scaled
from tinylab.engine.graph import Graph, Mean


def _mean(graph: Graph, op: Mean, x: Int64Array) -> Int64Array:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    total = (x.reshape(-1, op.outer, op.reduced, op.inner) - source.zero_point).sum(axis=2)
    multiplier = mean_multiplier(source.scale / result.scale, op.reduced)
    return np.clip(scaled(total, (multiplier,)) + result.zero_point, -128, 127)


CONTRACT = {Mean: _mean}
