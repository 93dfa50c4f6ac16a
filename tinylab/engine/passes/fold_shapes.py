"""RESHAPE, EXPAND_DIMS and SQUEEZE vanish: their outputs are other names for the same bytes."""

from __future__ import annotations

from dataclasses import replace

from tinylab.engine.graph import Graph, Reshape


def fold_shapes(graph: Graph) -> Graph:
    """The graph without them, and with an alias for each of their outputs."""
    aliases = dict(graph.aliases)
    for op in graph.operators:
        if isinstance(op, Reshape):
            aliases[op.output] = aliases.get(op.input, op.input)
    operators = tuple(op for op in graph.operators if not isinstance(op, Reshape))
    return replace(graph, operators=operators, aliases=aliases)
