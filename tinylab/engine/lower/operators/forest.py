"""A forest: trees of questions, whose leaves' votes are averaged."""

from __future__ import annotations

import numpy as np

from tinylab.engine.forest import NO_QUESTION, Forest
from tinylab.engine.graph import Graph
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import Buffers, Kernel, KernelCall, Struct, Table, Value

FOREST = Kernel("tl_forest", "tl_forest.h")
_LEAF = 255  # TL_FOREST_LEAF


def _forest(_graph: Graph, op: Forest, buffers: Buffers) -> list[KernelCall]:
    classes = op.votes.shape[1]
    members: dict[str, Value] = {
        "trees": len(op.roots),
        "classes": classes,
        "roots": Table("int16_t", op.roots),
        "features": Table("uint8_t", np.where(op.features == NO_QUESTION, _LEAF, op.features)),
        "thresholds": Table("int8_t", op.thresholds),
        "others": Table("int16_t", op.others),
        "votes": Table("uint8_t", op.votes.reshape(-1)),
    }
    return [KernelCall(op.name, FOREST, buffers.sources, buffers.target, Struct(members), 4 * classes)]


LOWERINGS = {Forest: Lowering(_forest)}
