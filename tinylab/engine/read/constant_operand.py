"""The constant that an ADD or a MUL may have on either side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tflite

from tinylab.engine.graph import Int8Array, Tensor
from tinylab.engine.read.file_tensors import SMALLEST_SCALE
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


@dataclass(frozen=True, slots=True, eq=False)
class ConstantOperand:
    """A constant, and the position of the activation that it meets."""

    activation: int
    values: Int8Array  # flat
    quantization: Tensor


def read_constant(reader: OperatorReader) -> ConstantOperand | None:
    """The constant; None where both sides are activations."""
    sides = [side for side in (0, 1) if reader.has(side) and reader.tensors.raw[reader.raw.inputs[side]].data]
    if not sides:
        return None
    raw, other = reader.constant(sides[0]), 1 - sides[0]
    reader.require(raw.kind == tflite.TensorType.INT8 and raw.scales.size == 1 and raw.zero_points.size == 1)
    zero, scale = int(raw.zero_points[0]), float(raw.scales[0])
    reader.require(-128 <= zero <= 127 and scale >= SMALLEST_SCALE)
    shape = raw.shape
    while shape and shape[0] == 1:
        shape = shape[1:]
    source = reader.tensor(other).shape
    reader.require(source == reader.result.shape)
    if shape != source[len(source) - len(shape) :]:
        raise reader.refuse(tr("joins a constant of another shape"), tr("Use one constant, or one per channel."))
    values: Int8Array = raw.constant(np.int8).reshape(-1)
    return ConstantOperand(other, values, Tensor(raw.name, raw.shape, scale, zero))
