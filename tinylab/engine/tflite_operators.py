"""One builder per operator: the file's records, checked, become a typed operator of the graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import tflite

from tinylab.engine.file_tensors import CONVERT_HINT, QUANTIZE_HINT, FileTensors, type_name
from tinylab.engine.flatbuffer import Options, RawOperator, RawTensor
from tinylab.engine.graph import (
    Activation,
    Add,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    Float64Array,
    FullyConnected,
    Int8Array,
    Int32Array,
    MaxPool2D,
    Mean,
    Operator,
    Padding,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)
from tinylab.errors import EngineError

_ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: Activation.NONE,
    tflite.ActivationFunctionType.RELU: Activation.RELU,
    tflite.ActivationFunctionType.RELU_N1_TO_1: Activation.RELU_N1_TO_1,
    tflite.ActivationFunctionType.RELU6: Activation.RELU6,
}


@dataclass(frozen=True, slots=True)
class Builder:
    """What a builder function works with."""

    tensors: FileTensors
    raw: RawOperator
    name: str

    def tensor(self, place: int) -> Tensor:
        """Input number `place` as an activation."""
        return self.tensors.used[self.input(place)]

    def input(self, place: int) -> int:
        """The graph's index of input number `place`."""
        return self.tensors.use(self._file_index(place))

    @property
    def output(self) -> int:
        """The graph's index of the output."""
        return self.tensors.use(self.raw.outputs[0])

    @property
    def result(self) -> Tensor:
        """The output as an activation."""
        return self.tensors.used[self.output]

    def options(self, kind: str) -> Options:
        """The options, whose name in the schema is `kind`."""
        return Options(self.raw, kind)

    def constant(self, place: int) -> RawTensor:
        """Input number `place` as a constant."""
        tensor = self.tensors.raw[self._file_index(place)]
        if not tensor.data:
            raise self.refuse("has weights that are computed while it runs", "Use layers with fixed weights.")
        return tensor

    def activation(self, options: Options) -> Activation:
        """The fused activation."""
        number = options["FusedActivationFunction"]
        if number not in _ACTIVATIONS:
            raise self.refuse("has a fused activation other than ReLU and ReLU6", "Use ReLU as the activation.")
        return _ACTIVATIONS[number]

    def window(self, options: Options, kernel: tuple[int, int], dilation: tuple[int, int] = (1, 1)) -> Window:
        """Kernel, stride and padding, checked against input and output."""
        padding = Padding.SAME if options["Padding"] == tflite.Padding.SAME else Padding.VALID
        window = Window(kernel, (options["StrideH"], options["StrideW"]), dilation, padding)
        shape, result = self.tensor(0).shape, self.result.shape
        if len(shape) != 4 or len(result) != 4 or shape[0] != 1 or result[0] != 1:
            raise self.damaged()
        if min(*window.kernel, *window.stride, *window.dilation, *shape) < 1:
            raise self.damaged()
        if result[1:3] != (window.output_size(shape[1], 0), window.output_size(shape[2], 1)):
            raise self.damaged()
        return window

    def refuse(self, what: str, instead: str) -> EngineError:
        """The error for a layer that cannot run on the board."""
        return EngineError(f"The layer '{self.name}' ({self.raw.kind}) {what}.", hint=instead)

    def damaged(self) -> EngineError:
        """The error for sizes that contradict each other."""
        return self.refuse("has sizes that do not fit together", CONVERT_HINT)

    def require(self, holds: bool) -> None:
        """Raise `damaged()` unless `holds`."""
        if not holds:
            raise self.damaged()

    def _file_index(self, place: int) -> int:
        if place >= len(self.raw.inputs) or self.raw.inputs[place] < 0:
            raise self.refuse("lacks an input", CONVERT_HINT)
        return self.raw.inputs[place]

    def has(self, place: int) -> bool:
        """Whether input number `place` is there."""
        return place < len(self.raw.inputs) and self.raw.inputs[place] >= 0


def _weights(b: Builder, place: int, axis: int, channels_axis: int) -> tuple[Int8Array, Float64Array]:
    """Constant int8 weights and one scale per channel; a single scale is spread over all."""
    raw = b.constant(place)
    if raw.kind != tflite.TensorType.INT8:
        raise b.refuse(f"has weights of type {type_name(raw.kind)}", QUANTIZE_HINT)
    b.require(len(raw.shape) == axis and min(raw.shape) >= 1)
    values: Int8Array = raw.constant(np.int8)
    channels = raw.shape[channels_axis]
    if raw.scales.size == channels and (channels == 1 or raw.axis == channels_axis):
        scales = raw.scales
    elif raw.scales.size == 1:
        scales = np.repeat(raw.scales, channels)
    else:
        raise b.refuse("has weights without scales", QUANTIZE_HINT)
    if raw.zero_points.any():
        raise b.refuse("has weights with a zero point", "Convert with symmetric int8 weights, the default.")
    return values, scales


def _bias(b: Builder, place: int, channels: int) -> Int32Array:
    if not b.has(place):
        return np.zeros(channels, np.int32)
    raw = b.constant(place)
    if raw.kind != tflite.TensorType.INT32:
        raise b.refuse(f"has a bias of type {type_name(raw.kind)}", QUANTIZE_HINT)
    values: Int32Array = raw.constant(np.int32)
    b.require(values.size == channels)
    return values.reshape(channels)


