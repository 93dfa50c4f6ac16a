"""The tables of a project file, its version, and the check that a file holds these tables and nothing that runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from tinylab.data.recording import Header, Name
from tinylab.data.storage.database import Database
from tinylab.data.storage.explain import printable
from tinylab.data.storage.rows import Most, Table
from tinylab.errors import DataError
from tinylab.text import tr

APPLICATION_ID: Final = 0x54694C62  # "TiLb", so that `file` and we know it from any other SQLite database
SCHEMA_VERSION: Final = 2  # major: PRAGMA user_version; another one is migrated or refused
MINOR_VERSION: Final = 0  # a later minor version only adds tables, which this one leaves alone
MAX_CHUNK_BYTES: Final = 1_000_000
MAX_JSON: Final = 4_000_000  # characters; as Python values they take up to twenty times as much memory
MAX_BLOB_BYTES: Final = 32_000_000
MAX_TFLITE_BYTES: Final = 8_000_000
Json = Annotated[str, Most(MAX_JSON)]
Blob = Annotated[bytes, Most(MAX_BLOB_BYTES)]
Tflite = Annotated[bytes, Most(MAX_TFLITE_BYTES)]
ChunkBytes = Annotated[bytes, Most(MAX_CHUNK_BYTES)]
_MAX_OBJECTS = 1000  # in the schema of a file
_HEADER_BYTES = 100


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the project: anything JSON can hold."""

    name: str
    value: Json


@dataclass(frozen=True, slots=True)
class Label:
    """A class the user records; its number keeps its place and so its colour."""

    id: int
    name: Name


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of stored samples that a take consists of: trimming and splitting change these, never the samples."""

    take_id: int
    position: int  # from 0
    signal_id: int
    start: int  # index of the first stored sample
    count: int


@dataclass(frozen=True, slots=True)
class Region:
    """A labelled part of a take; `start` counts from the take's first sample."""

    id: int
    take_id: int
    label: Name
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Samples in the order in which they were measured; takes refer to stretches of it."""

    id: int
    created_at: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a signal as it arrived."""

    signal_id: int
    first_sample: int  # the board's number, so that a gap stays visible
    time_us: int  # the board's time of that sample
    overruns: int  # the board's counter when the chunk came
    checksum: int  # CRC-32 of `counts`
    counts: ChunkBytes  # little-endian int16 x, y, z


@dataclass(frozen=True, slots=True)
class OpenTake:
    """A take that is being recorded: its samples are in the signal already; a crash leaves it to the next start."""

    signal_id: int
    header: Json  # JSON of the Header it will get


@dataclass(frozen=True, slots=True)
class Entry:
    """An edit that was done."""

    id: int
    created_at: str
    edit: Json  # JSON: kind and arguments
    changes: int  # how many
    undone: int


@dataclass(frozen=True, slots=True)
class StoredChange:
    """What an edit did to one row, so that an edit of any number of rows can be read back one by one."""

    entry_id: int  # of the journal
    position: int  # from 0
    change: Json  # JSON: [table, before or null, after or null]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A training run: what was asked, what came of it, and the networks."""

    id: int
    created_at: str
    settings: Json  # JSON
    outcome: Json  # JSON with a version of its own
    keras: Blob  # the float32 network, .keras
    tflite: Tflite  # the int8 network


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """The test windows of a run and the truth about them."""

    run_id: int
    shape: str  # JSON: [windows, samples, axes]
    take_ids: Blob  # int64, one a window
    starts: Blob  # int64, first sample at the run's rate
    truth: Blob  # int64, class
    windows: Blob  # int16 counts, zlib


@dataclass(frozen=True, slots=True)
class StoredAnswers:
    """What one variant of the network (float32, int8, …) said to the test windows."""

    run_id: int
    variant: str
    probabilities: Blob  # float32, (windows, classes)


