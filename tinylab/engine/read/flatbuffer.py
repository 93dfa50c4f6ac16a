"""The bytes of a .tflite file as plain records, with every length checked; knows the format, not its meaning.

Source of the format: tensorflow/compiler/mlir/lite/schema/schema.fbs, read through the PyPI package `tflite`.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tflite

from tinylab.engine.graph import Float64Array
from tinylab.errors import EngineError
from tinylab.text import tr

MAX_ELEMENTS = 1 << 24  # of one tensor; far above any microcontroller, far below a computer's memory
_MOST_TENSORS = 10_000  # and operators, and so on; each is read, which takes time
_MOST_AXES = 8
_MOST_NAME = 300  # characters
FOREST = "TinyLabForest"  # the custom operator that is our own
_MOST_SHARED = 4  # how often a file's bytes may be read: vectors may be shared, but not by thousands

_DAMAGED = tr("The .tflite file is damaged or cut off.")
_HINT = tr("Export the model again with TinyLab's Quantize step or TFLiteConverter.")
# What the flatbuffers package lets through when offsets or lengths in the file are nonsense.
_DAMAGE = (
    struct.error, IndexError, ValueError, TypeError, KeyError, AttributeError, OverflowError, MemoryError,
    RecursionError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class RawTensor:
    """One tensor as the file states it."""

    name: str
    shape: tuple[int, ...]  # dynamic sizes stand as 1
    kind: int  # tflite.TensorType
    data: bytes  # of a constant, else empty
    scales: Float64Array  # one, one per channel, or none
    zero_points: npt.NDArray[np.int64]
    axis: int  # the channel axis of `scales`

    def constant(self, dtype: type[np.generic]) -> npt.NDArray[Any]:
        """The constant's values in its shape; `EngineError` where data and shape disagree."""
        values = np.frombuffer(self.data, dtype) if len(self.data) % np.dtype(dtype).itemsize == 0 else None
        if values is None or values.size != int(np.prod(self.shape, dtype=np.int64)):
            raise EngineError(
                tr("The constant '{name}' has not as many bytes as its shape says.", name=self.name), hint=_HINT
            )
        return values.reshape(self.shape)


@dataclass(frozen=True, slots=True)
class RawOperator:
    """One operator as the file states it."""

    kind: str  # for example CONV_2D
    inputs: tuple[int, ...]  # -1: left out
    outputs: tuple[int, ...]
    options: Any  # tflite.Table of the operator's options, or None


