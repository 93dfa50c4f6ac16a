"""Writes small .tflite files, record by record: for benchmarks and tests, which need no TensorFlow that way.

Source of the format: tensorflow/compiler/mlir/lite/schema/schema.fbs, written through the PyPI package `tflite`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
import tflite


@dataclass(slots=True)
class FileTensor:
    """One tensor of the file."""

    name: str
    shape: Sequence[int]
    kind: int = tflite.TensorType.INT8
    scale: float | Sequence[float] | None = 0.05  # one, one per channel, or no quantization at all
    zero: int = 0
    data: npt.NDArray[Any] | None = None  # of a constant
    axis: int = 0  # the channel axis of `scale`
    dynamic: bool = False  # the batch is unknown: -1 in the shape's signature


@dataclass(slots=True)
class FileOperator:
    """One operator of the file; tensors by their number."""

    kind: str  # for example CONV_2D; a name that the schema does not have is that of a custom operator
    inputs: Sequence[int]
    outputs: Sequence[int]
    options: Mapping[str, int | float] = field(default_factory=dict)  # by the names of the schema


_OPTIONS = {
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "ADD": "AddOptions",
    "MUL": "MulOptions",
    "CONCATENATION": "ConcatenationOptions",
    "PAD": "PadOptions",
    "SOFTMAX": "SoftmaxOptions",
    "RESHAPE": "ReshapeOptions",
}


def write_tflite(
    tensors: Sequence[FileTensor], operators: Sequence[FileOperator], inputs: Sequence[int], outputs: Sequence[int]
) -> bytes:
    """The bytes of a .tflite file. Nothing is checked: what contradicts itself is written as it is."""
    w = _Writer()
    buffers, numbers_of_buffers = [w.table("Buffer", {})], []
    for tensor in tensors:
        data = None if tensor.data is None else w.b.CreateByteVector(np.ascontiguousarray(tensor.data).tobytes())
        numbers_of_buffers.append(len(buffers) if data is not None else 0)
        if data is not None:
            buffers.append(w.table("Buffer", {"Data": data}))
    names = list(dict.fromkeys(o.kind for o in operators))
    codes = [w.code(name) for name in names]
    tables = [w.tensor(t, buffer) for t, buffer in zip(tensors, numbers_of_buffers, strict=True)]
    calls = [w.operator(o, names.index(o.kind)) for o in operators]
    graph = {
        "Tensors": w.offsets(tables, tflite.SubGraphStartTensorsVector),
        "Operators": w.offsets(calls, tflite.SubGraphStartOperatorsVector),
        "Inputs": w.vector(inputs, tflite.SubGraphStartInputsVector, "PrependInt32"),
        "Outputs": w.vector(outputs, tflite.SubGraphStartOutputsVector, "PrependInt32"),
    }
    subgraph = w.table("SubGraph", graph)
    model = {
        "Version": 3,
        "OperatorCodes": w.offsets(codes, tflite.ModelStartOperatorCodesVector),
        "Subgraphs": w.offsets([subgraph], tflite.ModelStartSubgraphsVector),
        "Buffers": w.offsets(buffers, tflite.ModelStartBuffersVector),
    }
    w.b.Finish(w.table("Model", model), b"TFL3")
    return bytes(w.b.Output())


class _Writer:
    """Every method writes one table or vector and returns its offset."""

    def __init__(self) -> None:
        self.b = flatbuffers.Builder(1024)

    def vector(self, values: Sequence[float], start: Callable[..., Any], put: str) -> int:
        start(self.b, len(values))
        for value in reversed(values):
            getattr(self.b, put)(value)
        return int(self.b.EndVector())

    def offsets(self, values: Sequence[int], start: Callable[..., Any]) -> int:
        return self.vector(values, start, "PrependUOffsetTRelative")

    def table(self, kind: str, values: Mapping[str, Any]) -> int:
        getattr(tflite, f"{kind}Start")(self.b)
        for name, value in values.items():
            getattr(tflite, f"{kind}Add{name}")(self.b, value)
        return int(getattr(tflite, f"{kind}End")(self.b))

    def code(self, name: str) -> int:
        number = getattr(tflite.BuiltinOperator, name, tflite.BuiltinOperator.CUSTOM)
        custom = number == tflite.BuiltinOperator.CUSTOM
        values = {"CustomCode": self.b.CreateString(name)} if custom else {}
        values |= {"DeprecatedBuiltinCode": min(number, 127), "BuiltinCode": number, "Version": 1}
        return self.table("OperatorCode", values)

    def tensor(self, tensor: FileTensor, buffer: int) -> int:
        name = self.b.CreateString(tensor.name)
        shape = self.vector(tensor.shape, tflite.TensorStartShapeVector, "PrependInt32")
        values = {"Name": name, "Shape": shape, "Type": tensor.kind, "Buffer": buffer}
        if tensor.dynamic:
            signature = [-1, *tensor.shape[1:]]
            values["ShapeSignature"] = self.vector(signature, tflite.TensorStartShapeSignatureVector, "PrependInt32")
        if tensor.scale is not None:
            values["Quantization"] = self.quantization(np.atleast_1d(np.asarray(tensor.scale, np.float32)), tensor)
        return self.table("Tensor", values)

    def quantization(self, scales: npt.NDArray[np.float32], tensor: FileTensor) -> int:
        scale = self.vector(scales.tolist(), tflite.QuantizationParametersStartScaleVector, "PrependFloat32")
        zeros = [tensor.zero] * scales.size
        zero = self.vector(zeros, tflite.QuantizationParametersStartZeroPointVector, "PrependInt64")
        values = {"Scale": scale, "ZeroPoint": zero, "QuantizedDimension": tensor.axis}
        return self.table("QuantizationParameters", values)

    def operator(self, operator: FileOperator, code: int) -> int:
        inputs = self.vector(operator.inputs, tflite.OperatorStartInputsVector, "PrependInt32")
        outputs = self.vector(operator.outputs, tflite.OperatorStartOutputsVector, "PrependInt32")
        values: dict[str, Any] = {"OpcodeIndex": code, "Inputs": inputs, "Outputs": outputs}
        kind = _OPTIONS.get(operator.kind)
        if kind and operator.options:
            options = self.table(kind, operator.options)
            values |= {"BuiltinOptionsType": getattr(tflite.BuiltinOptions, kind), "BuiltinOptions": options}
        return self.table("Operator", values)
