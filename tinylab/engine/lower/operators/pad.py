"""PAD: zeros everywhere, then the input in their middle."""

from __future__ import annotations

from tinylab.engine.graph import Graph, Pad
from tinylab.engine.lower.copies import copy_block
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import Buffers, KernelCall


def _pad(graph: Graph, op: Pad, buffers: Buffers) -> list[KernelCall]:
    result = graph.tensors[op.output]
    columns, channels = (op.inner[a] + sum(op.around[a]) for a in (1, 2))
    at = (op.around[0][0] * columns + op.around[1][0]) * channels + op.around[2][0]
    zeros = (result.elements, result.zero_point)
    return [copy_block(op.name, buffers, op.inner, (columns * channels, channels), at, zeros)]


LOWERINGS = {Pad: Lowering(_pad)}
