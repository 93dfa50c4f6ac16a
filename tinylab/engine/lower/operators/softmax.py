"""SOFTMAX: probabilities along the last axis."""

from __future__ import annotations

from tinylab.engine.arithmetic import softmax_numbers
from tinylab.engine.graph import Graph, Softmax
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import IN_PLACE, Buffers, Kernel, KernelCall, Struct, Value
from tinylab.errors import EngineError
from tinylab.text import tr

SOFTMAX = Kernel("tl_softmax", "tl_softmax.h")
_MOST_CLASSES = 256


def _softmax(graph: Graph, op: Softmax, buffers: Buffers) -> list[KernelCall]:
    tensor = graph.tensors[op.input]
    classes = tensor.shape[-1]
    if classes > _MOST_CLASSES:
        raise EngineError(
            tr(
                "The layer '{name}' (SOFTMAX) has {classes} classes; the board takes up to {most}.",
                name=op.name,
                classes=classes,
                most=_MOST_CLASSES,
            ),
            hint=tr("Train with fewer classes."),
        )
    numbers = softmax_numbers(tensor.scale, op.beta)
    members: dict[str, Value] = {
        "rows": tensor.elements // classes,
        "classes": classes,
        "multiplier": numbers.multiplier,
        "left_shift": numbers.left_shift,
        "lowest": numbers.lowest,
    }
    scratch = 4 * classes
    return [KernelCall(op.name, SOFTMAX, buffers.sources, buffers.target, Struct(members), scratch, IN_PLACE)]


LOWERINGS = {Softmax: Lowering(_softmax)}
