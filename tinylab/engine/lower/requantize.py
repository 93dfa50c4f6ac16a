"""Multipliers, shifts and clamps as the kernels' `struct tl_requant` wants them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinylab.engine.arithmetic import Multiplier
from tinylab.engine.program import Struct, Table
from tinylab.errors import EngineError
from tinylab.text import tr

# The common case keeps the upper 32 bits of the product and shifts twice: by `shift` and by one.
_COMMON = 33
_COMMON_SHIFTS = range(22)  # so that (2 zero + 1) << shift and the sum stay within 32 bits


def requant(multipliers: Sequence[Multiplier], zero: int, limits: tuple[int, int], largest: int, layer: str) -> Struct:
    """The struct's members.

    `largest` bounds the accumulator's magnitude; `EngineError` naming `layer` where it does not fit 32 bits.
    """
    if largest >= 1 << 31:
        raise EngineError(
            tr("The sums of the layer '{layer}' do not fit 32 bits.", layer=layer),
            hint=tr("Use fewer inputs or units in this layer."),
        )
    common = all(m.value == 0 or m.right_shift - _COMMON in _COMMON_SHIFTS for m in multipliers)
    if common:
        shifts = [0 if m.value == 0 else m.right_shift - _COMMON for m in multipliers]
    else:
        shifts = [m.right_shift for m in multipliers]
    return Struct(
        {
            "multipliers": Table("int32_t", np.array([m.value for m in multipliers]), 8),
            "shifts": Table("uint8_t", np.array(shifts)),
            "wide": int(not common),
            "zero": zero,
            "low": limits[0],
            "high": limits[1],
        }
    )
