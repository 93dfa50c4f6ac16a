"""Label and split of a file that says neither itself: from the folders it lies in, else from its name."""

from __future__ import annotations

import re
from typing import Final

from tinylab.data.recording import MAX_NAME, tidy
from tinylab.exchange.columns import split_named
from tinylab.exchange.source import SourceFile

# What apps call the file of their accelerometer whatever was done; then the folder has the name of the recording.
_SENSOR_FILES: Final = (
    "accelerometer", "accelerometeruncalibrated", "totalacceleration", "acceleration", "raw data", "rawdata", "data",
    "log", "sensorlog",
)  # fmt: skip
_NUMBERS: Final = re.compile(r"[\s_.()-]*\d[\d\s_.:()-]*$")  # at the end of a name


def label_and_split(file: SourceFile) -> tuple[str, str]:
    """(label, split): folders named train, test and the like are the split, any other the label; else the file name."""
    folders = file.path.relative_to(file.root).parts[:-1]
    split = next((side for folder in reversed(folders) if (side := split_named(folder))), "")
    named = [folder for folder in folders if split_named(folder) is None]
    stem = file.path.stem
    if _is_sensor_file(stem):
        return name_without_number(named[-1] if named else file.root.name), split
    return (tidy(named[-1])[:MAX_NAME] if named else label_in_name(stem)), split


def label_in_name(stem: str) -> str:
    """The label in `wave.01`, `wave_3`, `wave 03`, `wave-3` and in Edge Impulse's `wave.id`; empty where none is."""
    return name_without_number(stem.split(".", maxsplit=1)[0]) if "." in stem.strip(".") else name_without_number(stem)


def name_without_number(name: str) -> str:
    """A name without the number or date behind it; empty where it is nothing else."""
    return tidy(_NUMBERS.sub("", name))[:MAX_NAME]


def _is_sensor_file(stem: str) -> bool:
    return name_without_number(stem).lower() in _SENSOR_FILES or stem.lower() in _SENSOR_FILES
