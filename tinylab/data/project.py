"""A project: one SQLite file, `name.tinylab`, with takes, edits that can be undone, and runs with their evidence."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.journal import Done, Journal, utc_now
from tinylab.data.editing.take_edits import AddRecordedTake
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import RunStore
from tinylab.data.samples import SampleStore
from tinylab.data.storage.explain import explain
from tinylab.data.storage.opening import Opened, create_database, open_database
from tinylab.data.storage.schema import LABELS, OPEN_TAKES, PIECES, REGIONS, SETTINGS, TAKES, Region, Setting
from tinylab.data.takes import TakeWriter, finished_header, planned_header
from tinylab.errors import DataError

SUFFIX = ".tinylab"
_PROJECT_ID = "project_id"
_INTERRUPTED = "TinyLab was closed before the take was whole."


@dataclass(frozen=True, slots=True)
class TrashContents:
    """What emptying the trash would do."""

    takes: tuple[Header, ...]
    bytes_freed: int
    steps: tuple[str, ...]  # of undo and redo, which go with it


class Project:
    """An open project file. All methods may be called from any thread; one at a time is let in."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self.path = path
        self._opened = opened
        self._database = opened.database
        self._closed = False
        self.samples = SampleStore(self._database)
        self.journal = Journal(self._database, self.samples)
        self.runs = RunStore(self._database)
        self.problems: tuple[str, ...] = ()  # what of the file could not be read, in sentences

    # --- open and close ---------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path) -> Project:
        """A new, empty project; raises DataError where the file exists already."""
        project = cls(path, create_database(path))
        with project._database.transaction():
            project._database.insert(SETTINGS, Setting(_PROJECT_ID, json.dumps(uuid.uuid4().hex)))
        project._remember_file()
        return project

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Project:
        """Open a project, and list the takes that a crash left open; see `open_database` for what is refused."""
        project = cls(path, open_database(path, read_only=read_only))
        try:
            project._remember_file()
            problems = project.setting("migration_problems", [])
            project.problems = tuple(map(str, problems)) if isinstance(problems, list) else ()
            if not project.read_only:
                project._finish_interrupted()
        except DataError:
            project.close()
            raise
        return project

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed."""
        return self._database.read_only

    @property
    def read_only_because(self) -> str:
        """Why nothing can be changed, as a sentence; empty where it can."""
        return self._opened.read_only_because

    @property
    def copy_of_old(self) -> Path | None:
        """Where the file was kept as it was before this TinyLab brought it to its own version."""
        return self._opened.copy_of_old

    def close(self) -> None:
        """Leave one file behind; may be called twice."""
        if not self._closed:
            self._closed = True
            self._opened.close()

    def save_copy(self, target: Path) -> None:
        """Write the whole project into another file, which must not exist; the open one stays open."""
        if target.exists():
            raise DataError(f"{target.name} exists already.", hint="Choose another name.")
        try:
            with contextlib.closing(sqlite3.connect(target)) as copy:
                self._database.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                # A copy is a project of its own.
                copy.execute(
                    "UPDATE settings SET value = ? WHERE name = ?", (json.dumps(uuid.uuid4().hex), _PROJECT_ID)
                )
                copy.commit()
        except sqlite3.Error as error:
            target.unlink(missing_ok=True)
            raise explain(error, target, "written") from error

    # --- is it still the same file ----------------------------------------------------------------------

    def _remember_file(self) -> None:
        status = self.path.stat()
        self._file = (status.st_dev, status.st_ino)
        self._identity = self.setting(_PROJECT_ID)

    def missing(self) -> str:
        """Why the file is not the one that was opened (deleted, replaced, overwritten), as a sentence; empty if it is."""
        try:
            status = os.stat(self.path)
        except OSError:
            return f"{self.path.name} is gone: it was deleted or moved while it was open."
        if (status.st_dev, status.st_ino) != self._file:
            return f"{self.path.name} was replaced by another file while it was open."
        try:
            with contextlib.closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as look:
                found = look.execute("SELECT value FROM settings WHERE name = ?", (_PROJECT_ID,)).fetchall()
        except sqlite3.OperationalError as error:
            return "" if "locked" in str(error) or "unable to open" in str(error) else self._overwritten()
        except sqlite3.Error:
            return self._overwritten()
        return "" if found and json.loads(found[0][0]) == self._identity else self._overwritten()

    def _overwritten(self) -> str:
        return f"{self.path.name} was overwritten while it was open."

    # --- reading ----------------------------------------------------------------------------------------

    def headers(self) -> tuple[list[Header], list[str]]:
        """(the headers of all takes, also those in the trash, oldest first; sentences about unreadable ones)."""
        return self._database.each_row(TAKES, "take")

    def header(self, take_id: int) -> Header:
        """One header; raises DataError where there is no such take."""
        found = self._database.rows(TAKES, "id = ?", (take_id,))
        if not found:
            raise DataError(f"There is no take {take_id} in this project.")
        return found[0]

    def recording(self, take_id: int) -> Recording:
        """A take whole; raises DataError where it cannot be read."""
        return Recording(self.header(take_id), self.samples.counts(take_id))

    def labels(self) -> list[str]:
        """All labels in a lasting order: a class keeps its place, and so its colour."""
        return [label.name for label in self._database.each_row(LABELS, "label")[0]]

    def regions(self, take_id: int) -> list[Region]:
        """The labelled parts of a take."""
        return self._database.rows(REGIONS, "take_id = ?", (take_id,), order="start, id")

    def pieces_text(self, take_id: int) -> str:
        """What a take consists of, as a short text that changes when it is cut."""
        return " ".join(f"{p.signal_id}:{p.start}+{p.count}" for p in self.samples.pieces(take_id))

    def all_pieces_texts(self) -> dict[int, str]:
        """The same for every take, in one reading."""
        found: dict[int, str] = {}
        for piece in self._database.each_row(PIECES, "piece")[0]:
            text = f"{piece.signal_id}:{piece.start}+{piece.count}"
            found[piece.take_id] = f"{found[piece.take_id]} {text}" if piece.take_id in found else text
        return found

    def setting(self, name: str, default: Any = None) -> Any:
        """A stored setting, or `default`, also where the stored one is damaged."""
        try:
            found = self._database.rows(SETTINGS, "name = ?", (name,))
            return json.loads(found[0].value) if found else default
        except (DataError, ValueError, RecursionError):
            return default

    # --- changing ---------------------------------------------------------------------------------------

    def do(self, edit: Edit) -> Done:
        """Carry an edit out; raises DataError where it cannot be, and then nothing has changed."""
        return self.journal.do(edit)

    def undo(self) -> Done | None:
        """Take the last edit back."""
        return self.journal.undo()

    def redo(self) -> Done | None:
        """Do again what was taken back last."""
        return self.journal.redo()

    def begin_take(self, header: Header) -> TakeWriter:
        """Open a take that will be recorded; raises DataError where the file cannot be written."""
        planned = header.with_changes(created_at=header.created_at or utc_now())
        return TakeWriter(self._database, self.samples, planned, self._finish_take)

    def _finish_take(self, planned: Header, signal_id: int, ended: str, asked: int) -> Header:
        header = finished_header(self._database, signal_id, planned, ended, asked)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM open_takes WHERE signal_id = ?", (signal_id,))
            if header is None:
                self.samples.forget([signal_id])
            else:
                done = self.journal.do_inside(AddRecordedTake(header, signal_id))
                header = next(change.after for change in done.changes if change.table is TAKES)
        if header is None:
            raise DataError("Nothing was recorded: no sample arrived.", hint="Check the board, then record again.")
        return header

    def _finish_interrupted(self) -> None:
        rows, bad = self._database.each_row(OPEN_TAKES, "a take that was being recorded")
        for row in rows:
            try:
                planned = planned_header(row)
                self._finish_take(planned, row.signal_id, _INTERRUPTED, planned.asked)
            except DataError as error:
                bad.append(error.message)
        self.problems += tuple(bad)

    # --- the trash --------------------------------------------------------------------------------------

    def trash(self) -> TrashContents:
        """What lies in the trash, what emptying it frees, and which steps of undo would go with it."""
        takes = [take for take in self.headers()[0] if take.trashed]
        ids = [take.id for take in takes]
        freed = sum(self._bytes_of(signal) for signal in self._only_in(ids))
        return TrashContents(tuple(takes), freed, tuple(self.journal.texts(self.journal.steps_that_need(ids))))

    def empty_trash(self) -> TrashContents:
        """Remove what lies in the trash for good; returns what it was."""
        contents = self.trash()
        ids = [take.id for take in contents.takes]
        with self._database.transaction() as connection:
            signals = self._only_in(ids)
            self.journal.forget(self.journal.steps_that_need(ids))
            for take_id in ids:
                for place in ("takes WHERE id", "pieces WHERE take_id", "regions WHERE take_id"):
                    connection.execute(f"DELETE FROM {place} = ?", (take_id,))
            self.samples.forget(signals)
        with contextlib.suppress(sqlite3.Error):  # the space is free inside the file in any case
            self._database.connection.execute("PRAGMA incremental_vacuum").fetchall()
        return contents

    def _only_in(self, take_ids: Sequence[int]) -> list[int]:
        """The signals that no other take uses."""
        wanted = set(take_ids)
        uses: dict[int, set[int]] = {}
        for piece in self._database.each_row(PIECES, "piece")[0]:
            uses.setdefault(piece.signal_id, set()).add(piece.take_id)
        return [signal for signal, takes in uses.items() if takes <= wanted]

    def _bytes_of(self, signal_id: int) -> int:
        sizes = self._database.query(
            "SELECT coalesce(sum(length(counts)), 0) FROM chunks WHERE signal_id = ?", (signal_id,)
        )
        return int(sizes[0][0])
