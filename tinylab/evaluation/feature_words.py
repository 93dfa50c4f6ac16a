"""Features in words, in units that somebody with a board in the hand can imagine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tinylab.dsp.features.shape import PART
from tinylab.dsp.features.spectrum import points
from tinylab.dsp.features.statistics import FRACTION
from tinylab.evaluation.baseline import Task
from tinylab.text import tr

_SHARE: Final = 1024  # what is counted as one whole of a share or a correlation
Words = tuple[str, Callable[[float], str]]  # what a feature is, and what a value of it is


def words_of(name: str, task: Task) -> Words | None:
    """What a feature of the board is called, and its values with their unit; None of what nobody can imagine.

    None are the octaves of the spectrum: they count the logarithm of a windowed power.
    """
    kind, axis = name.rsplit(" ", 1)
    where = tr("the magnitude") if axis == "magnitude" else axis
    known = {**_strengths(where, task), **_changes(where, task), **_counted(where, task), **_without_unit(where)}
    known["correlation"] = (tr("correlation of {axes}", axes=" and ".join(axis)), lambda v: _short(v / _SHARE))
    return known.get(kind)


def _strengths(where: str, task: Task) -> dict[str, Words]:
    """What is measured in g."""
    g = task.g_per_count
    return {
        "mean": (tr("mean of {axis}", axis=where), lambda v: _g(v * g)),
        "minimum": (tr("minimum of {axis}", axis=where), lambda v: _g(v * g)),
        "maximum": (tr("maximum of {axis}", axis=where), lambda v: _g(v * g)),
        "lower quartile": (tr("lower quartile of {axis}", axis=where), lambda v: _g(v * g)),
        "median": (tr("median of {axis}", axis=where), lambda v: _g(v * g)),
        "upper quartile": (tr("upper quartile of {axis}", axis=where), lambda v: _g(v * g)),
        "deviation": (tr("deviation of {axis}", axis=where), lambda v: _g(v / FRACTION * g)),
        "distance": (tr("mean distance of {axis} from its mean", axis=where), lambda v: _g(v / FRACTION * g)),
    }


def _changes(where: str, task: Task) -> dict[str, Words]:
    """What is measured in g per second, or per second twice."""
    rate = task.g_per_count * task.rate_hz
    return {
        "change": (
            tr("change of {axis}", axis=where),
            lambda v: tr("{number} g/s", number=_short(v / FRACTION * rate)),
        ),
        "largest jerk": (
            tr("largest jerk of {axis}", axis=where),
            lambda v: tr("{number} g/s", number=_short(v * rate)),
        ),
        "jerk change": (
            tr("change of the jerk of {axis}", axis=where),
            lambda v: tr("{number} g/s²", number=_short(v / FRACTION * rate * task.rate_hz)),
        ),
    }


def _counted(where: str, task: Task) -> dict[str, Words]:
    """What happens so often a second."""
    return {
        "crossings": (tr("crossings of {axis}", axis=where), lambda v: _a_second(v, task)),
        "peaks": (tr("peaks of {axis}", axis=where), lambda v: _a_second(v, task)),
        "turning points": (tr("turning points of {axis}", axis=where), lambda v: _a_second(v, task)),
        "peak": (
            tr("strongest frequency of {axis}", axis=where),
            lambda v: tr("{number} Hz", number=_short(v * task.rate_hz / points(task.samples))),
        ),
    }


def _without_unit(where: str) -> dict[str, Words]:
    return {
        "peak share": (
            tr("share of the strongest frequency of {axis}", axis=where),
            lambda v: tr("{number} %", number=_short(v / _SHARE * 100)),
        ),
        "skewness": (tr("skewness of {axis}", axis=where), lambda v: _short(v / PART)),
        "kurtosis": (tr("kurtosis of {axis}", axis=where), lambda v: _short(v / PART)),
    }


def _a_second(value: float, task: Task) -> str:
    return tr("{number} a second", number=_short(value / (task.samples / task.rate_hz)))


def _g(value: float) -> str:
    return tr("{number} g", number=_short(value))


def _short(value: float) -> str:
    """Two digits that say something: 1.3, 0.026, 12, 130; never 1e+02, never −0."""
    shown = f"{value:.2g}"
    return f"{value:.0f}" if "e" in shown and abs(value) >= 1 else shown.replace("-0", "0") if value == 0 else shown
