"""What a module of `operators` declares: how an operator becomes kernel calls, whole and row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tinylab.engine.graph import Graph, Operator, Window
from tinylab.engine.program import Buffers, KernelCall


@dataclass(frozen=True, slots=True)
class OutputRows:
    """Some rows of a layer's output, computed from a buffer that lacks the input's first rows."""

    first: int  # row of output
    count: int
    first_held: int  # the buffer's first row of input


@dataclass(frozen=True, slots=True)
class RowSteps:
    """How the rows of a layer's output follow from contiguous rows of its input."""

    rows: int  # of output
    reach: int  # rows of input under one row of output
    stride: int  # rows of input from one row of output to the next
    before: int  # rows of padding


@dataclass(frozen=True, slots=True)
class RowLowering:
    """How a layer is computed row by row, for streaming."""

    steps: Callable[[Graph, Any], RowSteps | None]  # None: the rows of this one do not follow from contiguous rows
    call: Callable[[Graph, Any, Buffers, OutputRows], KernelCall]


@dataclass(frozen=True, slots=True)
class Lowering:
    """How an operator of an optimized graph becomes kernel calls."""

    calls: Callable[[Graph, Any, Buffers], list[KernelCall]]
    by_rows: RowLowering | None = None  # None: needs all its input at once


def row_steps(graph: Graph, op: Operator, window: Window, pool: Window | None = None) -> RowSteps:
    """The row steps of a layer with `window`, and with `pool` behind it, along the axis of time."""
    shape = graph.tensors[op.input].shape
    axis = 0 if shape[1] > 1 else 1
    pooled = pool.kernel[axis] if pool else 1
    return RowSteps(
        rows=graph.tensors[op.output].shape[1 + axis],
        reach=(pooled - 1) * window.stride[axis] + window.reach(axis),
        stride=window.stride[axis] * pooled,
        before=window.pad_before(shape[1 + axis], axis),
    )