def _fully_connected(b: Builder) -> Operator:
    options = b.options("FullyConnectedOptions")
    if options["WeightsFormat"] != 0:
        raise b.refuse("has shuffled weights", CONVERT_HINT)
    weights, scales = _weights(b, 1, 2, 0)
    outputs, inputs = weights.shape
    b.require(b.tensor(0).elements % inputs == 0)
    b.require(b.result.elements == b.tensor(0).elements // inputs * outputs)
    return FullyConnected(b.name, b.input(0), b.output, weights, _bias(b, 2, outputs), scales, b.activation(options))


def _conv(b: Builder) -> Operator:
    options = b.options("Conv2DOptions")
    weights, scales = _weights(b, 1, 4, 0)
    channels, rows, columns, depth = weights.shape
    window = b.window(options, (rows, columns), (options["DilationHFactor"], options["DilationWFactor"]))
    if depth != b.tensor(0).shape[3]:
        raise b.refuse("is a grouped convolution", "Use DepthwiseConv or an ordinary convolution.")
    b.require(b.result.shape[3] == channels)
    bias = _bias(b, 2, channels)
    return Conv2D(b.name, b.input(0), b.output, weights, bias, scales, window, b.activation(options))


def _depthwise(b: Builder) -> Operator:
    options = b.options("DepthwiseConv2DOptions")
    weights, scales = _weights(b, 1, 4, 3)
    _, rows, columns, channels = weights.shape
    window = b.window(options, (rows, columns), (options["DilationHFactor"], options["DilationWFactor"]))
    depth = b.tensor(0).shape[3]
    b.require(weights.shape[0] == 1 and channels % depth == 0 and b.result.shape[3] == channels)
    bias, activation = _bias(b, 2, channels), b.activation(options)
    return DepthwiseConv2D(
        b.name, b.input(0), b.output, weights[0], bias, scales, window, channels // depth, activation
    )


def _max_pool(b: Builder) -> Operator:
    options = b.options("Pool2DOptions")
    window = b.window(options, (options["FilterHeight"], options["FilterWidth"]))
    _same_quantization(b)
    return MaxPool2D(b.name, b.input(0), b.output, window, b.activation(options))


def _average_pool(b: Builder) -> Operator:
    options = b.options("Pool2DOptions")
    window = b.window(options, (options["FilterHeight"], options["FilterWidth"]))
    _same_quantization(b)
    return AveragePool2D(b.name, b.input(0), b.output, window, b.activation(options))


def _same_quantization(b: Builder) -> None:
    source, result = b.tensor(0), b.result
    if (source.scale, source.zero_point) != (result.scale, result.zero_point):
        raise b.refuse("changes the scale, which it should not", CONVERT_HINT)


def _mean(b: Builder) -> Operator:
    shape = b.tensor(0).shape
    raw = b.constant(1)
    b.require(raw.kind == tflite.TensorType.INT32)
    axes = sorted({int(a) % len(shape) for a in raw.constant(np.int32).reshape(-1)})
    b.require(bool(axes))
    first, last = axes[0], axes[-1]
    if last - first + 1 != len(axes) or first == 0:
        raise b.refuse("averages over axes that are not neighbours", "Use GlobalAveragePooling.")
    outer, reduced, inner = (math.prod(part) for part in (shape[:first], shape[first : last + 1], shape[last + 1 :]))
    b.require(b.result.elements == outer * inner and reduced >= 1)
    return Mean(b.name, b.input(0), b.output, outer, reduced, inner)


def _add(b: Builder) -> Operator:
    options = b.options("AddOptions")
    for place in (0, 1):
        if b.has(place) and b.tensors.raw[b.raw.inputs[place]].data:
            raise b.refuse("adds a constant", "Use a layer's bias instead.")
    if not b.tensor(0).shape == b.tensor(1).shape == b.result.shape:
        raise b.refuse("adds tensors of different shapes", "Add layers of the same shape.")
    return Add(b.name, b.input(0), b.input(1), b.output, b.activation(options))


def _reshape(b: Builder) -> Operator:
    if b.tensor(0).elements != b.result.elements:
        raise b.refuse("has a shape known only while it runs", "Convert the model with the batch size fixed to 1.")
    _same_quantization(b)
    return Reshape(b.name, b.input(0), b.output)


def _rescale(b: Builder, activation: Activation) -> Operator:
    b.require(b.tensor(0).elements == b.result.elements)
    return Rescale(b.name, b.input(0), b.output, activation)


def _softmax(b: Builder) -> Operator:
    beta = float(b.options("SoftmaxOptions")["Beta"])
    result = b.result
    b.require(b.tensor(0).shape == result.shape and math.isfinite(beta) and beta > 0)
    if (result.scale, result.zero_point) != (1 / 256, -128):
        raise b.refuse("has an output scale other than 1/256", CONVERT_HINT)
    return Softmax(b.name, b.input(0), b.output, beta)


BUILDERS: Mapping[str, Callable[[Builder], Operator]] = {
    "FULLY_CONNECTED": _fully_connected,
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "MAX_POOL_2D": _max_pool,
    "AVERAGE_POOL_2D": _average_pool,
    "MEAN": _mean,
    "ADD": _add,
    "RESHAPE": _reshape,
    "EXPAND_DIMS": _reshape,
    "SQUEEZE": _reshape,
    "QUANTIZE": lambda b: _rescale(b, Activation.NONE),
    "RELU": lambda b: _rescale(b, Activation.RELU),
    "RELU6": lambda b: _rescale(b, Activation.RELU6),
    "SOFTMAX": _softmax,
}
