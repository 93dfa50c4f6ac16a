"""Which column of a table is what: time, the three axes of acceleration, label, subject, session, split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from tinylab.data.recording import SPLITS
from tinylab.exchange.found import FileError, Floats
from tinylab.exchange.units import Unit, unit_named
from tinylab.text import tr

_AXIS: Final = re.compile(
    r"(?P<sensor>(?:linear|total|user|lin|raw)?[ _.-]*(?:acceleration|accelerometer|accel|acc|a)?[ _.-]*)"
    r"(?P<axis>[xyz])(?:[ _.-]*(?:axis|value))?[ _.-]*(?P<unit>\(.*\)|\[.*\]|_?(?:g|mg|ms2|mps2))?"
)
_TIME: Final = re.compile(
    r"(?:time|timestamp|time_?stamp|seconds_elapsed|elapsed|seconds|sec|millis|milliseconds|t)"
    r"(?:[ _.-]*(?P<unit>\(.*\)|\[.*\]|s|sec|ms|us|µs|ns))?"
)
_SECONDS: Final = {"s": 1.0, "sec": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_TIME_NAMES: Final = {"seconds_elapsed": 1.0, "seconds": 1.0, "sec": 1.0, "millis": 1e-3, "milliseconds": 1e-3}
_TEXTS: Final = {
    "label": ("label", "class", "activity", "gesture", "target"),
    "subject": ("subject", "person", "user", "participant", "user_id", "subject_id"),
    "session": ("session", "trial", "recording"),
    "split": ("split", "set"),
}
_SPLIT_WORDS: Final = {
    "val": "validation", "valid": "validation", "dev": "validation", "training": "train", "testing": "test",
}  # fmt: skip
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MATLAB_TIME: Final = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns that count, from 0; -1 where there is none."""

    axes: tuple[int, int, int]
    unit: Unit | None  # as the names say
    time: int
    seconds: float  # of one step of the time column; 0 where its name does not say
    label: int
    subject: int
    session: int
    split: int


def find_columns(header: Sequence[str]) -> Columns | None:
    """The columns by their names; None where there are no three axes of acceleration."""
    names = [name.strip().lower() for name in header]
    axes, unit = find_axes(names)
    if axes is None:
        return None
    time, seconds = _find_time(names)
    texts = {what: _first_of(names, words) for what, words in _TEXTS.items()}
    return Columns(axes, unit, time, seconds, **texts)


def find_axes(names: Sequence[str]) -> tuple[tuple[int, int, int] | None, Unit | None]:
    """(the places of x, y and z, the unit their names say): those named after acceleration before those of one letter.

    None where a sensor has not all three.
    """
    sensors: dict[str, dict[str, tuple[int, Unit | None]]] = {}
    for place, name in enumerate(names):
        found = _AXIS.fullmatch(name.strip().lower())
        if found:
            unit = unit_named(re.sub(r"^[(\[_]|[)\]]$", "", found["unit"] or ""))
            sensors.setdefault(found["sensor"].strip(" _.-"), {}).setdefault(found["axis"], (place, unit))
    whole = {sensor: axes for sensor, axes in sensors.items() if len(axes) == 3}
    if not whole:
        return None, None
    axes = whole[max(whole, key=lambda sensor: (bool(sensor), "lin" not in sensor))]
    x, y, z = (axes[axis][0] for axis in "xyz")
    return (x, y, z), axes["x"][1]


def _find_time(names: Sequence[str]) -> tuple[int, float]:
    best = (-1, 0.0)
    for place, name in enumerate(names):
        found = _TIME.fullmatch(name)
        if found:
            unit = re.sub(r"[()\[\]\s]", "", found["unit"] or "")
            seconds = _SECONDS.get(unit, 0.0) or _TIME_NAMES.get(name, 0.0)
            if best[0] < 0 or (seconds and not best[1]):
                best = (place, seconds)
    return best


def _first_of(names: Sequence[str], words: Sequence[str]) -> int:
    return next((names.index(word) for word in words if word in names), -1)


def split_named(text: str) -> str | None:
    """The side of a split that somebody wrote; None where it is none."""
    side = text.strip().lower()
    side = _SPLIT_WORDS.get(side, side)
    return side if side in SPLITS else None


def seconds_of(times: Floats, seconds: float) -> Floats:
    """Times in seconds from the first on, shape (samples,).

    `seconds` of one step; where that is 0 the steps' size decides: below 1 they are s, then ms, µs, ns, so that the
    rate lies between 1 and 1000 Hz.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        from_first = times - times[:1]
        if not seconds:
            step = float(np.median(np.abs(np.diff(times)))) if len(times) > 1 else 0.0
            limits = ((1.0, 1.0), (1e3, 1e-3), (1e6, 1e-6))
            seconds = next((unit for limit, unit in limits if step < limit), 1e-9)
        return from_first if seconds == 1.0 else from_first * seconds


def check_forward(name: str, times: Floats, rows: Sequence[int] | int) -> None:
    """Raise FileError where time stands still or goes back; `rows` is the row of each sample, or of the first."""
    still = np.flatnonzero(~(times[1:] > times[:-1]))
    if len(still):
        sample = int(still[0]) + 1
        line = rows + sample if isinstance(rows, int) else rows[sample]
        raise FileError(
            name,
            tr("{name}, row {still}: time does not go forward.", name=name, still=line),
            tr("Sort the rows by time, without repeats."),
            line,
        )


def moment(cell: str) -> float | None:
    """Seconds since 1970 of a date with a time, as ISO 8601 or MATLAB writes it; None where it is none."""
    text = cell.strip()
    found = _MATLAB_TIME.fullmatch(text)
    if found and found[2].lower() in _MONTHS:
        text = f"{found[3]}-{_MONTHS.index(found[2].lower()) + 1:02d}-{int(found[1]):02d} {found[4]}"
    try:
        when = datetime.fromisoformat(text)
        return (when.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    except (ValueError, OverflowError):
        return None
