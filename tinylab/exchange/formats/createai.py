"""micro:bit CreateAI's data samples: JSON, a list of actions with recordings of x, y and z in g, in the frame `board`.

Source: github.com/microbit-foundation/ml-trainer: src/model.ts (DatasetUserFileFormat; before 2024 ID, now id),
src/buffered-data-hooks.tsx (thousandths of g from the board, divided by 1000), src/project-utils.ts (a recording lasts
990 ms, before 1800 ms, at the accelerometer's 20 ms), src/test-fixtures (whole files). A project's `data.json` has the
same list under "data". Ours add an object "tinylab" to each recording, which CreateAI passes over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tinylab.data.frames import RAW
from tinylab.data.project import Project
from tinylab.exchange.found import Floats, FoundTake
from tinylab.exchange.json_data import numbers_of
from tinylab.exchange.microbit_json import OURS, RATE_HZ, read_gestures
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.writing import Exported, Exporting, WrittenTake, in_new_file
from tinylab.text import ntr, tr

TITLE = tr("micro:bit CreateAI data samples")
ENDINGS = (".json",)
WRITES_FOLDER = False
_NEAR_RATE = 0.1  # of 50 Hz
_MOST_S = 1.5  # CreateAI looks at one second
_OF_TAKE = ("rate_hz", "g_per_count", "range_g", "subject", "session", "split", "frame", "board", "sensor")


def sniff(file: SourceFile) -> int:
    """How sure it is that this is a list of actions."""
    head = file.head.replace(b"\0", b"")
    if b'"recordings"' not in head or b'"payload"' in head:
        return 0
    return 70 if b'"data"' in head or b'"vector"' not in head else 0


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The recordings of all actions."""
    yield from read_gestures(file, reading, _signal)


def _signal(recording: dict[str, Any]) -> Floats | None:
    data = recording.get("data")
    found = [numbers_of(data.get(axis)) for axis in "xyz"] if isinstance(data, dict) else []
    axes = [axis for axis in found if axis is not None and axis.ndim == 1]
    return np.column_stack(axes) if len(axes) == 3 and len({len(axis) for axis in axes}) == 1 else None


def write(project: Project, path: Path, exporting: Exporting) -> Exported:
    """A new file with an action for each label."""
    actions: dict[str, dict[str, Any]] = {}
    others = 0
    with in_new_file(path) as partial:
        for take in exporting.takes(project):
            header = take.header
            action = actions.setdefault(
                header.label,
                {"ID": len(actions) + 1, "name": header.label, "icon": "Heart", "createdAt": 0, "recordings": []},
            )
            action["recordings"].append(_recording(take))
            others += abs(header.rate_hz / RATE_HZ - 1) > _NEAR_RATE or header.seconds > _MOST_S
        partial.write_text(json.dumps(list(actions.values()), ensure_ascii=False), encoding="utf-8")
        exporting.remark_on_gaps()
        if others:
            exporting.remarks.append(
                ntr(
                    "CreateAI looks at one second at 50 Hz; 1 take is longer or has another rate.",
                    "CreateAI looks at one second at 50 Hz; {count} takes are longer or have another rate.",
                    others,
                )
            )
    return exporting.exported(path)


def _recording(take: WrittenTake) -> dict[str, Any]:
    rows = take.numbers(1.0)
    sign = -1.0 if take.header.frame == RAW else 1.0  # its own axes are those of the board
    x, y, z = (list(axis) for axis in zip(*rows, strict=True))
    return {
        "ID": take.header.id,
        "data": {"x": x, "y": [sign * value + 0.0 for value in y], "z": z},
        OURS: {name: getattr(take.header, name) for name in _OF_TAKE},
    }
