"""FULLY_CONNECTED."""

from __future__ import annotations

from tinylab.engine.graph import FullyConnected
from tinylab.engine.read.file_tensors import CONVERT_HINT
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.engine.read.weights import read_bias, read_weights
from tinylab.text import tr


def _dense(reader: OperatorReader) -> FullyConnected:
    options = reader.options("FullyConnectedOptions")
    if options["WeightsFormat"] != 0:
        raise reader.refuse(tr("has shuffled weights"), CONVERT_HINT)
    weights, scales = read_weights(reader, 1, 2, 0)
    outputs, inputs = weights.shape
    reader.require(reader.tensor(0).elements % inputs == 0)
    reader.require(reader.result.elements == reader.tensor(0).elements // inputs * outputs)
    ends = reader.name, (reader.input(0),), reader.output
    bias = read_bias(reader, 2, outputs)
    return FullyConnected(*ends, weights, bias, scales, activation=reader.activation(options))


READERS = {"FULLY_CONNECTED": _dense}
