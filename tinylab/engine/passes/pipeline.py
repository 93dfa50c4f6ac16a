"""All passes in the order in which they run, and the graph after each, for `tinylab compile --explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tinylab.engine.graph import Graph
from tinylab.engine.passes.fold_shapes import fold_shapes
from tinylab.engine.passes.fuse_activations import fuse_activations
from tinylab.engine.passes.fuse_padding import fuse_padding
from tinylab.engine.passes.fuse_pooling import fuse_pooling
from tinylab.engine.passes.window_first import window_first


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass, and a title that says what it did."""

    title: str
    run: Callable[[Graph], Graph]


PASSES = (
    Pass("shapes folded away", fold_shapes),
    Pass("layers of the window put before those of the features", window_first),
    Pass("activations joined to the layers before them", fuse_activations),
    Pass("padding joined to the convolutions behind it", fuse_padding),
    Pass("pooling joined to the convolutions before it", fuse_pooling),
)


def passes(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The graph as it was read, then after each pass, each with a title."""
    yield "as the file has it", graph
    for one in PASSES:
        graph = one.run(graph)
        yield one.title, graph


def optimize(graph: Graph) -> Graph:
    """The graph after all passes."""
    for one in PASSES:
        graph = one.run(graph)
    return graph
