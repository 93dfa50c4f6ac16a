"""What the compiler works on after lowering: a sequence of kernel calls with their numbers, tables and buffers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A constant array in flash."""

    c_type: str  # int8_t, uint8_t or int32_t
    values: Array  # flat
    per_line: int = 24

    @property
    def bytes(self) -> int:
        """Its size in flash."""
        return self.values.size * _SIZES[self.c_type]


_SIZES = {"int8_t": 1, "uint8_t": 1, "int32_t": 4}

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


@dataclass(frozen=True, slots=True)
class Program:
    """The steps in order, and how many bytes each buffer has."""

    steps: tuple[Step, ...]
    sizes: Mapping[int, int] = field(default_factory=dict)  # per buffer that a step writes
    input: int = 0
    output: int = 0
    kept: frozenset[int] = frozenset()  # buffers whose bytes stay from one run to the next
