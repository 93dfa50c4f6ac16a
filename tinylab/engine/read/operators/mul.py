"""MUL by a constant."""

from __future__ import annotations

from tinylab.engine.graph import MulConstant
from tinylab.engine.read.constant_operand import read_constant
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def _mul(reader: OperatorReader) -> MulConstant:
    constant = read_constant(reader)
    if constant is None:
        raise reader.refuse(tr("multiplies two layers"), tr("Multiply by constants only, or add the layers."))
    activation = reader.activation(reader.options("MulOptions"))
    ends = reader.name, (reader.input(constant.activation),), reader.output
    return MulConstant(*ends, constant.values, constant.quantization, activation=activation)


READERS = {"MUL": _mul}
