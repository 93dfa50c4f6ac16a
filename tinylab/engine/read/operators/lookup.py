"""Functions of one value: LOGISTIC and TANH, QUANTIZE, and RELU and RELU6 that stand alone."""

from __future__ import annotations

from tinylab.engine.graph import Activation, Curve, Rescale
from tinylab.engine.read.operator_reader import OperatorReader


def _curve(reader: OperatorReader, function: str) -> Curve:
    reader.require(reader.tensor(0).elements == reader.result.elements)
    return Curve(reader.name, (reader.input(0),), reader.output, function)


def _rescale(reader: OperatorReader, activation: Activation) -> Rescale:
    reader.require(reader.tensor(0).elements == reader.result.elements)
    return Rescale(reader.name, (reader.input(0),), reader.output, activation=activation)


READERS = {
    "LOGISTIC": lambda reader: _curve(reader, "logistic"),
    "TANH": lambda reader: _curve(reader, "tanh"),
    "QUANTIZE": lambda reader: _rescale(reader, Activation.NONE),
    "RELU": lambda reader: _rescale(reader, Activation.RELU),
    "RELU6": lambda reader: _rescale(reader, Activation.RELU6),
}
