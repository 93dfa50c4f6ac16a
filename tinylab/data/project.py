"""A project: one SQLite file, `name.tinylab`, with takes, edits that can be undone, and runs with their evidence."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.journal import Done, Journal, utc_now
from tinylab.data.editing.take_edits import AddRecordedTake
from tinylab.data.marks import Mark, placed, read_open_row
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import RunStore
from tinylab.data.samples import SampleStore
from tinylab.data.storage.database import Database, connect
from tinylab.data.storage.explain import DATABASE_ERRORS, explain, printable
from tinylab.data.storage.identity import PROJECT_ID, FileIdentity
from tinylab.data.storage.opening import Opened, create_database, make_file, open_database
from tinylab.data.storage.schema import (
    LABELS,
    NAMES,
    OPEN_TAKES,
    PIECES,
    REGIONS,
    SETTINGS,
    TAKES,
    Piece,
    Region,
    Setting,
)
from tinylab.data.takes import TakeWriter, finished_header
from tinylab.data.trash import Trash, TrashContents
from tinylab.errors import DataError
from tinylab.text import tr

SUFFIX = ".tinylab"
_INTERRUPTED = tr("TinyLab was closed before the take was whole.")


class Project:
    """An open project file. All methods may be called from any thread; one at a time is let in."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self.path = path
        self._opened = opened
        self._database = opened.database
        self._closed = False
        self._file: FileIdentity | None = None
        self.samples = SampleStore(self._database)
        self.journal = Journal(self._database, self.samples)
        self._trash = Trash(self._database, self.samples, self.journal)
        self.runs = RunStore(self._database)
        self.problems: tuple[str, ...] = ()  # what of the file could not be read, in sentences

    # --- open and close ---------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path) -> Project:
        """A new, empty project; raises DataError where the file exists already."""
        project = cls(path, create_database(path))
        try:
            with project._database.transaction():
                project._database.insert(SETTINGS, Setting(PROJECT_ID, json.dumps(uuid.uuid4().hex)))
            project._remember_file()
        except BaseException:
            project.close()
            path.unlink(missing_ok=True)
            raise
        return project

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, take_over: bool = False) -> Project:
        """Open a project, and list the takes that a crash left open; see `open_database` for what is refused."""
        project = cls(path, open_database(path, read_only=read_only, take_over=take_over))
        try:
            project._remember_file()
            problems = project.setting("migration_problems", [])
            project.problems = (
                tuple(printable(each, 200) for each in problems[:100]) if isinstance(problems, list) else ()
            )
            if not project.read_only:
                project._finish_interrupted()
        except BaseException:
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
    def tables_read(self) -> frozenset[str]:
        """Of which tables anything was asked since the project was opened; for measuring and testing."""
        return frozenset(self._database.tables_read)

    @property
    def held_elsewhere(self) -> bool:
        """Whether it is read-only because another computer is said to have it; the user may know better."""
        return self._opened.held_elsewhere

    @property
    def copy_of_old(self) -> Path | None:
        """Where the file was kept as it was before this TinyLab brought it to its own version."""
        return self._opened.copy_of_old

    def close(self) -> None:
        """Leave one file behind; may be called twice."""
        if not self._closed:
            self._closed = True
            if self._file is not None and not self.read_only and self._file.missing():
                self._file.disown_log()  # what lies there now is not ours to write
            self._opened.close()

    def save_copy(self, target: Path) -> None:
        """Write the whole project into another file, which must not exist; it is private. This one stays open."""
        if target.exists():
            raise DataError(tr("{name} exists already.", name=target.name), hint=tr("Choose another name."))
        make_file(target)
        try:
            with contextlib.closing(sqlite3.connect(target)) as made:
                self._database.copy_to(made)
                made.execute("PRAGMA journal_mode = DELETE")
            with contextlib.closing(connect(target, read_only=False)) as connection:
                copy = Database(connection, target, NAMES, read_only=False)
                with copy.transaction():  # a copy is a project of its own
                    connection.execute("DELETE FROM settings WHERE name = ?", (PROJECT_ID,))
                    copy.insert(SETTINGS, Setting(PROJECT_ID, json.dumps(uuid.uuid4().hex)))
        except (*DATABASE_ERRORS, DataError) as error:
            for ending in ("", "-journal", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    target.with_name(target.name + ending).unlink(missing_ok=True)
            raise explain(error, target, "written") if isinstance(error, DATABASE_ERRORS) else error from error

    # --- is it still the same file ----------------------------------------------------------------------

    def _remember_file(self) -> None:
        self._database.checkpoint()  # what identifies the file stands in the file itself, not in its log
        try:
            self._file = FileIdentity(self.path, look_inside=self._opened.in_place)
        except OSError as error:
            raise DataError(tr("{name} was deleted while it was opened.", name=self.path.name)) from error

    def missing(self) -> str:
        """Why the file is not the one that was opened (deleted, replaced, overwritten), or nothing."""
        return self._file.missing() if self._file is not None else ""

    # --- reading ----------------------------------------------------------------------------------------

    def headers(self) -> tuple[list[Header], list[str]]:
        """(the headers of all takes, also those in the trash, oldest first; sentences about unreadable ones)."""
        return self._database.each_row(TAKES, "take")

    def header(self, take_id: int) -> Header:
        """One header; raises DataError where there is no such take."""
        found = self._database.rows(TAKES, "id = ?", (take_id,))
        if not found:
            raise DataError(tr("There is no take {take_id} in this project.", take_id=take_id))
        return found[0]

    def recording(self, take_id: int) -> Recording:
        """A take whole; raises DataError where it cannot be read."""
        header, counts = self.header(take_id), self.samples.counts(take_id)
        if header.samples != len(counts):
            raise DataError(
                tr(
                    "Take {take_id} says that it has {samples:,} samples, but it has {count:,}.",
                    take_id=take_id,
                    samples=header.samples,
                    count=len(counts),
                )
            )
        return Recording(header, counts)

    def labels(self) -> list[str]:
        """All labels in a lasting order: a class keeps its place, and so its colour."""
        return [label.name for label in self._database.each_row(LABELS, "label")[0]]

    def regions(self, take_id: int) -> list[Region]:
        """The labelled parts of a take, by where they begin; what cannot be read or lies outside it is left out."""
        samples = self.header(take_id).samples
        found = self._database.each_row(REGIONS, "region", f"take_id = {int(take_id)}")[0]
        inside = [r for r in found if r.start >= 0 and r.count >= 1 and r.start + r.count <= samples]
        return sorted(inside, key=lambda region: (region.start, region.id))

    def all_regions(self) -> dict[int, tuple[Region, ...]]:
        """The regions of every take that has any, in one reading, as they are stored."""
        found: dict[int, list[Region]] = {}
        for region in self._database.each_row(REGIONS, "region")[0]:
            found.setdefault(region.take_id, []).append(region)
        return {take: tuple(sorted(regions, key=lambda r: (r.start, r.id))) for take, regions in found.items()}

    def pieces_text(self, take_id: int) -> str:
        """What a take consists of, as a short text that changes when it is cut or its regions change."""
        return _pieces_text(self.samples.pieces(take_id), self.regions(take_id))

    def all_pieces_texts(self) -> dict[int, str]:
        """The same for every take, in one reading."""
        found: dict[int, list[Piece]] = {}
        for piece in self._database.each_row(PIECES, "piece")[0]:
            found.setdefault(piece.take_id, []).append(piece)
        regions = self.all_regions()
        return {take_id: _pieces_text(pieces, regions.get(take_id, ())) for take_id, pieces in found.items()}

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

    def _finish_take(self, planned: Header, signal_id: int, ended: str, asked: int, marks: Sequence[Mark]) -> Header:
        header = self._listed_take(planned, signal_id, ended, asked, marks)
        if header is None:
            raise DataError(
                tr("Nothing was recorded: no sample arrived."), hint=tr("Check the board, then record again.")
            )
        return header

    def _listed_take(
        self, planned: Header, signal_id: int, ended: str, asked: int, marks: Sequence[Mark]
    ) -> Header | None:
        """The take as it is listed now; None where no sample of it was stored, and then nothing is left of it."""
        header = finished_header(self._database, signal_id, planned, ended, asked)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM open_takes WHERE signal_id = ?", (signal_id,))
            if header is None:
                self.samples.forget([signal_id])
            else:
                regions = placed(marks, [(first, count) for first, _, count in self.samples.layout(signal_id)])
                done = self.journal.do_inside(AddRecordedTake(header, signal_id, regions))
                header = next(change.after for change in done.changes if change.table is TAKES)
        return header

    def _finish_interrupted(self) -> None:
        rows, bad = self._database.each_row(OPEN_TAKES, tr("a take that was being recorded"))
        for row in rows:
            try:
                planned, marks = read_open_row(row)
                self._listed_take(planned, row.signal_id, _INTERRUPTED, planned.asked, marks)
            except DataError as error:
                bad.append(error.message)
        self.problems += tuple(bad)

    # --- the trash --------------------------------------------------------------------------------------

    def trash(self) -> TrashContents:
        """What lies in the trash, what emptying it frees, and which steps of undo would go with it."""
        return self._trash.contents(self.headers()[0])

    def empty_trash(self) -> TrashContents:
        """Remove what lies in the trash for good; returns what it was."""
        with self._database.transaction():
            contents = self.trash()
            self._trash.empty(contents)
        self._database.give_back_space()
        return contents


def _pieces_text(pieces: Iterable[Piece], regions: Iterable[Region]) -> str:
    cuts = [f"{piece.signal_id}:{piece.start}+{piece.count}" for piece in pieces]
    return " ".join(cuts + [f"{region.label}={region.start}+{region.count}" for region in regions])
