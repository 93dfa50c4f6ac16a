"""Who reads what an operator writes: fusing two operators asks for a single reader."""

from __future__ import annotations

from collections import Counter

from tinylab.engine.graph import Graph, Operator


def only_reader(graph: Graph, before: Operator, op: Operator) -> bool:
    """Whether `op` alone reads what `before` writes."""
    readers = Counter(graph.root(i) for o in graph.operators for i in o.inputs)
    readers[graph.root(graph.output)] += 1
    return graph.root(op.input) == before.output and readers[before.output] == 1
