"""A quantized network as typed, frozen dataclasses: what every other module of the engine reads.

Shapes carry the batch, which is always 1, in front: (1, rows, columns, channels) for pictures and signals. Values are
int8 everywhere; `real = scale * (quantized - zero_point)`. Operators name their tensors by index into `Graph.tensors`.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Int8Array: TypeAlias = npt.NDArray[np.int8]
Int32Array: TypeAlias = npt.NDArray[np.int32]
Float64Array: TypeAlias = npt.NDArray[np.float64]


class Activation(enum.Enum):
    """A clamp fused into an operator; the values are the real numbers it clamps to."""

    NONE = (None, None)
    RELU = (0.0, None)
    RELU_N1_TO_1 = (-1.0, 1.0)
    RELU6 = (0.0, 6.0)


class Padding(enum.Enum):
    """SAME pads so that ceil(input / stride) outputs come out, VALID never pads."""

    SAME = "same"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Tensor:
    """One int8 activation."""

    name: str
    shape: tuple[int, ...]  # with the batch of 1 in front
    scale: float
    zero_point: int

    @property
    def elements(self) -> int:
        """How many int8 values it holds, which is its size in bytes."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Window:
    """How a kernel walks over rows and columns; every pair is (rows, columns)."""

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: Padding = Padding.VALID
    # zeros around the input, ((above, below), (left, right)), beside `padding`: a PAD layer that was folded in
    around: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))

    def reach(self, axis: int) -> int:
        """Input elements from the first tap to the last, both included."""
        return (self.kernel[axis] - 1) * self.dilation[axis] + 1

    def output_size(self, size: int, axis: int) -> int:
        """How many outputs an axis of `size` inputs gives (0 or less: the kernel does not fit)."""
        stride = self.stride[axis]
        if self.padding is Padding.SAME:
            return -(-size // stride)
        size += sum(self.around[axis])
        return (size - self.reach(axis)) // stride + 1

    def pad_before(self, size: int, axis: int) -> int:
        """Padding before the first input; an odd one goes behind, as TFLite does it."""
        if self.padding is Padding.VALID:
            return self.around[axis][0]
        needed = (self.output_size(size, axis) - 1) * self.stride[axis] + self.reach(axis) - size
        return max(needed, 0) // 2


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """What every operator has: a name for messages, the tensors it reads, and the one it writes."""

    name: str
    inputs: tuple[int, ...]
    output: int

    @property
    def input(self) -> int:
        """The first of the inputs; of most operators the only one."""
        return self.inputs[0]

    def macs(self, tensors: Sequence[Tensor]) -> int:
        """Multiply-accumulates of one run as the layer states them, taps in the padding included."""
        return 0


@dataclass(frozen=True, slots=True, eq=False)
class Clamped(Operator):
    """An operator with a clamp at its end."""

    activation: Activation = field(default=Activation.NONE, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Weighted(Clamped):
    """A layer with weights: output = activation(weights · input + bias), one scale per output channel."""

    weights: Int8Array  # the shape is the layer's own
    bias: Int32Array  # (output channels,)
    weight_scales: Float64Array  # (output channels,)


@dataclass(frozen=True, slots=True, eq=False)
class FullyConnected(Weighted):
    """A dense layer over every row of `inputs` values. Weights: (outputs, inputs)."""

    def macs(self, tensors: Sequence[Tensor]) -> int:
        """Every value of the input once per output."""
        return tensors[self.input].elements * self.weights.shape[0]


@dataclass(frozen=True, slots=True, eq=False)
class Conv2D(Weighted):
    """A convolution over (1, rows, columns, channels).

    Weights: (output channels, kernel rows, kernel columns, input channels).
    """

    window: Window

    def macs(self, tensors: Sequence[Tensor]) -> int:
        """A kernel over all input channels per output value."""
        return tensors[self.output].elements * self.weights[0].size


@dataclass(frozen=True, slots=True, eq=False)
class DepthwiseConv2D(Weighted):
    """A convolution of each channel for itself; output channel c reads input channel c // multiplier.

    Weights: (kernel rows, kernel columns, output channels).
    """

    window: Window
    multiplier: int = 1

    def macs(self, tensors: Sequence[Tensor]) -> int:
        """A kernel over one channel per output value."""
        return tensors[self.output].elements * self.weights[..., 0].size


@dataclass(frozen=True, slots=True, eq=False)
class Pool2D(Clamped):
    """One value for all under the window; input and output share their quantization."""

    window: Window


@dataclass(frozen=True, slots=True, eq=False)
class MaxPool2D(Pool2D):
    """The largest value under the window."""


@dataclass(frozen=True, slots=True, eq=False)
class AveragePool2D(Pool2D):
    """The average under the window, padding not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class PooledConv2D(Operator):
    """A convolution and the max-pooling behind it in one; only a pass makes these, no file has them."""

    conv: Conv2D
    pool: MaxPool2D

    @classmethod
    def of(cls, conv: Conv2D, pool: MaxPool2D) -> PooledConv2D:
        """Reads what the convolution reads, writes what the pooling writes, and has the convolution's name."""
        return cls(conv.name, conv.inputs, pool.output, conv, pool)

    def macs(self, tensors: Sequence[Tensor]) -> int:
        """The convolution's."""
        return self.conv.macs(tensors)


@dataclass(frozen=True, slots=True, eq=False)
class Mean(Operator):
    """The average over neighbouring axes: input seen as (outer, reduced, inner), output as (outer, inner)."""

    outer: int
    reduced: int
    inner: int


@dataclass(frozen=True, slots=True, eq=False)
class Add(Clamped):
    """Two inputs, element by element; both have the output's number of elements."""


@dataclass(frozen=True, slots=True, eq=False)
class WithConstant(Clamped):
    """Element by element with a constant that repeats: value i meets number i modulo their count."""

    values: Int8Array  # (period,)
    constant: Tensor  # the quantization of `values`


@dataclass(frozen=True, slots=True, eq=False)
class AddConstant(WithConstant):
    """A constant added."""


@dataclass(frozen=True, slots=True, eq=False)
class MulConstant(WithConstant):
    """A constant multiplied."""


@dataclass(frozen=True, slots=True, eq=False)
class Concatenate(Operator):
    """Inputs side by side, seen as (outer, any); all share the output's quantization."""

    outer: int


@dataclass(frozen=True, slots=True, eq=False)
class Pad(Operator):
    """Zeros around (rows, columns, channels), seen as `inner` says; input and output share their quantization."""

    inner: tuple[int, int, int]  # the input's rows, columns, channels
    around: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]  # before and behind, of each


@dataclass(frozen=True, slots=True, eq=False)
class Curve(Operator):
    """A function of each value for itself."""

    function: str  # logistic or tanh


@dataclass(frozen=True, slots=True, eq=False)
class Reshape(Operator):
    """The same values under another shape; input and output share their quantization."""


@dataclass(frozen=True, slots=True, eq=False)
class Rescale(Clamped):
    """QUANTIZE from int8 to int8, and RELU or RELU6 that stand alone: change of scale, then the clamp."""


@dataclass(frozen=True, slots=True, eq=False)
class Softmax(Operator):
    """Probabilities along the last axis."""

    beta: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A network with one output, and one input or two: a window, then its features. Operators stand as they can run."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    output: int
    aliases: Mapping[int, int] = field(default_factory=dict)  # tensor -> the one whose bytes it shows in another shape

    @property
    def input(self) -> int:
        """The first of the inputs; of most networks the only one."""
        return self.inputs[0]

    @property
    def input_tensor(self) -> Tensor:
        """The first tensor that the caller fills."""
        return self.tensors[self.input]

    @property
    def input_tensors(self) -> tuple[Tensor, ...]:
        """All tensors that the caller fills, in the order of `inputs`."""
        return tuple(self.tensors[i] for i in self.inputs)

    @property
    def quantizations(self) -> tuple[tuple[float, int], ...]:
        """Scale and zero point of each input."""
        return tuple((tensor.scale, tensor.zero_point) for tensor in self.input_tensors)

    @property
    def output_tensor(self) -> Tensor:
        """The tensor that the caller reads."""
        return self.tensors[self.output]

    def root(self, tensor: int) -> int:
        """The tensor that stands for the bytes of `tensor`."""
        return self.aliases.get(tensor, tensor)
