"""A file of version 1 becomes one of version 2: read row by row into a new file, which then takes its place."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from tinylab.data.frames import AS_IMPORTED, RAW
from tinylab.data.recording import MAX_TAKE_SAMPLES, Header, described
from tinylab.data.storage.database import Database, connect
from tinylab.data.storage.explain import DATABASE_ERRORS, explain, printable
from tinylab.data.storage.identity import PROJECT_ID
from tinylab.data.storage.kept_copy import copy_whole, free_copy_name
from tinylab.data.storage.private_file import make_private_file
from tinylab.data.storage.schema import (
    CHUNKS,
    LABELS,
    NAMES,
    OPEN_TAKES,
    PIECES,
    RUNS,
    SETTINGS,
    SIGNALS,
    TAKES,
    Label,
    OpenTake,
    Piece,
    Setting,
    Signal,
    StoredRun,
    check_schema,
    create_tables,
)  # fmt: skip
from tinylab.data.storage.version1 import VERSION_1
from tinylab.errors import DataError
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr

_FIELDS = (
    "label", "subject", "session", "board", "sensor", "source", "split", "range_g", "rate_asked_hz", "rate_hz",
    "jitter_us", "g_per_count", "lost", "overruns", "created_at",
)  # fmt: skip
_SAMPLE_BYTES = 6
_MAX_CHUNK_SAMPLES = 100_000
_PROBLEMS = "migration_problems"


def migrate_in_place(path: Path) -> Path:
    """Bring a project to version 2; returns the copy `name (before 2).tinylab` that was kept. Raises DataError."""
    kept = free_copy_name(path)
    partial = path.with_name(f".{path.name}.part")  # of its own: we hold the owner's lock
    try:
        partial.unlink(missing_ok=True)  # a program that was killed left it
        make_private_file(partial)
        copy_whole(path, partial)
        shutil.copymode(path, partial)
        partial.replace(kept)
        try:
            make_private_file(partial)
            migrated_copy(path, partial)
            shutil.copymode(path, partial)
            partial.replace(path)
        except BaseException:
            kept.unlink(missing_ok=True)  # the file is as it was
            raise
    except OSError as error:
        raise DataError(
            tr(
                "{name} is of an older TinyLab and could not be brought to this one: {strerror}.",
                name=path.name,
                strerror=error.strerror,
            ),
            hint=tr("Check the folder's rights and the disk's free space."),
        ) from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                partial.with_name(partial.name + ending).unlink(missing_ok=True)
    return kept


def migrated_copy(path: Path, target: Path) -> None:
    """Write what a project of version 1 holds into a new file of version 2. The old file is only read."""
    folder = TemporaryFolder("migration")
    try:
        old = folder.path / "old.sqlite"
        for ending in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(path.with_name(path.name + ending), old.with_name(old.name + ending))
        with contextlib.closing(connect(old, read_only=False)) as source:
            reader = Database(source, path, frozenset(VERSION_1), read_only=True)
            check_schema(reader, VERSION_1)
            with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as made:
                made.execute("PRAGMA auto_vacuum = INCREMENTAL")
                create_tables(made)
                writer = Database(made, path, NAMES, read_only=False)
                with writer.transaction():
                    _Migration(reader, writer).run()
    except DATABASE_ERRORS as error:
        raise explain(error, path, "read") from error
    finally:
        folder.remove()


class _Migration:
    """Reads each old row on its own: a bad one is named and costs one row."""

    def __init__(self, old: Database, new: Database) -> None:
        self._old, self._new = old, new
        self._problems: list[str] = []
        self._extra_labels: list[str] = []

    def run(self) -> None:
        """Everything, in an order in which labels keep their places and so their colours."""
        self._settings()
        labels: dict[str, None] = {}
        for take_id in self._ids("recordings"):
            label = self._one("recordings", take_id, self._take)
            if label:
                labels[label] = None
        for name in [*labels, *(name for name in self._extra_labels if name not in labels)]:
            self._new.insert(LABELS, Label(0, name))
        for run_id in self._ids("runs"):
            self._one("runs", run_id, self._run)
        self._new.insert(SETTINGS, Setting(PROJECT_ID, json.dumps(uuid.uuid4().hex)))
        if self._problems:
            self._new.insert(SETTINGS, Setting(_PROBLEMS, json.dumps(self._problems)))

    def _ids(self, table: str) -> list[int]:
        found, broken = self._old.ids(table)
        self._problems += [broken] if broken else []
        return found

    def _one(self, table: str, number: int, work: Callable[[int], str]) -> str:
        self._new.connection.execute("SAVEPOINT row")
        try:
            return work(number)
        except (DataError, ValueError, TypeError, OverflowError, RecursionError, sqlite3.IntegrityError) as error:
            what = "take" if table == "recordings" else "run"
            reason = error.message if isinstance(error, DataError) else printable(error, 100)
            self._problems.append(
                tr("{what} {number} cannot be read: {names}.", what=what, number=number, names=reason.rstrip("."))
            )
            self._new.connection.execute("ROLLBACK TO row")
            return ""
        finally:
            self._new.connection.execute("RELEASE row")

    def _settings(self) -> None:
        rows, bad = self._old.each_row(SETTINGS, "setting")
        self._problems += bad
        for row in rows:
            try:
                value = json.loads(row.value)
            except (ValueError, RecursionError):
                self._problems.append(tr("The setting {printable} cannot be read.", printable=printable(row.name)))
                continue
            if row.name == "labels":
                names = value if isinstance(value, list) else []
                self._extra_labels = [name for name in dict.fromkeys(map(str, names)) if _is_label(name)]
            elif row.name not in (PROJECT_ID, _PROBLEMS):
                self._new.insert(SETTINGS, row)

    def _row(self, sql: str, number: int) -> tuple[Any, ...]:
        found = self._old.query(sql, (number,))
        if not found:
            raise DataError(tr("it is not where it should be"))
        return found[0]

    def _take(self, take_id: int) -> str:
        """Returns its label where the take is in use."""
        columns = ", ".join((*_FIELDS, "state", "deleted"))
        row = self._row(f"SELECT {columns} FROM recordings WHERE id = ?", take_id)  # noqa: S608
        plain = dict(zip((*_FIELDS, "state", "deleted"), row, strict=True))
        running = plain.pop("state") == "recording"
        trashed = bool(plain.pop("deleted"))
        lost, overruns = plain["lost"], plain["overruns"]
        frame = RAW if plain["source"] == "board" else AS_IMPORTED
        values = {**TAKES.plain(Header("label", "", 1.0, 1.0, 0)), **plain, "id": take_id, "frame": frame}
        values["trashed_at"] = str(plain["created_at"]) or "before 2" if trashed else ""
        # Version 1 counted what the sensor overwrote twice: the sample numbers have a gap there as well.
        values["lost"], values["overruns"] = lost, min(overruns, lost)
        if running:
            values.update(rate_hz=float(plain["rate_asked_hz"]) or 1.0, lost=0, overruns=0)
        header = TAKES.from_plain(values)
        counts = self._signal(take_id, header.created_at)
        if running:
            self._new.insert(OPEN_TAKES, OpenTake(take_id, json.dumps(TAKES.plain(header))))
            return header.label
        if not len(counts):
            raise DataError(tr("it has no samples"))
        asked = len(counts) + lost if frame == RAW else 0
        header = described(header.with_changes(asked=asked), counts)
        self._new.insert(TAKES, header)
        self._new.insert(PIECES, Piece(take_id, 0, take_id, 0, header.samples))
        return "" if trashed else header.label

    def _signal(self, take_id: int, created_at: str) -> np.ndarray:
        """Copy the samples of a take as signal of the same number; returns them, shape (samples, 3)."""
        ((size,),) = self._old.query("SELECT total(length(counts)) FROM chunks WHERE recording_id = ?", (take_id,))
        if size > MAX_TAKE_SAMPLES * _SAMPLE_BYTES:
            raise DataError(tr("it is larger than any take"))
        rows = self._old.query(
            "SELECT first_sample, time_us, overruns, counts FROM chunks WHERE recording_id = ? ORDER BY first_sample",
            (take_id,),
        )
        self._new.insert(SIGNALS, Signal(take_id, created_at))
        blobs = []
        for first, time_us, overruns, blob in rows:
            if not isinstance(blob, bytes) or len(blob) % _SAMPLE_BYTES or not len(blob):
                self._problems.append(
                    tr(
                        "take {take_id}: the samples from number {first} on are damaged and were left out.",
                        take_id=take_id,
                        first=first,
                    )
                )
                continue
            for start in range(0, len(blob), _MAX_CHUNK_SAMPLES * _SAMPLE_BYTES):
                piece = blob[start : start + _MAX_CHUNK_SAMPLES * _SAMPLE_BYTES]
                chunk = [take_id, first + start // _SAMPLE_BYTES, time_us, overruns, crc32(piece), piece]
                self._new.insert(CHUNKS, CHUNKS.read(chunk))
            blobs.append(blob)
        return np.frombuffer(b"".join(blobs), "<i2").reshape(-1, 3).astype(np.int16, copy=False)

    def _run(self, run_id: int) -> str:
        stored: StoredRun = RUNS.read(self._row(f"{RUNS.select} WHERE id = ?", run_id))
        for text in (stored.settings, stored.outcome):
            if not isinstance(json.loads(text), dict):
                raise DataError(tr("its JSON is no object"))
        self._new.insert(RUNS, stored)
        return ""


def _is_label(name: str) -> bool:
    return bool(name.strip()) and len(name) <= 300 and "\0" not in name
