"""A graph as the .tflite file that `tflite_file.load` would read it from, so that LiteRT can run it too."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tflite

from tinylab.engine.build_models.tflite_writer import FileOperator, FileTensor, write_tflite
from tinylab.engine.forest import Forest
from tinylab.engine.graph import (
    Activation,
    Add,
    AddConstant,
    AveragePool2D,
    Concatenate,
    Conv2D,
    Curve,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    MulConstant,
    Operator,
    Pad,
    Padding,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)
from tinylab.engine.read.flatbuffer import FOREST

Options = dict[str, int | float]

_ACTIVATIONS = {
    Activation.NONE: tflite.ActivationFunctionType.NONE,
    Activation.RELU: tflite.ActivationFunctionType.RELU,
    Activation.RELU_N1_TO_1: tflite.ActivationFunctionType.RELU_N1_TO_1,
    Activation.RELU6: tflite.ActivationFunctionType.RELU6,
}
_TYPES = {"int8": tflite.TensorType.INT8, "uint8": tflite.TensorType.UINT8, "int16": tflite.TensorType.INT16}
_RESCALES = {Activation.NONE: "QUANTIZE", Activation.RELU: "RELU", Activation.RELU6: "RELU6"}


def to_tflite(graph: Graph) -> bytes:
    """The file's bytes. For graphs as they are loaded: no file holds what only a pass makes (PooledConv2D)."""
    file = _File(graph)
    operators = [WRITERS[type(op)](file, op) for op in graph.operators]
    return write_tflite(file.tensors, operators, graph.inputs, [graph.output])


