"""CSV files of phone apps, by their published descriptions: phyphox, Sensor Logger, MATLAB Mobile.

None of the three was tried on a file that the app itself wrote, for none was at hand: what is known is what these pages
say, and the tests read files that were made by them (tests/fakes/exchange_files.py).
- phyphox: `"Time (s)","Acceleration x (m/s^2)",…`, with a comma, semicolon or tab between the cells and a comma or
  point in the numbers (phyphox.org/wiki, "Phyphox file format", export).
- Sensor Logger: `time,seconds_elapsed,z,y,x`, time in ns since 1970, the axes in that order, m/s²; Accelerometer.csv is
  without gravity, TotalAcceleration.csv with it (github.com/tszheichoi/awesome-sensor-logger, UNITS.md).
- MATLAB Mobile: Timestamp, X, Y and Z in m/s² (mathworks.com, "Acquire Data from Sensors with MATLAB Mobile"). The
  app's own logs are .mat files with a timetable of these names, which TinyLab does not read; that a CSV of it has
  them too, and its times as seconds or as a date (`07-Feb-2024 10:15:00.000`), is our assumption. So it
  is guessed with less certainty than the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tinylab.exchange.csv_signal import read_signal
from tinylab.exchange.file_labels import label_and_split
from tinylab.exchange.found import FoundTake
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile, is_inside
from tinylab.exchange.text_table import layout_of
from tinylab.exchange.units import METRES
from tinylab.text import tr

TITLE = tr("Phone app (phyphox, Sensor Logger, MATLAB Mobile)")
ENDINGS = (".csv", ".txt", ".tsv")
_SENSOR_LOGGER: Final = ("time", "seconds_elapsed", "z", "y", "x")
_MATLAB: Final = ("timestamp", "x", "y", "z")
# Of what Sensor Logger measured at once, one file is the acceleration: the first of these that is there.
_BEST_FIRST: Final = ("TotalAcceleration.csv", "AccelerometerUncalibrated.csv", "Accelerometer.csv")
_NO_ACCELERATION: Final = (
    "annotation", "barometer", "battery", "compass", "gravity", "gyroscope", "gyroscopeuncalibrated", "heartrate",
    "light", "location", "locationgps", "locationnetwork", "magnetometer", "magnetometeruncalibrated", "metadata",
    "microphone", "network", "orientation", "pedometer", "studymetadata",
)  # fmt: skip


def sniff(file: SourceFile) -> int:
    """How sure it is that an app wrote this."""
    names = tuple(name.strip().lower() for name in layout_of(file).header)
    if _is_phyphox(names) or names == _SENSOR_LOGGER:
        return 90
    return 50 if names == _MATLAB else 0


def is_aside(file: SourceFile) -> bool:
    """Whether an app wrote this beside the acceleration: another sensor, or the acceleration once more."""
    name = file.path.name
    if file.path.stem.lower() not in _NO_ACCELERATION and name not in _BEST_FIRST:
        return False
    header = [cell.strip().lower() for cell in layout_of(file).header]
    if header[:2] != list(_SENSOR_LOGGER[:2]) and "recording epoch time" not in header:
        return False
    if name not in _BEST_FIRST:
        return True
    better = _BEST_FIRST[: _BEST_FIRST.index(name)]
    return any(is_inside(file.root, file.path.with_name(other)) for other in better)


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The one take of a file."""
    signal = read_signal(file)
    label, split = label_and_split(file)
    names = tuple(name.strip().lower() for name in layout_of(file).header)
    if "linear" in " ".join(names) or file.path.name == "Accelerometer.csv":
        reading.remarks.append(
            tr("{name} is acceleration without gravity; other takes will look unlike it.", name=file.name)
        )
    # What the phone's own system measures may be in g, so only what is written beside it is sure.
    sure = _is_phyphox(names) or (names == _SENSOR_LOGGER and "uncalibrated" not in file.path.name.lower())
    yield FoundTake(
        file.name,
        signal.values,
        label=label,
        split=split,
        times=signal.times,
        unit=METRES,
        unit_is_sure=sure,
        more={"sensor": "phone"},
    )


def _is_phyphox(names: Sequence[str]) -> bool:
    return bool(names) and names[0] == "time (s)" and any(name.endswith("acceleration x (m/s^2)") for name in names)
