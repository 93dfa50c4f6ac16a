"""MAX_POOL_2D and AVERAGE_POOL_2D."""

from __future__ import annotations

from typing import TypeVar

from tinylab.engine.graph import AveragePool2D, MaxPool2D, Pool2D
from tinylab.engine.read.operator_reader import OperatorReader

Pool = TypeVar("Pool", bound=Pool2D)


def _pool(reader: OperatorReader, kind: type[Pool]) -> Pool:
    options = reader.options("Pool2DOptions")
    window = reader.window(options, (options["FilterHeight"], options["FilterWidth"]))
    reader.require_same_quantization()
    activation = reader.activation(options)
    return kind(reader.name, (reader.input(0),), reader.output, window, activation=activation)


READERS = {
    "MAX_POOL_2D": lambda reader: _pool(reader, MaxPool2D),
    "AVERAGE_POOL_2D": lambda reader: _pool(reader, AveragePool2D),
}
