"""Edge Impulse's data acquisition files, JSON and CBOR: one recording each, with the label beside it or in its name.

Sources: docs.edgeimpulse.com, "Data acquisition format" (protected, signature, payload with device_name, device_type,
interval_ms, sensors, values; alg none is allowed) and "structured labels"; github.com/edgeimpulse/edge-impulse-cli,
shared/bounding-box-file-types.ts (info.labels: version, files with path, category, label, metadata; of a multi-label
startIndex and endIndex count samples, the last one belongs to it, and every sample has a label). The uploader takes the
part of a file's name before the first dot for the label. The signature is not looked at: it proves nothing to us.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import MAX_NAME, tidy
from tinylab.exchange.cbor_data import read_cbor
from tinylab.exchange.columns import find_axes, split_named
from tinylab.exchange.csv_index import scale_in
from tinylab.exchange.file_labels import label_and_split
from tinylab.exchange.found import FileError, Floats, FoundTake
from tinylab.exchange.json_data import number_in, numbers_of, read_json, text_in
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.take_table import overlap, region_cells
from tinylab.exchange.units import METRES, Unit, unit_named
from tinylab.exchange.writing import Exported, Exporting, WrittenTake, in_new_folder
from tinylab.text import tr

TITLE = tr("Edge Impulse acquisition files (JSON, CBOR)")
ENDINGS = (".json", ".cbor")
WRITES_FOLDER = True
INFO: Final = "info.labels"
STRUCTURED: Final = "structured_labels.labels"
_CATEGORIES: Final = {"train": "training", "validation": "validation", "test": "testing", "": "training"}
_REST: Final = "unlabelled"  # every sample must have a label there
Json = dict[str, Any]


def sniff(file: SourceFile) -> int:
    """How sure it is that this is an acquisition file."""
    if file.ending == ".cbor":
        return 70
    head = file.head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if not head.startswith(b"{"):
        return 0
    return 80 if b'"payload"' in head or b'"protected"' in head else 0


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The one take of a file."""
    content = read_cbor(file) if file.ending == ".cbor" else read_json(file)
    payload = content.get("payload") if isinstance(content, dict) else None
    if not isinstance(payload, dict):
        raise _bad(file, tr("{name} has no payload.", name=file.name))
    values, unit = _acceleration(file, payload)
    known = _known_of(file, reading)
    label, split = label_and_split(file)
    label, parts = _labels(file, known, label, len(values))
    metadata = known.get("metadata") if isinstance(known.get("metadata"), dict) else {}
    assert isinstance(metadata, dict)
    cells = {str(name): str(value) for name, value in metadata.items()}
    yield FoundTake(
        file.name,
        values,
        label=label,
        subject=tidy(cells.get("subject", "")),
        session=cells.get("session", ""),
        split=split_named(cells.get("split", text_in(known, "category"))) or ("" if "split" in cells else split),
        rate_hz=number_in(cells, "rate_hz") or _rate(file, payload),
        unit=unit,
        scale=scale_in(cells),
        parts=parts,
        more={
            **{name: cells[name] for name in ("frame", "board", "sensor") if cells.get(name)},
            **({} if cells.get("board") else {"board": text_in(payload, "device_type")[:MAX_NAME]}),
        },
    )


def _bad(file: SourceFile, message: str) -> FileError:
    return FileError(file.name, message, tr("Export it again."))


def _rate(file: SourceFile, payload: Json) -> float:
    interval_ms = number_in(payload, "interval_ms")
    if not interval_ms:
        raise _bad(file, tr("{name} has no interval_ms.", name=file.name))
    return 1000 / interval_ms


def _acceleration(file: SourceFile, payload: Json) -> tuple[Floats, Unit | None]:
    """(the three axes, the unit that the file states)."""
    sensors = payload.get("sensors")
    names = [text_in(sensor, "name") for sensor in sensors] if isinstance(sensors, list) else []
    axes, _ = find_axes(names)
    if axes is None and len(names) == 3:
        axes = (0, 1, 2)
    if axes is None:
        raise _bad(file, tr("{name} has no three axes of acceleration.", name=file.name))
    table = numbers_of(payload.get("values"))
    if table is None or table.ndim != 2 or table.shape[1] != len(names):
        message = tr("{name}: its values are no rows of {count} numbers.", name=file.name, count=len(names))
        raise _bad(file, message)
    assert isinstance(sensors, list)
    return table[:, axes], unit_named(text_in(sensors[axes[0]], "units"))


# --- labels beside the file -------------------------------------------------------------------------------


def _known_of(file: SourceFile, reading: Reading) -> Json:
    """What info.labels or structured_labels.labels says of a file."""
    name = file.path.name
    info = file.beside(INFO)
    if info is not None:
        known = _kept(info, reading, "files")
        entries = known if isinstance(known, list) else []
        table = reading.kept.setdefault(
            info.path / "by name",
            {Path(text_in(entry, "path")).name: entry for entry in entries if isinstance(entry, dict)},
        )
        found: Json = table.get(name, {})
        return found
    structured = file.beside(STRUCTURED)
    if structured is not None:
        labels = _kept(structured, reading, "structuredLabels")
        if isinstance(labels, dict) and name in labels:
            return {"label": {"type": "multi-label", "labels": labels[name]}}
    return {}


