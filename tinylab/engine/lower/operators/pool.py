"""MAX_POOL_2D and AVERAGE_POOL_2D that stand alone."""

from __future__ import annotations

from tinylab.engine.arithmetic import activation_range
from tinylab.engine.graph import AveragePool2D, Graph, MaxPool2D, Pool2D
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.lower.windows import geometry, pixel_by_pixel
from tinylab.engine.program import Buffers, Kernel, KernelCall, Struct, Value

POOL = Kernel("tl_pool", "tl_pool.h")


def _pool(graph: Graph, op: Pool2D, buffers: Buffers) -> list[KernelCall]:
    shape = graph.tensors[op.input].shape
    low, high = activation_range(op.activation, graph.tensors[op.output])
    members: dict[str, Value] = {
        **geometry(op.window, shape, "channels"),
        "average": int(isinstance(op, AveragePool2D)),
        "low": low,
        "high": high,
    }
    overlap = pixel_by_pixel(op.window, shape, shape[3])
    return [KernelCall(op.name, POOL, buffers.sources, buffers.target, Struct(members), overlap=overlap)]


LOWERINGS = {MaxPool2D: Lowering(_pool), AveragePool2D: Lowering(_pool)}
