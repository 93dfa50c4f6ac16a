"""ML-Machine's dataset: JSON, a list of gestures with recordings of samples `{"vector": [x, y, z]}` in g.

Source: github.com/microbit-foundation/cctd-ml-machine (Aarhus University): src/lib/domain/RecordingData.ts,
src/lib/repository/FileUtility.ts, src/lib/microbit-interfacing/InputMicrobitHandler.ts (thousandths of g divided by
1000), src/assets/exampleDataset.json (a whole file). Before 2024 it wrote what CreateAI reads, and `createai` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tinylab.exchange.found import Floats, FoundTake
from tinylab.exchange.json_data import numbers_of
from tinylab.exchange.microbit_json import read_gestures
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.text import tr

TITLE = tr("ML-Machine dataset")
ENDINGS = (".json", "")


def sniff(file: SourceFile) -> int:
    """How sure it is that this is a list of gestures."""
    head = file.head.replace(b"\0", b"")
    return 80 if b'"recordings"' in head and b'"vector"' in head else 0


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The recordings of all gestures."""
    yield from read_gestures(file, reading, _signal)


def _signal(recording: dict[str, Any]) -> Floats | None:
    samples = recording.get("samples")
    if not isinstance(samples, list) or not all(isinstance(sample, dict) for sample in samples):
        return None
    labels = recording.get("labels")
    table = numbers_of([sample.get("vector") for sample in samples])
    if table is None or table.ndim != 2:
        return None
    names = [str(label).lower() for label in labels] if isinstance(labels, list) else ["x", "y", "z"]
    places = [names.index(axis) for axis in "xyz" if axis in names]
    return table[:, places] if len(places) == 3 and table.shape[1] >= len(names) else None
