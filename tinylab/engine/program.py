"""What the compiler works on after lowering: a sequence of kernel calls with their numbers, tables and buffers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

_SIZES = {"int8_t": 1, "uint8_t": 1, "int16_t": 2, "int32_t": 4}


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


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A constant C struct: a value for each of its members, in their order."""

    members: Mapping[str, Value]

    @property
    def bytes(self) -> int:
        """The size in flash of the tables in it."""
        return sum(value.bytes for value in self.members.values() if not isinstance(value, int))


Value: TypeAlias = int | Table | Struct


@dataclass(frozen=True, slots=True)
class Kernel:
    """A function of firmware/nn, and the struct of the same name that holds its constants."""

    name: str  # for example tl_conv
    header: str  # the file in firmware/nn that defines it


@dataclass(frozen=True, slots=True)
class Overlap:
    """How a kernel may write over its own first input while it still reads it.

    The output may begin `distance` bytes, or more, before the input; with `exact`, exactly there.
    """

    distance: int
    exact: bool = False


IN_PLACE = Overlap(0)  # value by value: the output may stand on the input


@dataclass(frozen=True, slots=True)
class Buffers:
    """Where an operator reads and writes. Buffers are numbered by the graph's tensor whose bytes they hold."""

    sources: tuple[int, ...]
    target: int
    readable_behind: bool = False  # whether three bytes behind the first source may be read

    @property
    def source(self) -> int:
        """The first of the sources."""
        return self.sources[0]


@dataclass(frozen=True, slots=True, eq=False)
class KernelCall:
    """One call of a kernel."""

    name: str  # of the layer, for the comment
    kernel: Kernel
    sources: tuple[int, ...]  # buffers, as in `Buffers`
    target: int
    constants: Struct
    scratch_bytes: int | None = None  # None: the kernel takes no scratch
    overlap: Overlap | None = None  # None: input and output are apart
    target_offset: int = 0  # the byte of its target at which it begins to write
    reads_behind: bool = False  # whether it reads up to three bytes behind its sources
    align: int = 1  # of its target, in bytes


@dataclass(frozen=True, slots=True)
class Program:
    """The calls in order, and how many bytes each buffer has."""

    calls: tuple[KernelCall, ...]
    sizes: Mapping[int, int] = field(default_factory=dict)  # per buffer that a call writes
    inputs: Mapping[int, str] = field(default_factory=dict)  # buffers that the caller hands over: their names in C
    output: int = 0
    kept: frozenset[int] = frozenset()  # buffers whose bytes stay from one run to the next

    @property
    def constants_bytes(self) -> int:
        """The size in flash of all tables."""
        return sum(call.constants.bytes for call in self.calls)


CALLER_BUFFER = -1  # the int16 values that the caller hands over: a window
CALLER_SAMPLES = -2  # the newest of them, for streaming
NETWORK_INPUTS = (-3, -4)  # stand for the network's inputs, whatever their numbers
FIRST_OWN_BUFFER = -5  # of the feature stage; the next is one less


@dataclass(frozen=True, slots=True, eq=False)
class PushStage:
    """What a feature stage computes where the network takes a few new samples at a time."""

    samples: tuple[KernelCall, ...]  # from `CALLER_SAMPLES` to the new rows of the network's first input
    features: tuple[KernelCall, ...]  # from `CALLER_BUFFER`, the whole window, to its second
    sizes: Mapping[int, int]  # bytes of the buffers of its own


@dataclass(frozen=True, slots=True, eq=False)
class FeatureStage:
    """What makes the network's int8 inputs from the caller's int16 values: kernel calls in the plan like any layer's.

    They read `CALLER_BUFFER`, may write buffers of their own (`FIRST_OWN_BUFFER` and below), and end with
    `NETWORK_INPUTS`.
    """

    calls: tuple[KernelCall, ...]
    sizes: Mapping[int, int]  # bytes of the buffers of its own
    values: int  # int16 values that the caller hands over
    description: str  # what they are, for model.h
    push: PushStage | None = None  # None: the network needs the whole window each time


def with_feature_stage(stage: FeatureStage, network: Program, inputs: Mapping[int, int]) -> Program:
    """One program of the stage's calls and the network's; `inputs` has the bytes of the network's, in their order."""
    calls = (*_renumbered(stage.calls, inputs), *network.calls)
    return Program(calls, {**network.sizes, **stage.sizes, **inputs}, {CALLER_BUFFER: "input"}, network.output)


def with_push_stage(stage: PushStage, network: Program, newest: int, inputs: Mapping[int, int]) -> Program:
    """The same for streaming, where the first of the inputs has new rows alone.

    The first `newest` calls of the network's program follow from these.
    """
    calls = (
        *_renumbered(stage.samples, inputs),
        *network.calls[:newest],
        *_renumbered(stage.features, inputs),
        *network.calls[newest:],
    )
    names = {CALLER_SAMPLES: "samples", CALLER_BUFFER: "window"}
    return Program(calls, {**network.sizes, **stage.sizes, **inputs}, names, network.output, network.kept)


def _renumbered(calls: tuple[KernelCall, ...], inputs: Iterable[int]) -> tuple[KernelCall, ...]:
    """Calls that write the network's own buffers where they said `NETWORK_INPUTS`."""
    numbers = dict(zip(NETWORK_INPUTS, inputs, strict=False))
    return tuple(replace(call, target=numbers.get(call.target, call.target)) for call in calls)
