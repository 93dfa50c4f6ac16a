"""One builder per operator: the file's records, checked, become a typed operator of the graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import tflite

from tinylab.engine.graph import (
    Activation,
    Add,
    AddConstant,
    AveragePool2D,
    Concatenate,
    Conv2D,
    Curve,
    DepthwiseConv2D,
    Float64Array,
    FullyConnected,
    Int8Array,
    Int32Array,
    MaxPool2D,
    Mean,
    MulConstant,
    Operator,
    Pad,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
)
from tinylab.engine.read.file_tensors import CONVERT_HINT, QUANTIZE_HINT, SMALLEST_SCALE, type_name
from tinylab.engine.read.operator_reader import Builder


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
    return FullyConnected(
        b.name, (b.input(0),), b.output, weights, _bias(b, 2, outputs), scales, activation=b.activation(options)
    )


def _conv(b: Builder) -> Operator:
    options = b.options("Conv2DOptions")
    weights, scales = _weights(b, 1, 4, 0)
    channels, rows, columns, depth = weights.shape
    window = b.window(options, (rows, columns), (options["DilationHFactor"], options["DilationWFactor"]))
    if depth != b.tensor(0).shape[3]:
        raise b.refuse("is a grouped convolution", "Use DepthwiseConv or an ordinary convolution.")
    b.require(b.result.shape[3] == channels)
    bias = _bias(b, 2, channels)
    return Conv2D(b.name, (b.input(0),), b.output, weights, bias, scales, window, activation=b.activation(options))


def _depthwise(b: Builder) -> Operator:
    options = b.options("DepthwiseConv2DOptions")
    weights, scales = _weights(b, 1, 4, 3)
    _, rows, columns, channels = weights.shape
    window = b.window(options, (rows, columns), (options["DilationHFactor"], options["DilationWFactor"]))
    depth = b.tensor(0).shape[3]
    b.require(weights.shape[0] == 1 and channels % depth == 0 and b.result.shape[3] == channels)
    bias, activation = _bias(b, 2, channels), b.activation(options)
    return DepthwiseConv2D(
        b.name, (b.input(0),), b.output, weights[0], bias, scales, window, channels // depth, activation=activation
    )


def _max_pool(b: Builder) -> Operator:
    options = b.options("Pool2DOptions")
    window = b.window(options, (options["FilterHeight"], options["FilterWidth"]))
    _same_quantization(b)
    return MaxPool2D(b.name, (b.input(0),), b.output, window, activation=b.activation(options))


def _average_pool(b: Builder) -> Operator:
    options = b.options("Pool2DOptions")
    window = b.window(options, (options["FilterHeight"], options["FilterWidth"]))
    _same_quantization(b)
    return AveragePool2D(b.name, (b.input(0),), b.output, window, activation=b.activation(options))


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
    return Mean(b.name, (b.input(0),), b.output, outer, reduced, inner)


def _add(b: Builder) -> Operator:
    options = b.options("AddOptions")
    found = _constant_side(b)
    if found is not None:
        return AddConstant(b.name, (b.input(found[0]),), b.output, found[1], found[2], activation=b.activation(options))
    if not b.tensor(0).shape == b.tensor(1).shape == b.result.shape:
        raise b.refuse("adds tensors of different shapes", "Add layers of the same shape.")
    return Add(b.name, (b.input(0), b.input(1)), b.output, activation=b.activation(options))


def _mul(b: Builder) -> Operator:
    found = _constant_side(b)
    if found is None:
        raise b.refuse("multiplies two layers", "Multiply by constants only, or add the layers.")
    activation = b.activation(b.options("MulOptions"))
    return MulConstant(b.name, (b.input(found[0]),), b.output, found[1], found[2], activation=activation)


def _constant_side(b: Builder) -> tuple[int, Int8Array, Tensor] | None:
    """The place of the activation, and the constant's values and quantization; None where both are activations."""
    sides = [place for place in (0, 1) if b.has(place) and b.tensors.raw[b.raw.inputs[place]].data]
    if not sides:
        return None
    raw, place = b.constant(sides[0]), 1 - sides[0]
    b.require(raw.kind == tflite.TensorType.INT8 and raw.scales.size == 1 and raw.zero_points.size == 1)
    zero, scale = int(raw.zero_points[0]), float(raw.scales[0])
    b.require(-128 <= zero <= 127 and scale >= SMALLEST_SCALE)
    shape = raw.shape
    while shape and shape[0] == 1:
        shape = shape[1:]
    source = b.tensor(place).shape
    b.require(source == b.result.shape)
    if shape != source[len(source) - len(shape) :]:
        raise b.refuse("joins a constant of another shape", "Use one constant, or one per channel.")
    values: Int8Array = raw.constant(np.int8).reshape(-1)
    return place, values, Tensor(raw.name, raw.shape, scale, zero)


