"""A project: one SQLite file, `name.tinylab`. Every edit is one transaction."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tinylab.data import schema
from tinylab.data.recording import Origin, Recording, check_name
from tinylab.data.timing import measure
from tinylab.errors import DataError

SUFFIX = ".tinylab"
_SAMPLE_BYTES = 6  # three axes of 16 bits
_COLUMNS = (
    "label, subject, session, board, sensor, source, split, range_g, rate_asked_hz, rate_hz, jitter_us,"
    " g_per_count, samples, lost, overruns, created_at"
)
_INSERT = f"INSERT INTO recordings ({_COLUMNS}, state) VALUES ({', '.join('?' * 16)}, ?)"  # noqa: S608 - fixed words


@dataclass(frozen=True, slots=True)
class Run:
    """One training run as stored."""

    id: int
    created_at: str
    settings: dict[str, Any]
    outcome: dict[str, Any]
    keras: bytes
    tflite: bytes


class Project:
    """An open project file. All methods may be called from any thread; one at a time is let in."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._closed = False

    @classmethod
    def create(cls, path: Path) -> Project:
        """A new, empty project; raises DataError where the file exists already."""
        if path.exists():
            raise DataError(f"{path.name} exists already.", hint="Open it, or choose another name.")
        return cls._connect(path)

    @classmethod
    def open(cls, path: Path) -> Project:
        """Open a project and close what a crash left open."""
        if not path.is_file():
            raise DataError(f"There is no project {path}.", hint="Check the path, or make a new project.")
        project = cls._connect(path)
        try:
            project._finish_interrupted()
        except DataError:
            project.close()
            raise
        return project

    @classmethod
    def _connect(cls, path: Path) -> Project:
        try:
            connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
        except sqlite3.Error as error:
            raise DataError(f"{path} cannot be opened: {error}.", hint="Check the folder and its rights.") from error
        try:
            schema.prepare(connection)  # first of all: a file that is not ours stays as it is
            # With a write-ahead log a killed program loses nothing that was committed.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as error:
            connection.close()
            raise DataError(
                f"{path.name} is not a TinyLab project, or it is damaged ({error}).",
                hint="Choose another file.",
            ) from error
        except DataError:
            connection.close()
            raise
        return cls(path, connection)

    def close(self) -> None:
        """Forget what was deleted, and leave one file behind."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            with contextlib.suppress(DataError), self._edit() as edit:
                edit.execute("DELETE FROM recordings WHERE deleted")
            with contextlib.suppress(sqlite3.Error):  # another program looks into the file: leave it the log
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.execute("PRAGMA journal_mode = DELETE")
            self._connection.close()

    @contextlib.contextmanager
    def _edit(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise DataError(
                    f"The project could not be written: {error}.",
                    hint="Check the disk's free space and that no other program has the file open.",
                ) from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # the reason why it is rolled back is what counts
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise DataError(
                f"The project could not be read: {error}.", hint="The file is damaged or closed; open a copy of it."
            ) from error

    # --- recordings -------------------------------------------------------------------------------------

    def add(self, recordings: Iterable[Recording]) -> list[int]:
        """Add all of them or none; returns their ids."""
        with self._edit() as edit:
            return [self._insert(edit, recording) for recording in recordings]

    def _insert(self, edit: sqlite3.Connection, recording: Recording) -> int:
        cursor = edit.execute(_INSERT, (*_row(recording), "done"))
        recording_id = int(cursor.lastrowid or 0)
        edit.execute(
            "INSERT INTO chunks VALUES (?, 0, 0, ?, ?)",
            (recording_id, recording.overruns, recording.counts.astype("<i2").tobytes()),
        )
        return recording_id

    def begin(self, recording: Recording) -> int:
        """Open a take; `recording` says what it will be (its counts are not looked at). Returns its id."""
        with self._edit() as edit:
            return int(edit.execute(_INSERT, (*_row(recording)[:12], 0, 0, 0, _now(), "recording")).lastrowid or 0)

    def append(self, recording_id: int, first_sample: int, time_us: int, overruns: int, counts: Any) -> None:
        """Store a piece of an open take; once this returns, a killed program keeps it."""
        blob = np.ascontiguousarray(counts, dtype="<i2").tobytes()
        with self._edit() as edit:
            edit.execute(
                "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)",
                (recording_id, first_sample, time_us, overruns, blob),
            )

    def finish(self, recording_id: int) -> Recording:
        """Close a take: count its samples and losses and measure its rate; raises DataError where it is empty."""
        chunks = self._query(
            "SELECT first_sample, time_us, overruns, counts FROM chunks WHERE recording_id = ? ORDER BY first_sample",
            (recording_id,),
        )
        if not chunks:
            self.discard(recording_id)
            raise DataError(
                "Nothing was recorded: no sample arrived.", hint="Check the board's chip, then record again."
            )
        lengths = [len(blob) // _SAMPLE_BYTES for *_, blob in chunks]
        samples = sum(lengths)
        span = chunks[-1][0] + lengths[-1] - chunks[0][0]
        asked = self._query("SELECT rate_asked_hz FROM recordings WHERE id = ?", (recording_id,))[0][0]
        timing = measure([c[0] for c in chunks], [c[1] for c in chunks], asked)
        with self._edit() as edit:
            edit.execute(
                "UPDATE recordings SET state = 'done', samples = ?, lost = ?, overruns = ?, rate_hz = ?,"
                " jitter_us = ? WHERE id = ?",
                (
                    samples,
                    span - samples,
                    chunks[-1][2] - chunks[0][2],
                    timing.rate_hz,
                    timing.jitter_us,
                    recording_id,
                ),
            )
        return self.recording(recording_id)

    def discard(self, recording_id: int) -> None:
        """Remove a take for good, as when it was cancelled."""
        with self._edit() as edit:
            edit.execute("DELETE FROM recordings WHERE id = ?", (recording_id,))

    def _finish_interrupted(self) -> None:
        for (recording_id,) in self._query("SELECT id FROM recordings WHERE state = 'recording'"):
            with contextlib.suppress(DataError):
                self.finish(recording_id)

    def recording(self, recording_id: int) -> Recording:
        """One recording; raises DataError where there is none of that id."""
        found = self._load("id = ?", (recording_id,))
        if not found:
            raise DataError(f"There is no recording {recording_id} in this project.")
        return found[0]

    def recordings(self) -> list[Recording]:
        """All recordings that are whole and not deleted, oldest first."""
        return self._load("state = 'done' AND NOT deleted")

    def _load(self, condition: str, values: Sequence[Any] = ()) -> list[Recording]:
        rows = self._query(f"SELECT id, {_COLUMNS} FROM recordings WHERE {condition} ORDER BY id", values)  # noqa: S608
        return [self._recording(row) for row in rows]

    def _recording(self, row: tuple[Any, ...]) -> Recording:
        blobs = self._query("SELECT counts FROM chunks WHERE recording_id = ? ORDER BY first_sample", (row[0],))
        samples = b"".join(blob for (blob,) in blobs)
        if len(samples) % _SAMPLE_BYTES:
            raise DataError(f"The samples of recording {row[0]} are damaged.", hint="Open a copy of the project.")
        counts = np.frombuffer(samples, dtype="<i2").reshape(-1, 3).astype(np.int16)
        return Recording(
            id=row[0], label=row[1], subject=row[2], origin=Origin(row[4], row[5], row[3], row[6]), split=row[7],
            range_g=row[8], rate_asked_hz=row[9], rate_hz=row[10], jitter_us=row[11], g_per_count=row[12],
            counts=counts, lost=row[14], overruns=row[15], created_at=row[16],
        )  # fmt: skip

    def set_deleted(self, ids: Sequence[int], deleted: bool) -> None:
        """Hide recordings, or bring them back; what is hidden goes for good when the project is closed."""
        with self._edit() as edit:
            edit.executemany("UPDATE recordings SET deleted = ? WHERE id = ?", [(int(deleted), i) for i in ids])

    def relabel(self, recording_id: int, label: str) -> None:
        """Give a recording another label."""
        check_name("label", label)
        with self._edit() as edit:
            edit.execute("UPDATE recordings SET label = ? WHERE id = ?", (label, recording_id))

    # --- settings and runs ------------------------------------------------------------------------------

    def setting(self, name: str, default: Any = None) -> Any:
        """A stored setting, or `default`."""
        rows = self._query("SELECT value FROM settings WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else default

    def set_setting(self, name: str, value: Any) -> None:
        """Store a setting: anything JSON can hold."""
        with self._edit() as edit:
            edit.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def add_run(self, settings: dict[str, Any], outcome: dict[str, Any], keras: bytes, tflite: bytes = b"") -> int:
        """Store a training run; returns its id."""
        with self._edit() as edit:
            cursor = edit.execute(
                "INSERT INTO runs (created_at, settings, outcome, keras, tflite) VALUES (?, ?, ?, ?, ?)",
                (_now(), json.dumps(settings), json.dumps(outcome), keras, tflite),
            )
            return int(cursor.lastrowid or 0)

    def update_run(self, run_id: int, outcome: dict[str, Any], tflite: bytes) -> None:
        """Store what came of a run after it was trained."""
        with self._edit() as edit:
            edit.execute("UPDATE runs SET outcome = ?, tflite = ? WHERE id = ?", (json.dumps(outcome), tflite, run_id))

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        rows = self._query("SELECT id, created_at, settings, outcome, keras, tflite FROM runs ORDER BY id")
        return [Run(i, at, json.loads(s), json.loads(o), k, t) for i, at, s, o, k, t in rows]


def _row(recording: Recording) -> tuple[Any, ...]:
    origin = recording.origin
    return (
        recording.label, recording.subject, origin.session, origin.board, origin.sensor, origin.source,
        recording.split, recording.range_g, recording.rate_asked_hz, recording.rate_hz, recording.jitter_us,
        recording.g_per_count, recording.samples, recording.lost, recording.overruns,
        recording.created_at or _now(),
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
