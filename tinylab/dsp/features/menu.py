"""The feature groups there are, and the features of windows by the names of their groups."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.statistics import magnitude

_NO_GROUPS = ("menu",)
# The order on the board: a group's features stand behind those of the groups before it. New ones come last.
_FIRST: Final = ("statistics", "spectrum")


@lru_cache(maxsize=1)
def feature_groups() -> dict[str, ModuleType]:
    """Every group by its name, in the order in which their features stand."""
    found = {info.name for info in pkgutil.iter_modules([str(Path(__file__).parent)])} - set(_NO_GROUPS)
    names = [*_FIRST, *sorted(found - set(_FIRST))]
    return {name: import_module(f"tinylab.dsp.features.{name}") for name in names}


def feature_names(groups: Sequence[str]) -> tuple[str, ...]:
    """The names of all features of some groups."""
    known = feature_groups()
    return tuple(name for group in groups for name in known[group].NAMES)


def features(windows: npt.NDArray[np.int16], groups: Sequence[str]) -> npt.NDArray[np.int32]:
    """The features of raw counts (windows, samples, 3), shape (windows, features), in the order of `groups`."""
    if not len(windows):
        return np.empty((0, len(feature_names(groups))), dtype=np.int32)
    wide = windows.astype(np.int64)
    axes = [wide[:, :, 0], wide[:, :, 1], wide[:, :, 2], magnitude(wide)]
    known = feature_groups()
    columns = [column for group in groups for column in known[group].compute(axes)]
    return np.stack(columns, axis=1).astype(np.int32)
