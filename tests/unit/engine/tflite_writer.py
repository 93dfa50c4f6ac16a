"""A writer of small .tflite files, so that no test needs TensorFlow or a binary in the tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
import tflite

INT8, INT32, FLOAT32 = tflite.TensorType.INT8, tflite.TensorType.INT32, tflite.TensorType.FLOAT32
SHAPE_VECTORS = {"Shape", "ShapeSignature"}


@dataclass
class FileTensor:
    name: str
    shape: Sequence[int]
    kind: int = INT8
    scale: float | Sequence[float] | None = 0.05
    zero: int = 0
    data: npt.NDArray[Any] | None = None
    axis: int = 0
    dynamic: bool = False  # the batch is unknown: -1 in the shape's signature


@dataclass
class FileOperator:
    kind: str
    inputs: Sequence[int]
    outputs: Sequence[int]
    options: Mapping[str, int | float] = field(default_factory=dict)


OPTION_CLASSES = {
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


class _Writer:
    def __init__(self) -> None:
        self.b = flatbuffers.Builder(1024)

    def vector(self, values: Sequence[int], start: Callable[..., Any], put: str) -> int:
        start(self.b, len(values))
        for value in reversed(values):
            getattr(self.b, put)(value)
        return self.b.EndVector()

    def table(self, kind: str, values: Mapping[str, Any]) -> int:
        getattr(tflite, f"{kind}Start")(self.b)
        for name, value in values.items():
            getattr(tflite, f"{kind}Add{name}")(self.b, value)
        return getattr(tflite, f"{kind}End")(self.b)

    def quantization(self, tensor: FileTensor) -> int:
        scales = np.atleast_1d(np.float32([] if tensor.scale is None else tensor.scale))
        scale = self.vector(scales.tolist(), tflite.QuantizationParametersStartScaleVector, "PrependFloat32")
        zeros = [tensor.zero] * len(scales)
        zero = self.vector(zeros, tflite.QuantizationParametersStartZeroPointVector, "PrependInt64")
        values = {"Scale": scale, "ZeroPoint": zero, "QuantizedDimension": tensor.axis}
        return self.table("QuantizationParameters", values)

    def tensor(self, tensor: FileTensor, buffer: int) -> int:
        name = self.b.CreateString(tensor.name)
        shape = self.vector(list(tensor.shape), tflite.TensorStartShapeVector, "PrependInt32")
        values = {"Name": name, "Shape": shape, "Type": tensor.kind, "Buffer": buffer}
        if tensor.dynamic:
            signature = [-1, *tensor.shape[1:]]
            values["ShapeSignature"] = self.vector(signature, tflite.TensorStartShapeSignatureVector, "PrependInt32")
        if tensor.scale is not None:
            values["Quantization"] = self.quantization(tensor)
        return self.table("Tensor", values)

    def operator(self, operator: FileOperator, code: int) -> int:
        inputs = self.vector(list(operator.inputs), tflite.OperatorStartInputsVector, "PrependInt32")
        outputs = self.vector(list(operator.outputs), tflite.OperatorStartOutputsVector, "PrependInt32")
        values: dict[str, Any] = {"OpcodeIndex": code, "Inputs": inputs, "Outputs": outputs}
        kind = OPTION_CLASSES.get(operator.kind)
        if kind and operator.options:
            options = self.table(kind, operator.options)
            values |= {"BuiltinOptionsType": getattr(tflite.BuiltinOptions, kind), "BuiltinOptions": options}
        return self.table("Operator", values)

    def offsets(self, values: Sequence[int], start: Callable[..., Any]) -> int:
        return self.vector(values, start, "PrependUOffsetTRelative")


def write_tflite(
    tensors: Sequence[FileTensor], operators: Sequence[FileOperator], inputs: Sequence[int], outputs: Sequence[int]
) -> bytes:
    """The bytes of a .tflite file."""
    w = _Writer()
    buffers = [w.table("Buffer", {})]
    places = []
    for tensor in tensors:
        data = None if tensor.data is None else w.b.CreateByteVector(np.ascontiguousarray(tensor.data).tobytes())
        places.append(len(buffers) if data is not None else 0)
        if data is not None:
            buffers.append(w.table("Buffer", {"Data": data}))
    names = list(dict.fromkeys(o.kind for o in operators))
    numbers = [getattr(tflite.BuiltinOperator, name) for name in names]
    codes = [
        w.table("OperatorCode", {"DeprecatedBuiltinCode": min(n, 127), "BuiltinCode": n, "Version": 1}) for n in numbers
    ]
    tables = [w.tensor(t, place) for t, place in zip(tensors, places, strict=True)]
    calls = [w.operator(o, names.index(o.kind)) for o in operators]
    graph = {
        "Tensors": w.offsets(tables, tflite.SubGraphStartTensorsVector),
        "Operators": w.offsets(calls, tflite.SubGraphStartOperatorsVector),
        "Inputs": w.vector(list(inputs), tflite.SubGraphStartInputsVector, "PrependInt32"),
        "Outputs": w.vector(list(outputs), tflite.SubGraphStartOutputsVector, "PrependInt32"),
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


def motion_tensors(seed: int = 3) -> list[FileTensor]:
    """A one-dimensional CNN as the converter writes it with a dynamic batch."""
    rng = np.random.default_rng(seed)

    def weights(name: str, shape: Sequence[int], channels: int) -> FileTensor:
        data = rng.integers(-127, 128, shape).astype(np.int8)
        return FileTensor(name, shape, scale=list(rng.uniform(0.002, 0.01, channels)), data=data)

    def bias(channels: int) -> FileTensor:
        return FileTensor("bias", [channels], INT32, 0.001, data=rng.integers(-500, 500, channels).astype(np.int32))

    def number(name: str, values: Sequence[int]) -> FileTensor:
        return FileTensor(name, [len(values)], INT32, None, data=np.array(values, np.int32))

    return [
        FileTensor("input", [1, 32, 3], scale=0.02, zero=-29, dynamic=True),  # 0
        number("axis", [1]),
        FileTensor("expanded", [1, 1, 32, 3], scale=0.02, zero=-29, dynamic=True),  # 2
        weights("kernel", [4, 1, 5, 3], 4),
        bias(4),
        FileTensor("conv", [1, 1, 28, 4], scale=0.03, zero=-128, dynamic=True),  # 5
        FileTensor("pooled", [1, 1, 14, 4], scale=0.03, zero=-128, dynamic=True),  # 6
        FileTensor("shape", [4], INT32, None),  # 7
        FileTensor("batch", [], INT32, None),  # 8
        number("begin", [0]),
        number("end", [1]),
        FileTensor("new shape", [2], INT32, None),  # 11
        FileTensor("flat", [1, 56], scale=0.03, zero=-128, dynamic=True),  # 12
        weights("matrix", [3, 56], 3),
        bias(3),
        FileTensor("logits", [1, 3], scale=0.2, zero=5, dynamic=True),  # 15
        FileTensor("probabilities", [1, 3], scale=1 / 256, zero=-128, dynamic=True),  # 16
        number("size", [56]),
    ]


def motion_operators() -> list[FileOperator]:
    """The operators for motion_tensors."""
    relu, valid = tflite.ActivationFunctionType.RELU, tflite.Padding.VALID
    conv = {"Padding": valid, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1}
    pool = {"Padding": valid, "StrideH": 1, "StrideW": 2, "FilterHeight": 1, "FilterWidth": 2}
    return [
        FileOperator("EXPAND_DIMS", [0, 1], [2]),
        FileOperator("CONV_2D", [2, 3, 4], [5], {**conv, "FusedActivationFunction": relu}),
        FileOperator("MAX_POOL_2D", [5], [6], pool),
        FileOperator("SHAPE", [6], [7]),
        FileOperator("STRIDED_SLICE", [7, 9, 10, 10], [8]),
        FileOperator("PACK", [8, 17], [11]),
        FileOperator("RESHAPE", [6, 11], [12]),
        FileOperator("FULLY_CONNECTED", [12, 13, 14], [15], {"KeepNumDims": 0}),
        FileOperator("SOFTMAX", [15], [16], {"Beta": 1.0}),
    ]


class TfliteKit:
    """What the tests use to write files."""

    Tensor = FileTensor
    Operator = FileOperator
    write = staticmethod(write_tflite)
    tensors = staticmethod(motion_tensors)
    operators = staticmethod(motion_operators)
    INT8, INT32, FLOAT32 = INT8, INT32, FLOAT32

    @staticmethod
    def motion_model() -> bytes:
        """A whole small CNN."""
        return write_tflite(motion_tensors(), motion_operators(), [0], [16])
