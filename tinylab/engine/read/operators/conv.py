"""CONV_2D."""

from __future__ import annotations

from tinylab.engine.graph import Conv2D
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.engine.read.weights import read_bias, read_weights
from tinylab.text import tr


def _conv(reader: OperatorReader) -> Conv2D:
    options = reader.options("Conv2DOptions")
    weights, scales = read_weights(reader, 1, 4, 0)
    channels, rows, columns, depth = weights.shape
    window = reader.window(options, (rows, columns), (options["DilationHFactor"], options["DilationWFactor"]))
    if depth != reader.tensor(0).shape[3]:
        raise reader.refuse(tr("is a grouped convolution"), tr("Use DepthwiseConv or an ordinary convolution."))
    reader.require(reader.result.shape[3] == channels)
    bias, activation = read_bias(reader, 2, channels), reader.activation(options)
    ends = reader.name, (reader.input(0),), reader.output
    return Conv2D(*ends, weights, bias, scales, window, activation=activation)


READERS = {"CONV_2D": _conv}
