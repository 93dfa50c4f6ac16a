"""PAD of rows, columns and channels."""

from __future__ import annotations

import numpy as np
import tflite

from tinylab.engine.graph import Pad
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr

_TYPES: dict[int, type[np.generic]] = {tflite.TensorType.INT32: np.int32, tflite.TensorType.INT64: np.int64}


def _pad(reader: OperatorReader) -> Pad:
    source, result, raw = reader.tensor(0).shape, reader.result.shape, reader.constant(1)
    reader.require(raw.kind in _TYPES and raw.shape == (len(source), 2) and len(result) == len(source))
    pads = [(int(before), int(behind)) for before, behind in raw.constant(_TYPES[raw.kind])]
    reader.require(all(n >= 0 for pair in pads for n in pair))
    reader.require(all(size + sum(pair) == new for size, pair, new in zip(source, pads, result, strict=True)))
    reader.require_same_quantization()
    if len(source) > 4 or not source or pads[0] != (0, 0) or source[0] != 1:
        raise reader.refuse(tr("pads the batch or too many axes"), tr("Pad rows, columns and channels only."))
    missing = 4 - len(source)
    rows, columns, channels = (1,) * missing + source[1:]
    around = [(0, 0)] * missing + pads[1:]
    ends = reader.name, (reader.input(0),), reader.output
    return Pad(*ends, (rows, columns, channels), (around[0], around[1], around[2]))


READERS = {"PAD": _pad}
