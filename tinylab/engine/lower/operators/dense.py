"""FULLY_CONNECTED."""

from __future__ import annotations

from tinylab.engine.arithmetic import activation_range
from tinylab.engine.graph import FullyConnected, Graph
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.lower.products import even, in_fours, products
from tinylab.engine.program import Buffers, Kernel, KernelCall, Struct, Table, Value

DENSE = Kernel("tl_dense", "tl_dense.h")


def _dense(graph: Graph, op: FullyConnected, buffers: Buffers) -> list[KernelCall]:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    outputs, inputs = op.weights.shape
    sums = products(op, op.weights, op.bias, (source, result), activation_range(op.activation, result))
    members: dict[str, Value] = {
        "rows": source.elements // inputs,
        "inputs": inputs,
        "outputs": outputs,
        "beyond": int(buffers.readable_behind),
        "weights": Table("int8_t", in_fours(even(sums.weights, 1))),
        "biases": Table("int32_t", even(sums.biases, 1), 8),
        "out": sums.out,
    }
    behind = buffers.readable_behind
    return [KernelCall(op.name, DENSE, buffers.sources, buffers.target, Struct(members), reads_behind=behind)]


LOWERINGS = {FullyConnected: Lowering(_dense)}
