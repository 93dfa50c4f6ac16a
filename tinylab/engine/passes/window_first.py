"""Of a network with two inputs, the layers that read the window alone come first.

Layers of one branch then stand side by side, where fusing and streaming look for them, however a converter mixed
them.
"""

from __future__ import annotations

from dataclasses import replace

from tinylab.engine.graph import Graph


def window_first(graph: Graph) -> Graph:
    """The graph with its operators in that order; each still stands behind those that it reads."""
    if len(graph.inputs) == 1:
        return graph
    known = {graph.input}
    for op in graph.operators:
        if all(graph.root(i) in known for i in op.inputs):
            known.add(op.output)
    return replace(graph, operators=tuple(sorted(graph.operators, key=lambda op: op.output not in known)))
