"""What the compiler works on after lowering: a sequence of kernel calls with their numbers, tables and buffers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A constant array in flash."""

    c_type: str  # int8_t, uint8_t, int16_t or int32_t
    values: Array  # flat
    per_line: int = 24

    @property
    def bytes(self) -> int:
        """Its size in flash."""
        return self.values.size * _SIZES[self.c_type]


_SIZES = {"int8_t": 1, "uint8_t": 1, "int16_t": 2, "int32_t": 4}

Value: TypeAlias = "int | Table | Fields"


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """A C struct: a value for each of its members."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step reads and writes, and whether it may read three bytes behind its input."""

    source: int
    target: int
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a layer's output, computed from a buffer that lacks the input's first rows."""

    first: int  # row of output
    rows: int
    held: int  # the buffer's first row of input


@dataclass(frozen=True, slots=True)
class Overlap:
    """How a step may write over its own first input while it still reads it.

    The output may begin `distance` bytes, or more, before the input; with `exact`, exactly there.
    """

    distance: int
    exact: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One call of a kernel. Buffers are numbered by the graph's tensor whose bytes they hold."""

    name: str  # of the layer, for the comment
    kernel: str  # C function and struct, for example tl_conv
    header: str  # the file in firmware/nn that defines it
    sources: tuple[int, ...]
    target: int
    fields: Fields
    scratch_bytes: int | None = None  # None: the kernel takes no scratch
    overlap: Overlap | None = None  # None: input and output are apart
    target_at: int = 0  # where in its target the step begins to write
    align: int = 1  # of its target, in bytes


@dataclass(frozen=True, slots=True)
class Program:
    """The steps in order, and how many bytes each buffer has."""

    steps: tuple[Step, ...]
    sizes: Mapping[int, int] = field(default_factory=dict)  # per buffer that a step writes
    input: int = 0
    output: int = 0
    kept: frozenset[int] = frozenset()  # buffers whose bytes stay from one run to the next


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """What makes the network's int8 input from the caller's int16 values: steps in the plan like any layer.

    Its steps read the buffer `CALLERS`, may write buffers of their own (numbers below that), and end with the network's
    input, which they call `INPUT`.
    """

    steps: tuple[Step, ...]
    sizes: Mapping[int, int]  # bytes of the buffers of its own
    values: int  # int16 values that the caller hands over
    words: str  # what they are, for model.h


CALLERS = -1
INPUT = -2  # stands for the network's input, whatever its number
OWN = -3  # the first buffer of the front's own


def with_front(front: Front, network: Program, input_bytes: int) -> Program:
    """One program of the front's steps and the network's."""

    def renamed(buffer: int) -> int:
        return network.input if buffer == INPUT else buffer

    steps = tuple(
        replace(step, sources=tuple(renamed(b) for b in step.sources), target=renamed(step.target))
        for step in front.steps
    )
    sizes = {**network.sizes, **front.sizes, network.input: input_bytes}
    return Program((*steps, *network.steps), sizes, CALLERS, network.output)
