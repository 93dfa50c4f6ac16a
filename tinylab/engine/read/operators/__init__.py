"""One module per operator: each declares in READERS which operators of the file it reads, by the schema's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinylab.engine.graph import Operator
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.engine.registry import collect

READERS: Mapping[str, Callable[[OperatorReader], Operator]] = collect(__path__, __name__, "READERS")
