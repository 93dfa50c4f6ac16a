"""RESHAPE, EXPAND_DIMS and SQUEEZE: the values stay as they are."""

from __future__ import annotations

from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.graph import Graph, Reshape


def _reshape(_graph: Graph, _op: Reshape, x: Int64Array) -> Int64Array:
    return x


CONTRACT = {Reshape: _reshape}
