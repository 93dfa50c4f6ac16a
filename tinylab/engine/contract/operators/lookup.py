"""Functions of one value: LOGISTIC and TANH, QUANTIZE, and RELU and RELU6 that stand alone."""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import curve_table, rescale_table
from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.graph import Curve, Graph, Rescale


def _curve(graph: Graph, op: Curve, x: Int64Array) -> Int64Array:
    return np.array(curve_table(op.function, graph.tensors[op.input], graph.tensors[op.output]), np.int64)[x + 128]


def _rescale(graph: Graph, op: Rescale, x: Int64Array) -> Int64Array:
    table = rescale_table(graph.tensors[op.input], graph.tensors[op.output], op.activation)
    return np.array(table, np.int64)[x + 128]


CONTRACT = {Curve: _curve, Rescale: _rescale}