@dataclass(frozen=True, slots=True)
class RawModel:
    """The first subgraph of a file."""

    tensors: tuple[RawTensor, ...]
    operators: tuple[RawOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def parse(data: bytes) -> RawModel:
    """Read the first subgraph; `EngineError` when the bytes are not a whole .tflite file."""
    if len(data) < 16 or not tflite.Model.ModelBufferHasIdentifier(data, 0):
        raise EngineError(tr("This is not a TensorFlow Lite model."), hint=tr("Choose a file that ends in .tflite."))
    try:
        return _Reader(data).model()
    except _DAMAGE as error:
        raise EngineError(_DAMAGED, hint=_HINT) from error


class Options:
    """An operator's options, by the names of the schema; defaults where the file has none."""

    def __init__(self, operator: RawOperator, kind: str) -> None:
        """`kind` is the schema's name of the options, for example Conv2DOptions."""
        self._options = getattr(tflite, kind)()
        table = operator.options
        try:
            self._options.Init(*((_EMPTY_TABLE, 8) if table is None else (table.Bytes, table.Pos)))
        except _DAMAGE as error:  # the table may stand anywhere, even where no number reaches
            raise EngineError(_DAMAGED, hint=_HINT) from error

    def __getitem__(self, name: str) -> Any:
        """The number called `name`; `EngineError` when the file is damaged here."""
        try:
            return getattr(self._options, name)()
        except _DAMAGE as error:
            raise EngineError(_DAMAGED, hint=_HINT) from error


# A table without fields, at byte 8: four bytes unused, vtable (its size, the table's size), offset back to the vtable.
_EMPTY_TABLE = struct.pack("<IHHi", 8, 4, 4, 4)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._model = tflite.Model.GetRootAs(data, 0)
        self._left = _MOST_SHARED * len(data)  # bytes of vectors
        self._contents: dict[int, bytes] = {}  # per buffer

    def model(self) -> RawModel:
        if self._count(self._model.SubgraphsLength()) < 1:
            raise ValueError("no subgraph")
        graph = self._model.Subgraphs(0)
        tensors = tuple(self._tensor(graph.Tensors(i)) for i in range(self._count(graph.TensorsLength())))
        operators = tuple(self._operator(graph.Operators(i)) for i in range(self._count(graph.OperatorsLength())))
        model = RawModel(
            tensors,
            operators,
            self._indices(graph.InputsAsNumpy, graph.InputsLength()),
            self._indices(graph.OutputsAsNumpy, graph.OutputsLength()),
        )
        self._check_indices(model)
        return model

    def _count(self, length: int) -> int:
        """How many things there are in a vector, which cannot exceed the file."""
        if not 0 <= length <= len(self._data) // 4:
            raise ValueError("a length beyond the file")
        if length > _MOST_TENSORS:
            raise EngineError(
                tr("The model has more parts than any board can hold."), hint=tr("Use a smaller network.")
            )
        return length

    def _vector(self, vector: Any, length: int, width: int = 4) -> Any:
        """The values of a vector whose elements have `width` bytes.

        Thousands of tables may name one and the same vector, so what is read in all is counted.
        """
        self._left -= length * width
        if length < 0 or self._left < 0:
            raise ValueError("lengths beyond the file")
        return vector() if length else ()

    def _indices(self, vector: Any, length: int) -> tuple[int, ...]:
        return tuple(int(v) for v in self._vector(vector, length))

    def _tensor(self, tensor: Any) -> RawTensor:
        if tensor.ShapeLength() > _MOST_AXES:
            raise ValueError("a shape beyond reason")
        shape = tuple(max(n, 1) if n < 0 else n for n in self._indices(tensor.ShapeAsNumpy, tensor.ShapeLength()))
        if math.prod(max(size, 1) for size in shape) > MAX_ELEMENTS:
            raise ValueError("a shape beyond reason")
        scales, zeros, axis = self._quantization(tensor.Quantization())
        name = (tensor.Name() or b"")[:_MOST_NAME].decode("utf-8", "replace")
        return RawTensor(name, shape, tensor.Type(), self._buffer(tensor.Buffer()), scales, zeros, axis)

    def _buffer(self, index: int) -> bytes:
        if index not in self._contents:
            if not 0 <= index < self._model.BuffersLength():
                raise ValueError("a buffer that is not there")
            buffer = self._model.Buffers(index)
            self._contents[index] = bytes(self._vector(buffer.DataAsNumpy, buffer.DataLength(), 1))
        return self._contents[index]

    def _quantization(self, quantization: Any) -> tuple[Float64Array, npt.NDArray[np.int64], int]:
        if quantization is None or not quantization.ScaleLength():
            return np.zeros(0, np.float64), np.zeros(0, np.int64), 0
        with np.errstate(invalid="ignore"):  # a damaged scale may be a signalling NaN; it is refused below
            scales = np.asarray(self._vector(quantization.ScaleAsNumpy, quantization.ScaleLength()), np.float64)
        if not (np.isfinite(scales).all() and (scales >= 0).all()):
            raise ValueError("a scale that is no positive number")
        zeros = np.zeros(scales.size, np.int64)
        if quantization.ZeroPointLength():
            zeros = np.asarray(self._vector(quantization.ZeroPointAsNumpy, quantization.ZeroPointLength(), 8), np.int64)
        return scales, zeros, int(quantization.QuantizedDimension())

    def _operator(self, operator: Any) -> RawOperator:
        index = operator.OpcodeIndex()
        if not 0 <= index < self._model.OperatorCodesLength():
            raise ValueError("an operator code that is not there")
        return RawOperator(
            _operator_name(self._model.OperatorCodes(index)),
            self._indices(operator.InputsAsNumpy, operator.InputsLength()),
            self._indices(operator.OutputsAsNumpy, operator.OutputsLength()),
            operator.BuiltinOptions(),
        )

    def _check_indices(self, model: RawModel) -> None:
        count = len(model.tensors)
        for operator in model.operators:
            if any(not -1 <= i < count for i in operator.inputs):
                raise ValueError("an operator reads a tensor that is not there")
            if not operator.outputs or any(not 0 <= i < count for i in operator.outputs):
                raise ValueError("an operator writes a tensor that is not there")
        if any(not 0 <= i < count for i in (*model.inputs, *model.outputs)):
            raise ValueError("the model names a tensor that is not there")


def _operator_name(code: Any) -> str:
    # Old files use the 8-bit field, new ones both: the schema says to take the larger.
    number = max(int(code.BuiltinCode()), int(code.DeprecatedBuiltinCode()))
    custom = code.CustomCode()
    if number == tflite.BuiltinOperator.CUSTOM and custom == FOREST.encode():
        return FOREST
    if number == tflite.BuiltinOperator.CUSTOM and custom:
        return tr("custom operator {decode}", decode=custom[:_MOST_NAME].decode("utf-8", "replace"))
    return str(tflite.utils.BUILTIN_OPCODE2NAME.get(number, tr("operator number {number}", number=number)))