def _kept(file: SourceFile, reading: Reading, name: str) -> Any:
    if file.path not in reading.kept:
        content = read_json(file)
        reading.kept[file.path] = content.get(name) if isinstance(content, dict) else None
    return reading.kept[file.path]


def _labels(file: SourceFile, known: Json, fallback: str, samples: int) -> tuple[str, tuple[Part, ...]]:
    """(the label of the whole take, its labelled parts)."""
    label = known.get("label")
    if isinstance(label, str):
        return tidy(label), ()
    kind = text_in(label, "type")
    if kind == "label":
        return tidy(text_in(label, "label")), ()
    if kind == "unlabeled":
        return "", ()
    if kind != "multi-label":
        return fallback, ()
    entries = label.get("labels") if isinstance(label, dict) else None
    parts = tuple(_part(file, entry, samples) for entry in entries) if isinstance(entries, list) else ()
    metadata = known.get("metadata")
    own = metadata.get("label") if isinstance(metadata, dict) else None
    if isinstance(own, str):  # TinyLab wrote it: the rest has no label
        return tidy(own), tuple(part for part in parts if part.label != _REST)
    names = {part.label for part in parts}
    return (names.pop(), ()) if len(names) == 1 else ("", parts)


def _part(file: SourceFile, entry: Any, samples: int) -> Part:
    first, last = (entry.get(name) if isinstance(entry, dict) else None for name in ("startIndex", "endIndex"))
    label = tidy(text_in(entry, "label"))
    if type(first) is not int or type(last) is not int or not 0 <= first <= last < samples or not label:
        raise _bad(file, tr("{name}: a label lies outside its {count} samples.", name=file.name, count=samples))
    return Part(label, first, last - first + 1)


# --- writing ----------------------------------------------------------------------------------------------


def write(project: Project, folder: Path, exporting: Exporting) -> Exported:
    """A new folder with an unsigned JSON file for each take, and info.labels with what Edge Impulse asks of them."""
    with in_new_folder(folder) as partial:
        entries = []
        for take in exporting.takes(project):
            name = f"{_name(take.header.label)}.take {take.header.id}.json"
            (partial / name).write_text(json.dumps(_acquisition(take), ensure_ascii=False), encoding="utf-8")
            entries.append(_entry(take, name))
            exporting.overlapping += overlap(take.parts)
        info = json.dumps({"version": 1, "files": entries}, ensure_ascii=False, indent=1)
        (partial / INFO).write_text(info, encoding="utf-8")
        exporting.remark_on_gaps()
        exporting.remark_on_overlaps()
        exporting.write_problems(partial)
    return exporting.exported(folder)


def _name(label: str) -> str:
    """A label as the beginning of a file's name: the uploader takes what stands before the first dot."""
    kept = "".join(sign if sign.isalnum() or sign in "-_ " else "_" for sign in label)[:60].strip()
    return kept or _REST


def _acquisition(take: WrittenTake) -> Json:
    header = take.header
    values = take.numbers(METRES.in_one_g)
    return {
        "protected": {"ver": "v1", "alg": "none"},
        "signature": "",
        "payload": {
            "device_type": header.board or "TinyLab",
            "interval_ms": 1000 / header.rate_hz,
            "sensors": [{"name": f"acc{axis}", "units": "m/s2"} for axis in "XYZ"],
            "values": values,
        },
    }


def _entry(take: WrittenTake, name: str) -> Json:
    header = take.header
    label: Json = {"type": "label", "label": header.label} if header.label else {"type": "unlabeled"}
    metadata = {
        "rate_hz": repr(header.rate_hz), "g_per_count": repr(header.g_per_count), "range_g": repr(header.range_g),
        "subject": header.subject, "session": header.session, "split": header.split,
        "frame": header.frame, "board": header.board, "sensor": header.sensor,
    }  # fmt: skip
    if take.parts:
        label = {"type": "multi-label", "labels": _multi_label(take.parts, header.samples)}
        metadata["label"] = header.label
    category = _CATEGORIES[header.split]
    return {"path": name, "category": category, "label": label, "metadata": metadata}


def _multi_label(parts: Sequence[Part], samples: int) -> list[Json]:
    """One label for every sample."""
    labels, numbers = region_cells(parts, samples)
    found: list[Json] = []
    for at, (label, number) in enumerate(zip(labels, numbers, strict=True)):
        if at and numbers[at - 1] == number:
            found[-1]["endIndex"] = at
        else:
            found.append({"startIndex": at, "endIndex": at, "label": label or _REST})
    return found