class _File:
    """The tensors of the file: the graph's own first, under their own numbers, then the constants."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tensors = [FileTensor(t.name, t.shape, scale=t.scale, zero=t.zero_point) for t in graph.tensors]

    def source(self, op: Operator) -> Tensor:
        return self.graph.tensors[op.input]

    def result(self, op: Operator) -> Tensor:
        return self.graph.tensors[op.output]

    def numbers(self, values: Sequence[Any]) -> int:
        """A constant that is no activation: axes, shapes, paddings."""
        data = np.array(values, np.int32)
        return self._constant(FileTensor("numbers", data.shape, tflite.TensorType.INT32, None, data=data))

    def plain(self, name: str, values: npt.NDArray[Any]) -> int:
        """A constant of whole numbers without a scale, of the array's own type."""
        return self._constant(FileTensor(name, values.shape, _TYPES[values.dtype.name], None, data=values))

    def weights(self, op: FullyConnected | Conv2D | DepthwiseConv2D, values: npt.NDArray[Any], axis: int) -> list[int]:
        """Weights and bias, with one scale per channel of `axis`."""
        scales = op.weight_scales.astype(np.float32)
        sums = (scales * np.float32(self.source(op).scale)).tolist()
        return [
            self._constant(FileTensor("weights", values.shape, scale=scales.tolist(), data=values, axis=axis)),
            self._constant(FileTensor("bias", op.bias.shape, tflite.TensorType.INT32, sums, data=op.bias)),
        ]

    def repeated(self, op: AddConstant | MulConstant) -> int:
        """A constant over the last axes of the input."""
        shape: tuple[int, ...] = ()
        while math.prod(shape) < op.values.size:
            shape = (self.source(op).shape[-1 - len(shape)], *shape)
        values, constant = op.values.reshape(shape or (1,)), op.constant
        return self._constant(
            FileTensor(constant.name, values.shape, scale=constant.scale, zero=constant.zero_point, data=values)
        )

    def _constant(self, tensor: FileTensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1


def _activation(op: Any) -> Options:
    return {"FusedActivationFunction": _ACTIVATIONS[op.activation]}


def _window(window: Window) -> Options:
    padding = tflite.Padding.SAME if window.padding is Padding.SAME else tflite.Padding.VALID
    return {"Padding": padding, "StrideH": window.stride[0], "StrideW": window.stride[1]}


def _dilation(window: Window) -> Options:
    return {"DilationHFactor": window.dilation[0], "DilationWFactor": window.dilation[1]}


def _fully_connected(file: _File, op: FullyConnected) -> FileOperator:
    inputs = [op.input, *file.weights(op, op.weights, 0)]
    keep = {"KeepNumDims": int(len(file.result(op).shape) > 2)}
    return FileOperator("FULLY_CONNECTED", inputs, [op.output], _activation(op) | keep)


def _conv(file: _File, op: Conv2D) -> FileOperator:
    options = _activation(op) | _window(op.window) | _dilation(op.window)
    return FileOperator("CONV_2D", [op.input, *file.weights(op, op.weights, 0)], [op.output], options)


def _depthwise(file: _File, op: DepthwiseConv2D) -> FileOperator:
    options = _activation(op) | _window(op.window) | _dilation(op.window) | {"DepthMultiplier": op.multiplier}
    return FileOperator("DEPTHWISE_CONV_2D", [op.input, *file.weights(op, op.weights[None], 3)], [op.output], options)


def _pool(file: _File, op: MaxPool2D | AveragePool2D) -> FileOperator:
    kind = "MAX_POOL_2D" if isinstance(op, MaxPool2D) else "AVERAGE_POOL_2D"
    kernel = {"FilterHeight": op.window.kernel[0], "FilterWidth": op.window.kernel[1]}
    return FileOperator(kind, [op.input], [op.output], _activation(op) | _window(op.window) | kernel)


def _mean(file: _File, op: Mean) -> FileOperator:
    shape, rank = file.source(op).shape, len(file.result(op).shape)
    spans = ((a, b) for a in range(1, len(shape)) for b in range(a + 1, len(shape) + 1))
    spans = ((a, b) for a, b in spans if rank in (len(shape), len(shape) - (b - a)))  # an axis of 1 more or less
    first, behind = next(
        (a, b) for a, b in spans if (math.prod(shape[:a]), math.prod(shape[a:b])) == (op.outer, op.reduced)
    )
    keep = {"KeepDims": int(rank == len(shape))}
    return FileOperator("MEAN", [op.input, file.numbers(range(first, behind))], [op.output], keep)


def _add(file: _File, op: Add) -> FileOperator:
    return FileOperator("ADD", op.inputs, [op.output], _activation(op))


def _with_constant(file: _File, op: AddConstant | MulConstant) -> FileOperator:
    kind = "ADD" if isinstance(op, AddConstant) else "MUL"
    return FileOperator(kind, [op.input, file.repeated(op)], [op.output], _activation(op))


def _concatenate(file: _File, op: Concatenate) -> FileOperator:
    result, inputs = file.result(op).shape, [file.graph.tensors[i].shape for i in op.inputs]
    axis = next(
        a
        for a in range(1, len(result))
        if math.prod(result[:a]) == op.outer and sum(shape[a] for shape in inputs) == result[a]
    )
    return FileOperator("CONCATENATION", op.inputs, [op.output], {"Axis": axis})


def _pad(file: _File, op: Pad) -> FileOperator:
    axes = len(file.source(op).shape) - 1  # the batch is never padded
    return FileOperator("PAD", [op.input, file.numbers([(0, 0), *op.around[3 - axes :]])], [op.output])


def _forest(file: _File, op: Forest) -> FileOperator:
    names = ("features", "thresholds", "others", "roots", "votes")
    return FileOperator(FOREST, [op.input, *(file.plain(name, getattr(op, name)) for name in names)], [op.output])


def _reshape(file: _File, op: Reshape) -> FileOperator:
    return FileOperator("RESHAPE", [op.input, file.numbers(file.result(op).shape)], [op.output])


WRITERS: Mapping[type[Operator], Callable[[_File, Any], FileOperator]] = {
    FullyConnected: _fully_connected,
    Conv2D: _conv,
    DepthwiseConv2D: _depthwise,
    MaxPool2D: _pool,
    AveragePool2D: _pool,
    Mean: _mean,
    Add: _add,
    AddConstant: _with_constant,
    MulConstant: _with_constant,
    Concatenate: _concatenate,
    Pad: _pad,
    Forest: _forest,
    Curve: lambda _file, op: FileOperator(op.function.upper(), [op.input], [op.output]),
    Reshape: _reshape,
    Rescale: lambda _file, op: FileOperator(_RESCALES[op.activation], [op.input], [op.output]),
    Softmax: lambda _file, op: FileOperator("SOFTMAX", [op.input], [op.output], {"Beta": op.beta}),
}
