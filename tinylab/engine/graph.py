"""A quantized network as typed, frozen dataclasses: what every other module of the engine reads.

Shapes carry the batch, which is always 1, in front: (1, rows, columns, channels) for pictures and signals. Values are
int8 everywhere; `real = scale * (quantized - zero_point)`. Operators name their tensors by index into `Graph.tensors`.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
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

    @property
    def padding_text(self) -> str:
        """The padding in words."""
        return self.padding.value if self.around == ((0, 0), (0, 0)) else f"padded by {self.around}"

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
class FullyConnected:
    """output = activation(weights · input + bias), for every row of `inputs` values."""

    name: str
    input: int
    output: int
    weights: Int8Array  # (outputs, inputs)
    bias: Int32Array  # (outputs,)
    weight_scales: Float64Array  # (outputs,)
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True, eq=False)
class Conv2D:
    """A convolution over (1, rows, columns, channels)."""

    name: str
    input: int
    output: int
    weights: Int8Array  # (output channels, kernel rows, kernel columns, input channels)
    bias: Int32Array  # (output channels,)
    weight_scales: Float64Array  # (output channels,)
    window: Window
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True, eq=False)
class DepthwiseConv2D:
    """A convolution of each channel for itself; output channel c reads input channel c // multiplier."""

    name: str
    input: int
    output: int
    weights: Int8Array  # (kernel rows, kernel columns, output channels)
    bias: Int32Array  # (output channels,)
    weight_scales: Float64Array  # (output channels,)
    window: Window
    multiplier: int = 1
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True)
class MaxPool2D:
    """The largest value under the window; input and output share their quantization."""

    name: str
    input: int
    output: int
    window: Window
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True, eq=False)
class PooledConv2D:
    """A convolution and the max-pooling behind it in one; only a pass makes these, no file has them."""

    conv: Conv2D
    pool: MaxPool2D

    @property
    def name(self) -> str:
        """The convolution's name."""
        return self.conv.name

    @property
    def input(self) -> int:
        """What the convolution reads."""
        return self.conv.input

    @property
    def output(self) -> int:
        """What the pooling writes."""
        return self.pool.output


@dataclass(frozen=True, slots=True)
class AveragePool2D:
    """The average under the window, padding not counted; input and output share their quantization."""

    name: str
    input: int
    output: int
    window: Window
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True)
class Mean:
    """The average over neighbouring axes: input seen as (outer, reduced, inner), output as (outer, inner)."""

    name: str
    input: int
    output: int
    outer: int
    reduced: int
    inner: int


@dataclass(frozen=True, slots=True)
class Add:
    """Element by element; both inputs have the output's number of elements."""

    name: str
    input: int
    second: int
    output: int
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True, eq=False)
class AddConstant:
    """Element by element, a constant that repeats: value i meets number i modulo their count."""

    name: str
    input: int
    output: int
    values: Int8Array  # (period,)
    constant: Tensor  # the quantization of `values`
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True, eq=False)
class MulConstant:
    """The same with a multiplication."""

    name: str
    input: int
    output: int
    values: Int8Array  # (period,)
    constant: Tensor  # the quantization of `values`
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True)
class Concatenate:
    """Inputs side by side, seen as (outer, any); all share the output's quantization."""

    name: str
    inputs: tuple[int, ...]
    output: int
    outer: int

    @property
    def input(self) -> int:
        """The first of the inputs."""
        return self.inputs[0]


@dataclass(frozen=True, slots=True)
class Pad:
    """Zeros around (rows, columns, channels), seen as `inner` says; input and output share their quantization."""

    name: str
    input: int
    output: int
    inner: tuple[int, int, int]  # the input's rows, columns, channels
    around: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]  # before and behind, of each


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of each value for itself."""

    name: str
    input: int
    output: int
    function: str  # logistic or tanh


@dataclass(frozen=True, slots=True)
class Reshape:
    """The same values under another shape; input and output share their quantization."""

    name: str
    input: int
    output: int


@dataclass(frozen=True, slots=True)
class Rescale:
    """QUANTIZE from int8 to int8, and RELU or RELU6 that stand alone: change of scale, then the clamp."""

    name: str
    input: int
    output: int
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True)
class Softmax:
    """Probabilities along the last axis."""

    name: str
    input: int
    output: int
    beta: float = 1.0


Operator: TypeAlias = (
    FullyConnected
    | Conv2D
    | DepthwiseConv2D
    | MaxPool2D
    | PooledConv2D
    | AveragePool2D
    | Mean
    | Add
    | AddConstant
    | MulConstant
    | Concatenate
    | Pad
    | Curve
    | Reshape
    | Rescale
    | Softmax
)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A network with one input and one output; operators stand in an order in which they can run."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    input: int
    output: int
    aliases: Mapping[int, int] = field(default_factory=dict)  # tensor -> the one whose bytes it shows in another shape

    @property
    def input_tensor(self) -> Tensor:
        """The tensor that the caller fills."""
        return self.tensors[self.input]

    @property
    def output_tensor(self) -> Tensor:
        """The tensor that the caller reads."""
        return self.tensors[self.output]

    def root(self, tensor: int) -> int:
        """The tensor that stands for the bytes of `tensor`."""
        return self.aliases.get(tensor, tensor)


def inputs_of(operator: Operator) -> tuple[int, ...]:
    """The activations an operator reads."""
    if isinstance(operator, Add):
        return (operator.input, operator.second)
    if isinstance(operator, Concatenate):
        return operator.inputs
    return (operator.input,)
