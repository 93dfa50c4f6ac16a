"""One module per operator: each declares in CONTRACT what its operators compute, in readable numpy.

A function takes the graph, the operator, and for each of its inputs an int64 array of shape (windows, *shape of the
tensor without batch); it returns the outputs in any shape that has the windows first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tinylab.engine.graph import Operator
from tinylab.engine.registry import collect

CONTRACT: Mapping[type[Operator], Callable[..., Any]] = collect(__path__, __name__, "CONTRACT")