def _concatenate(b: Builder) -> Operator:
    inputs = tuple(b.input(place) for place in range(len(b.raw.inputs)))
    b.require(bool(inputs))
    tensors, result = [b.tensors.used[i] for i in inputs], b.result
    axis, rank = b.options("ConcatenationOptions")["Axis"], len(result.shape)
    b.require(-rank <= axis < rank and all(len(t.shape) == rank for t in tensors))
    axis %= rank
    b.require(
        all(t.shape[:axis] + t.shape[axis + 1 :] == result.shape[:axis] + result.shape[axis + 1 :] for t in tensors)
    )
    b.require(sum(t.shape[axis] for t in tensors) == result.shape[axis] and result.elements > 0)
    if any((t.scale, t.zero_point) != (result.scale, result.zero_point) for t in tensors):
        raise b.refuse("joins layers of different scales", CONVERT_HINT)
    if b.activation(b.options("ConcatenationOptions")) is not Activation.NONE:
        raise b.refuse("has an activation", "Put ReLU behind the layers before it.")
    return Concatenate(b.name, inputs, b.output, math.prod(result.shape[:axis]))


def _pad(b: Builder) -> Operator:
    source, result, raw = b.tensor(0).shape, b.result.shape, b.constant(1)
    kinds: dict[int, type[np.generic]] = {tflite.TensorType.INT32: np.int32, tflite.TensorType.INT64: np.int64}
    b.require(raw.kind in kinds and raw.shape == (len(source), 2) and len(result) == len(source))
    pads = [(int(before), int(behind)) for before, behind in raw.constant(kinds[raw.kind])]
    b.require(all(n >= 0 for pair in pads for n in pair))
    b.require(all(size + sum(pair) == new for size, pair, new in zip(source, pads, result, strict=True)))
    _same_quantization(b)
    if len(source) > 4 or not source or pads[0] != (0, 0) or source[0] != 1:
        raise b.refuse("pads the batch or too many axes", "Pad rows, columns and channels only.")
    missing = 4 - len(source)
    rows, columns, channels = (1,) * missing + source[1:]
    around = [(0, 0)] * missing + pads[1:]
    return Pad(b.name, (b.input(0),), b.output, (rows, columns, channels), (around[0], around[1], around[2]))


def _curve(b: Builder, function: str) -> Operator:
    b.require(b.tensor(0).elements == b.result.elements)
    return Curve(b.name, (b.input(0),), b.output, function)


def _reshape(b: Builder) -> Operator:
    if b.tensor(0).elements != b.result.elements:
        raise b.refuse("has a shape known only while it runs", "Convert the model with the batch size fixed to 1.")
    _same_quantization(b)
    return Reshape(b.name, (b.input(0),), b.output)


def _rescale(b: Builder, activation: Activation) -> Operator:
    b.require(b.tensor(0).elements == b.result.elements)
    return Rescale(b.name, (b.input(0),), b.output, activation=activation)


def _softmax(b: Builder) -> Operator:
    beta = float(b.options("SoftmaxOptions")["Beta"])
    result = b.result
    b.require(b.tensor(0).shape == result.shape and math.isfinite(beta) and beta > 0)
    if (result.scale, result.zero_point) != (1 / 256, -128):
        raise b.refuse("has an output scale other than 1/256", CONVERT_HINT)
    return Softmax(b.name, (b.input(0),), b.output, beta)


BUILDERS: Mapping[str, Callable[[Builder], Operator]] = {
    "FULLY_CONNECTED": _fully_connected,
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "MAX_POOL_2D": _max_pool,
    "AVERAGE_POOL_2D": _average_pool,
    "MEAN": _mean,
    "ADD": _add,
    "MUL": _mul,
    "CONCATENATION": _concatenate,
    "PAD": _pad,
    "LOGISTIC": lambda b: _curve(b, "logistic"),
    "TANH": lambda b: _curve(b, "tanh"),
    "RESHAPE": _reshape,
    "EXPAND_DIMS": _reshape,
    "SQUEEZE": _reshape,
    "QUANTIZE": lambda b: _rescale(b, Activation.NONE),
    "RELU": lambda b: _rescale(b, Activation.RELU),
    "RELU6": lambda b: _rescale(b, Activation.RELU6),
    "SOFTMAX": _softmax,
}
