"""SOFTMAX."""

from __future__ import annotations

import math

from tinylab.engine.graph import Softmax
from tinylab.engine.read.file_tensors import CONVERT_HINT
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def _softmax(reader: OperatorReader) -> Softmax:
    beta = float(reader.options("SoftmaxOptions")["Beta"])
    result = reader.result
    reader.require(reader.tensor(0).shape == result.shape and math.isfinite(beta) and beta > 0)
    if (result.scale, result.zero_point) != (1 / 256, -128):
        raise reader.refuse(tr("has an output scale other than 1/256"), CONVERT_HINT)
    return Softmax(reader.name, (reader.input(0),), reader.output, beta)


READERS = {"SOFTMAX": _softmax}
