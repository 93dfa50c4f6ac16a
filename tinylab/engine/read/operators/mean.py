"""MEAN over neighbouring axes."""

from __future__ import annotations

import math

import numpy as np
import tflite

from tinylab.engine.graph import Mean
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def _mean(reader: OperatorReader) -> Mean:
    shape = reader.tensor(0).shape
    raw = reader.constant(1)
    reader.require(raw.kind == tflite.TensorType.INT32)
    axes = sorted({int(a) % len(shape) for a in raw.constant(np.int32).reshape(-1)})
    reader.require(bool(axes))
    first, last = axes[0], axes[-1]
    if last - first + 1 != len(axes) or first == 0:
        raise reader.refuse(tr("averages over axes that are not neighbours"), "Use GlobalAveragePooling.")
    outer, reduced, inner = (math.prod(sizes) for sizes in (shape[:first], shape[first : last + 1], shape[last + 1 :]))
    reader.require(reader.result.elements == outer * inner and reduced >= 1)
    return Mean(reader.name, (reader.input(0),), reader.output, outer, reduced, inner)


READERS = {"MEAN": _mean}
