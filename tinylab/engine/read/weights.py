"""What dense layers and convolutions read beside their input: weights, their scales, and a bias."""

from __future__ import annotations

import numpy as np
import tflite

from tinylab.engine.graph import Float64Array, Int8Array, Int32Array
from tinylab.engine.read.file_tensors import QUANTIZE_HINT, type_name
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def read_weights(
    reader: OperatorReader, position: int, axes: int, channels_axis: int
) -> tuple[Int8Array, Float64Array]:
    """Constant int8 weights with so many axes, and one scale per channel; a single scale is spread over all."""
    raw = reader.constant(position)
    if raw.kind != tflite.TensorType.INT8:
        raise reader.refuse(tr("has weights of type {type_name}", type_name=type_name(raw.kind)), QUANTIZE_HINT)
    reader.require(len(raw.shape) == axes and min(raw.shape) >= 1)
    values: Int8Array = raw.constant(np.int8)
    channels = raw.shape[channels_axis]
    if raw.scales.size == channels and (channels == 1 or raw.axis == channels_axis):
        scales = raw.scales
    elif raw.scales.size == 1:
        scales = np.repeat(raw.scales, channels)
    else:
        raise reader.refuse(tr("has weights without scales"), QUANTIZE_HINT)
    if raw.zero_points.any():
        raise reader.refuse(
            tr("has weights with a zero point"), tr("Convert with symmetric int8 weights, the default.")
        )
    return values, scales


def read_bias(reader: OperatorReader, position: int, channels: int) -> Int32Array:
    """One number per channel; zeros where the file has no bias."""
    if not reader.has(position):
        return np.zeros(channels, np.int32)
    raw = reader.constant(position)
    if raw.kind != tflite.TensorType.INT32:
        raise reader.refuse(tr("has a bias of type {type_name}", type_name=type_name(raw.kind)), QUANTIZE_HINT)
    values: Int32Array = raw.constant(np.int32)
    reader.require(values.size == channels)
    return values.reshape(channels)
