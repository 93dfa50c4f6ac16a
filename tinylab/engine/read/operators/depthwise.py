"""DEPTHWISE_CONV_2D."""

from __future__ import annotations

from tinylab.engine.graph import DepthwiseConv2D
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.engine.read.weights import read_bias, read_weights


def _depthwise(reader: OperatorReader) -> DepthwiseConv2D:
    options = reader.options("DepthwiseConv2DOptions")
    weights, scales = read_weights(reader, 1, 4, 3)
    _, rows, columns, channels = weights.shape
    window = reader.window(options, (rows, columns), (options["DilationHFactor"], options["DilationWFactor"]))
    depth = reader.tensor(0).shape[3]
    reader.require(weights.shape[0] == 1 and channels % depth == 0 and reader.result.shape[3] == channels)
    bias, activation = read_bias(reader, 2, channels), reader.activation(options)
    ends = reader.name, (reader.input(0),), reader.output
    return DepthwiseConv2D(*ends, weights[0], bias, scales, window, channels // depth, activation=activation)


READERS = {"DEPTHWISE_CONV_2D": _depthwise}
