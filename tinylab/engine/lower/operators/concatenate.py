"""CONCATENATION: each input is copied into its block of the output."""

from __future__ import annotations

from tinylab.engine.graph import Concatenate, Graph
from tinylab.engine.lower.copies import copy_block
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import Buffers, KernelCall


def _concatenate(graph: Graph, op: Concatenate, buffers: Buffers) -> list[KernelCall]:
    stride, at, calls = graph.tensors[op.output].elements // op.outer, 0, []
    for tensor, source in zip(op.inputs, buffers.sources, strict=True):
        width = graph.tensors[tensor].elements // op.outer
        one = Buffers((source,), buffers.target)
        calls.append(copy_block(op.name, one, (op.outer, 1, width), (stride, width), at))
        at += width
    return calls


LOWERINGS = {Concatenate: Lowering(_concatenate)}
