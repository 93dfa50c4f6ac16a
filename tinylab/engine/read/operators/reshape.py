"""RESHAPE, EXPAND_DIMS and SQUEEZE: the same values under another shape."""

from __future__ import annotations

from tinylab.engine.graph import Reshape
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.text import tr


def _reshape(reader: OperatorReader) -> Reshape:
    if reader.tensor(0).elements != reader.result.elements:
        raise reader.refuse(
            tr("has a shape known only while it runs"), tr("Convert the model with the batch size fixed to 1.")
        )
    reader.require_same_quantization()
    return Reshape(reader.name, (reader.input(0),), reader.output)


READERS = {"RESHAPE": _reshape, "EXPAND_DIMS": _reshape, "SQUEEZE": _reshape}
