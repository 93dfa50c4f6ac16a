"""Functions of one value, as a table of all 256: LOGISTIC and TANH, QUANTIZE, and RELU and RELU6 that stand alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinylab.engine.arithmetic import curve_table, rescale_table
from tinylab.engine.graph import Curve, Graph, Operator, Rescale
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import IN_PLACE, Buffers, Kernel, KernelCall, Struct, Table, Value

LOOKUP = Kernel("tl_lookup", "tl_elementwise.h")


def _curve(graph: Graph, op: Curve, buffers: Buffers) -> list[KernelCall]:
    return _lookup(graph, op, buffers, curve_table(op.function, graph.tensors[op.input], graph.tensors[op.output]))


def _rescale(graph: Graph, op: Rescale, buffers: Buffers) -> list[KernelCall]:
    return _lookup(graph, op, buffers, rescale_table(graph.tensors[op.input], graph.tensors[op.output], op.activation))


def _lookup(graph: Graph, op: Operator, buffers: Buffers, table: Sequence[int]) -> list[KernelCall]:
    length = graph.tensors[op.output].elements
    members: dict[str, Value] = {"length": length, "table": Table("int8_t", np.array(table))}
    return [KernelCall(op.name, LOOKUP, buffers.sources, buffers.target, Struct(members), overlap=IN_PLACE)]


LOWERINGS = {Curve: Lowering(_curve), Rescale: Lowering(_rescale)}
