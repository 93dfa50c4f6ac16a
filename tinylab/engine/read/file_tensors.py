"""The file's tensors, and which of them become activations of the graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import tflite

from tinylab.engine.graph import Tensor
from tinylab.engine.read.flatbuffer import RawTensor
from tinylab.errors import EngineError
from tinylab.text import tr

CONVERT_HINT = tr("Convert the model again with TFLiteConverter and full-integer int8 quantization.")
SMALLEST_SCALE = 2.0**-126  # of a tensor; XNNPACK too refuses what has no full precision
MOST_VALUES = 1 << 20  # of one activation; no microcontroller has that much RAM
QUANTIZE_HINT = tr("Quantize it to int8, inputs and outputs included, as TinyLab's Quantize step does.")


@dataclass(slots=True)
class FileTensors:
    """The file's tensors, and the graph's: those activations that an operator uses."""

    raw: Sequence[RawTensor]
    used: list[Tensor] = field(default_factory=list)
    _index: dict[int, int] = field(default_factory=dict)

    def use(self, number: int) -> int:
        """The graph's index of the file's tensor `number`, which must be an int8 activation."""
        if number not in self._index:
            self._index[number] = len(self.used)
            self.used.append(_activation(self.raw[number]))
        return self._index[number]


def _activation(raw: RawTensor) -> Tensor:
    if raw.kind != tflite.TensorType.INT8:
        kind = (
            "float32"
            if raw.kind == tflite.TensorType.FLOAT32
            else tr("of type {type_name}", type_name=type_name(raw.kind))
        )
        raise EngineError(
            tr("The model is not quantized to int8: '{name}' is {kind}.", name=raw.name, kind=kind), hint=QUANTIZE_HINT
        )
    if raw.data:
        raise EngineError(tr("The constant '{name}' stands where data is expected.", name=raw.name), hint=CONVERT_HINT)
    if raw.scales.size != 1 or raw.zero_points.size != 1 or raw.scales[0] < SMALLEST_SCALE:
        raise EngineError(tr("The tensor '{name}' has no scale of its own.", name=raw.name), hint=QUANTIZE_HINT)
    shape = (1, *raw.shape) if len(raw.shape) == 1 and raw.shape[0] != 1 else raw.shape  # numbers without a batch
    if shape and shape[0] != 1:
        raise EngineError(
            tr(
                "'{name}' holds a batch of {shape}; the board takes one window at a time.",
                name=raw.name,
                shape=raw.shape[0],
            ),
            hint=tr("Convert the model again with the batch size fixed to 1."),
        )
    if math.prod(raw.shape) > MOST_VALUES:
        raise EngineError(
            tr("'{name}' has more values than any board can hold.", name=raw.name), hint=tr("Use a smaller network.")
        )
    zero = int(raw.zero_points[0])
    if not -128 <= zero <= 127:
        raise EngineError(
            tr("The tensor '{name}' has the impossible zero point {zero}.", name=raw.name, zero=zero), hint=CONVERT_HINT
        )
    return Tensor(raw.name, shape, float(raw.scales[0]), zero)


def type_name(number: int) -> str:
    """The schema's name of a tensor type, in small letters."""
    names = {v: k for k, v in vars(tflite.TensorType).items() if isinstance(v, int)}
    return names.get(number, f"number {number}").lower()
