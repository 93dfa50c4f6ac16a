"""CONCATENATION of layers of one scale."""

from __future__ import annotations

import math

from tinylab.engine.graph import Activation, Concatenate
from tinylab.engine.read.file_tensors import CONVERT_HINT
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def _concatenate(reader: OperatorReader) -> Concatenate:
    inputs = tuple(reader.input(position) for position in range(len(reader.raw.inputs)))
    reader.require(bool(inputs))
    tensors, result = [reader.tensors.used[i] for i in inputs], reader.result
    options = reader.options("ConcatenationOptions")
    axis, rank = options["Axis"], len(result.shape)
    reader.require(-rank <= axis < rank and all(len(t.shape) == rank for t in tensors))
    axis %= rank
    others = result.shape[:axis] + result.shape[axis + 1 :]
    reader.require(all(t.shape[:axis] + t.shape[axis + 1 :] == others for t in tensors))
    reader.require(sum(t.shape[axis] for t in tensors) == result.shape[axis] and result.elements > 0)
    if any((t.scale, t.zero_point) != (result.scale, result.zero_point) for t in tensors):
        raise reader.refuse(tr("joins layers of different scales"), CONVERT_HINT)
    if reader.activation(options) is not Activation.NONE:
        raise reader.refuse(tr("has an activation"), tr("Put ReLU behind the layers before it."))
    return Concatenate(reader.name, inputs, reader.output, math.prod(result.shape[:axis]))


READERS = {"CONCATENATION": _concatenate}