SETTINGS = Table("settings", Setting, ("name",))
LABELS = Table("labels", Label)
TAKES = Table("takes", Header)
PIECES = Table("pieces", Piece, ("take_id", "position"))
REGIONS = Table("regions", Region)
SIGNALS = Table("signals", Signal)
CHUNKS = Table("chunks", Chunk, ("signal_id", "first_sample"))
OPEN_TAKES = Table("open_takes", OpenTake, ("signal_id",))
JOURNAL = Table("journal", Entry)
CHANGES = Table("changes", StoredChange, ("entry_id", "position"))
RUNS = Table("runs", StoredRun)
EVIDENCE = Table("evidence", StoredEvidence, ("run_id",))
ANSWERS = Table("answers", StoredAnswers, ("run_id", "variant"))
TABLES: Final[tuple[Table[Any], ...]] = (
    SETTINGS, LABELS, TAKES, PIECES, REGIONS, SIGNALS, CHUNKS, OPEN_TAKES, JOURNAL, CHANGES, RUNS, EVIDENCE, ANSWERS,
)  # fmt: skip
NAMES: Final = frozenset(table.name for table in TABLES)


def create_tables(connection: sqlite3.Connection) -> None:
    """Fill an empty database, in one transaction."""
    statements = ";\n".join(table.create for table in TABLES)
    connection.executescript(
        f"BEGIN; {statements};"
        f" PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    )


def version_of(path: Path) -> int:
    """The major version by the file's first bytes, before SQLite is let near it (sqlite.org/fileformat.html, 1.3).

    Raises DataError where the file is no project, or one of a newer TinyLab.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or not head.startswith(b"SQLite format 3\0"):
        raise DataError(tr("{name} is not a TinyLab project.", name=path.name), hint=tr("Choose another file."))
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise DataError(
            tr("{name} is a database, but not a TinyLab project.", name=path.name), hint=tr("Choose another file.")
        )
    version = int.from_bytes(head[60:64], "big")
    if version > SCHEMA_VERSION:
        raise DataError(
            tr("{name} was written by a newer TinyLab (file version {version}).", name=path.name, version=version),
            hint=tr("Update TinyLab, then open it again."),
        )
    if version < 1:
        raise DataError(tr("{name} has no version, so it is damaged.", name=path.name), hint=tr("Open a copy of it."))
    return version


def check_schema(database: Database, expected: dict[str, str]) -> None:
    """Refuse a file whose tables are not `expected` (name → CREATE TABLE), or that holds anything that would run.

    Tables that a later minor version added are left alone: they are never read and never written.
    """
    file = database.path.name
    found = database.query(f"SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT {_MAX_OBJECTS + 1}")  # noqa: S608
    if len(found) > _MAX_OBJECTS:
        raise DataError(
            tr("{file} holds more than {limit} tables, so it was not opened.", file=file, limit=_MAX_OBJECTS),
            hint=tr("Open a copy that you trust."),
        )
    texts = _texts_of_tables(file, found, expected)
    for table, text in expected.items():
        if " ".join(texts.get(table, "").split()) != " ".join(text.split()):
            raise DataError(
                tr("{file} is damaged: its table “{table}” is not as TinyLab makes it.", file=file, table=table),
                hint=tr("Open a copy of it."),
            )


def _texts_of_tables(file: str, found: Sequence[tuple[Any, ...]], expected: Container[str]) -> dict[str, str]:
    """The CREATE TABLE of each expected table; raises DataError for a trigger, view or index beside them."""
    texts: dict[str, str] = {}
    for kind, name, table, sql in found:
        # SQLite takes upper and lower case in names for the same.
        ours = str(table).lower() in expected or str(name).lower() in expected
        if kind == "table" and str(name) in expected:
            texts[str(name)] = str(sql)
        elif ours and not (kind == "index" and sql is None):
            raise DataError(
                tr(
                    "{file} holds a {kind} “{name}” that TinyLab did not make, so it was not opened.",
                    file=file,
                    kind=printable(kind),
                    name=printable(name),
                ),
                hint=tr("Open a copy that you trust."),
            )
    return texts
