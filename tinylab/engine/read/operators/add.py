"""ADD of two layers, and of a constant."""

from __future__ import annotations

from tinylab.engine.graph import Add, AddConstant, Operator
from tinylab.engine.read.constant_operand import read_constant
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def _add(reader: OperatorReader) -> Operator:
    options = reader.options("AddOptions")
    constant = read_constant(reader)
    if constant is not None:
        ends = reader.name, (reader.input(constant.activation),), reader.output
        return AddConstant(*ends, constant.values, constant.quantization, activation=reader.activation(options))
    if not reader.tensor(0).shape == reader.tensor(1).shape == reader.result.shape:
        raise reader.refuse(tr("adds tensors of different shapes"), tr("Add layers of the same shape."))
    inputs = reader.input(0), reader.input(1)
    return Add(reader.name, inputs, reader.output, activation=reader.activation(options))


READERS = {"ADD": _add}
