"""In which unit an acceleration is: recognized by gravity, which a sensor shows whenever it is held still."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

STANDARD_GRAVITY: Final = 9.80665  # m/s², ISO 80000-3


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of acceleration."""

    name: str
    in_one_g: float  # what a sensor at rest shows


G, METRES, MILLI_G = Unit("g", 1.0), Unit("m/s²", STANDARD_GRAVITY), Unit("mg", 1000.0)
UNITS: Final = (G, METRES, MILLI_G)
_NEAR: Final = 1.8  # times more or less: the median over a take of strong motion is not exactly 1 g
_WRITTEN: Final = {
    "g": G, "gs": G, "gforce": G, "m/s2": METRES, "m/s^2": METRES, "m/s²": METRES, "ms2": METRES, "ms-2": METRES,
    "ms^-2": METRES, "mps2": METRES, "m/s/s": METRES, "mg": MILLI_G, "milli-g": MILLI_G,
}  # fmt: skip


def typical(signal: npt.NDArray[np.float64]) -> float:
    """The median length of the acceleration, shape (samples, 3): about 1 g in whatever unit it is."""
    with np.errstate(over="ignore"):  # numbers that no sensor gives are refused later
        return float(np.median(np.linalg.norm(signal, axis=1)))


def unit_of(size: float) -> Unit | None:
    """The unit in which a take's typical acceleration would be near gravity; None where there is none."""
    return next((unit for unit in UNITS if unit.in_one_g / _NEAR <= size <= unit.in_one_g * _NEAR), None)


def common_unit(sizes: Iterable[float]) -> Unit:
    """The unit of those takes of a folder that show one, where they agree; else g, as the columns' names say."""
    found = {unit for unit in map(unit_of, sizes) if unit is not None}
    return found.pop() if len(found) == 1 else G


def unit_named(text: str) -> Unit | None:
    """The unit that somebody wrote, in whatever way it is written; None where it is none of ours."""
    return _WRITTEN.get(re.sub(r"\s", "", text).lower())
