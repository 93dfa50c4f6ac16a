"""MEAN over whole axes."""

from __future__ import annotations

from tinylab.engine.arithmetic import mean_multiplier
from tinylab.engine.graph import Graph, Mean
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.lower.requantize import requant
from tinylab.engine.program import IN_PLACE, Buffers, Kernel, KernelCall, Struct, Value

MEAN = Kernel("tl_mean", "tl_pool.h")


def _mean(graph: Graph, op: Mean, buffers: Buffers) -> list[KernelCall]:
    tensor, result = graph.tensors[op.input], graph.tensors[op.output]
    multiplier = mean_multiplier(tensor.scale / result.scale, op.reduced)
    members: dict[str, Value] = {
        "outer": op.outer,
        "reduced": op.reduced,
        "inner": op.inner,
        "input_zero": tensor.zero_point,
        "out": requant((multiplier,), result.zero_point, (-128, 127), 255 * op.reduced, op.name),
    }
    return [KernelCall(op.name, MEAN, buffers.sources, buffers.target, Struct(members), overlap=IN_PLACE)]


LOWERINGS = {Mean: Lowering(_mean)}
