"""One module per operator: each declares in LOWERINGS how its operators become kernel calls."""

from __future__ import annotations

from collections.abc import Mapping

from tinylab.engine.graph import Operator
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.registry import collect

LOWERINGS: Mapping[type[Operator], Lowering] = collect(__path__, __name__, "LOWERINGS")
