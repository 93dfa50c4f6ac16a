"""Lists of gestures with recordings, as the micro:bit's classroom tools write them; what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tinylab.data.frames import BOARD, FRAMES, RAW
from tinylab.data.recording import tidy
from tinylab.errors import DataError
from tinylab.exchange.columns import split_named
from tinylab.exchange.csv_index import scale_in
from tinylab.exchange.file_labels import label_and_split
from tinylab.exchange.found import FileError, Floats, FoundTake
from tinylab.exchange.json_data import number_in, read_json, text_in
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.units import G
from tinylab.text import tr

# Neither file says a rate. Both tools ask the micro:bit for a sample every 20 ms: CreateAI's recordings of 0.99 s have
# 48 or 49 samples, ML-Machine's of 1.8 s have 92 or 93.
RATE_HZ = 50.0
OURS = "tinylab"  # what TinyLab adds to a recording, so that it comes back as it was
RANGE_G = 2.0
G_PER_COUNT = 0.001  # they keep thousandths of g, so that these counts are the very numbers


def read_gestures(
    file: SourceFile, reading: Reading, signal_of: Callable[[dict[str, Any]], Floats | None]
) -> Iterator[FoundTake]:
    """The recordings of all gestures; one that is damaged is a refusal of its own."""
    content = read_json(file)
    gestures = content.get("data") if isinstance(content, dict) else content
    if not isinstance(gestures, list) or not all(isinstance(each, dict) for each in gestures):
        raise FileError(file.name, tr("{name} is no list of gestures.", name=file.name), tr("Export it again."))
    rate_hz = reading.choices.rate_hz or RATE_HZ
    stated = False
    for gesture in gestures:
        recordings = gesture.get("recordings")
        for number, recording in enumerate(recordings if isinstance(recordings, list) else [], start=1):
            try:
                take = _take(file, gesture, number, recording, signal_of)
            except DataError as error:
                reading.refuse(error, file)
                continue
            stated = stated or not take.rate_hz
            yield take if take.rate_hz else _at(take, rate_hz)
    if stated and not reading.choices.rate_hz:
        reading.remarks.append(tr("{name} says no rate; it was taken for {rate:g} Hz.", name=file.name, rate=rate_hz))


def _at(take: FoundTake, rate_hz: float) -> FoundTake:
    return replace(take, rate_hz=rate_hz)


def _take(
    file: SourceFile, gesture: dict[str, Any], number: int, recording: Any, signal_of: Callable[..., Floats | None]
) -> FoundTake:
    label = tidy(text_in(gesture, "name"))
    values = signal_of(recording) if isinstance(recording, dict) else None
    if values is None:
        raise FileError(
            file.name,
            tr(
                "{name}: recording {number} of “{label}” has no three lists of numbers of the same length.",
                name=file.name,
                number=number,
                label=label[:40],
            ),
            tr("Delete it in the tool that recorded it, or export it again."),
        )
    ours = recording.get(OURS)
    cells = {str(name): str(value) for name, value in ours.items()} if isinstance(ours, dict) else {}
    frame = cells.get("frame", BOARD)
    if frame == RAW:  # it was written in the board's axes
        values = values * [1, -1, 1]
    return FoundTake(
        file.name,
        values,
        label=label,
        subject=tidy(cells.get("subject", "")),
        session=cells.get("session", ""),
        split=split_named(cells.get("split", "")) or label_and_split(file)[1],
        rate_hz=number_in(cells, "rate_hz"),
        unit=G,
        unit_is_sure=True,
        scale=scale_in(cells) if cells else scale_in({"g_per_count": str(G_PER_COUNT), "range_g": str(RANGE_G)}),
        more={
            "frame": frame if frame in FRAMES else BOARD,
            **{name: cells[name] for name in ("board", "sensor") if cells.get(name)},
            **({} if cells else {"board": "micro:bit"}),
        },
    )
