"""The journal: every edit with what it changed, so that it can be undone and redone, also after closing or a crash."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.label_edits import SetSetting
from tinylab.data.editing.take_edits import AddRecordedTake, AddTakes
from tinylab.data.editing.writer import EditWriter, RowChange, changes_from_json, changes_to_json, put_row
from tinylab.data.samples import SampleStore
from tinylab.data.storage.database import Database
from tinylab.data.storage.schema import JOURNAL, PIECES, TAKES, Entry
from tinylab.errors import DataError

_ADDS_SAMPLES = (AddTakes.kind, AddRecordedTake.kind)


@dataclass(frozen=True, slots=True)
class Done:
    """What an edit, an undo or a redo has changed."""

    text: str
    changes: tuple[RowChange, ...]


class Journal:
    """Carries edits out and takes them back; each is one transaction together with its row in the journal."""

    def __init__(self, database: Database, samples: SampleStore) -> None:
        self._database, self._samples = database, samples
        self._joinable = 0  # the entry that the next change of the same setting may join

    @property
    def undo_text(self) -> str:
        """What Undo would take back; empty where there is nothing."""
        return _text_of(self._next_undo())

    @property
    def redo_text(self) -> str:
        """What Redo would do again; empty where there is nothing."""
        return _text_of(self._next_redo())

    def do(self, edit: Edit) -> Done:
        """Carry an edit out; raises DataError where it cannot be, and then nothing has changed."""
        with self._database.transaction():
            return self.do_inside(edit)

    def do_inside(self, edit: Edit) -> Done:
        """The same inside a transaction that has begun."""
        now = utc_now()
        writer = EditWriter(self._database, self._samples, now)
        edit.carry_out(writer)
        if writer.changes:
            self._forget_undone()
            if not self._joins_last(edit, writer.changes):
                text = json.dumps(edit.plain(), ensure_ascii=False)
                number = self._database.insert(JOURNAL, Entry(0, now, text, changes_to_json(writer.changes), 0))
                self._joinable = number if isinstance(edit, SetSetting) and edit.joins else 0
        return Done(edit.text, tuple(writer.changes))

    def end_joining(self) -> None:
        """Something was done with the settings as they are: the next change of one is a step of its own."""
        self._joinable = 0

    def undo(self) -> Done | None:
        """Take the last edit back; None where there is nothing to undo."""
        with self._database.transaction():
            return self._apply(self._next_undo(), undone=1)

    def redo(self) -> Done | None:
        """Do again what was taken back last; None where there is nothing to redo."""
        with self._database.transaction():
            return self._apply(self._next_redo(), undone=0)

    def _apply(self, entry: Entry | None, *, undone: int) -> Done | None:
        self._joinable = 0
        if entry is None:
            return None
        try:
            changes = changes_from_json(entry.changes)
        except DataError as error:
            raise DataError(
                f"Step {entry.id} of the history cannot be read: {error.message}.",
                hint="Undo no further in this project.",
            ) from error
        if undone:
            changes = [change.inverse for change in reversed(changes)]
        for change in changes:
            put_row(self._database, change)
        self._database.connection.execute("UPDATE journal SET undone = ? WHERE id = ?", (undone, entry.id))
        return Done(_text_of(entry), tuple(changes))

    def _next_undo(self) -> Entry | None:
        return self._first("undone = 0", "id DESC")

    def _next_redo(self) -> Entry | None:
        return self._first("undone = 1", "id")

    def _first(self, condition: str, order: str) -> Entry | None:
        found = self._database.rows(JOURNAL, condition, order=f"{order} LIMIT 1")
        return found[0] if found else None

    def _joins_last(self, edit: Edit, changes: Sequence[RowChange]) -> bool:
        """A setting that is dragged along is one step of undo: its last change joins the one before."""
        last = self._next_undo()
        if not isinstance(edit, SetSetting) or not edit.joins or last is None or last.id != self._joinable:
            return False
        before = json.loads(last.edit)
        if (before.get("kind"), before.get("name")) != (edit.kind, edit.name):
            return False
        earlier = changes_from_json(last.changes)
        joined = [RowChange(changes[0].table, earlier[0].before, changes[-1].after)]
        if joined[0].before is None and joined[0].after is None:
            return False
        self._database.connection.execute(
            "UPDATE journal SET edit = ?, changes = ? WHERE id = ?",
            (json.dumps(edit.plain(), ensure_ascii=False), changes_to_json(joined), last.id),
        )
        return True

    # --- what can no longer come back -------------------------------------------------------------------

    def _forget_undone(self) -> None:
        """A new edit ends what could be redone; samples that only a redo would have shown again go with it."""
        undone = self._database.rows(JOURNAL, "undone = 1")
        if undone:
            self._samples.forget([signal for entry in undone for signal in _added_signals(entry)])
            self._database.connection.execute("DELETE FROM journal WHERE undone = 1")

    def steps_that_need(self, take_ids: Sequence[int]) -> list[Entry]:
        """The steps of undo and redo that could not be taken any more if these takes were gone for good."""
        wanted = set(take_ids)
        touching = [
            entry.id for entry in self._database.rows(JOURNAL) if wanted & _take_ids(changes_from_json(entry.changes))
        ]
        # Undo goes back one by one, so with one step all the earlier ones go, too; redo likewise is cut off.
        last = max(touching, default=0)
        if not last:
            return []
        return [entry for entry in self._database.rows(JOURNAL) if entry.id <= last or entry.undone]

    def clear(self) -> None:
        """Forget every step: what is there now is the beginning."""
        with self._database.transaction():
            self.forget(self._database.rows(JOURNAL))

    def texts(self, entries: Sequence[Entry]) -> list[str]:
        """The sentences of steps."""
        return [_text_of(entry) for entry in entries]

    def forget(self, entries: Sequence[Entry]) -> None:
        """Remove steps; inside a transaction."""
        for entry in entries:
            if entry.undone:
                self._samples.forget(_added_signals(entry))
            self._database.connection.execute("DELETE FROM journal WHERE id = ?", (entry.id,))


def _text_of(entry: Entry | None) -> str:
    if entry is None:
        return ""
    try:
        text = json.loads(entry.edit).get("text", "")
    except (ValueError, AttributeError):
        text = ""
    return str(text) or f"step {entry.id}"


def _added_signals(entry: Entry) -> list[int]:
    if json.loads(entry.edit).get("kind") not in _ADDS_SAMPLES:
        return []
    return [c.after.signal_id for c in changes_from_json(entry.changes) if c.table is PIECES and c.after is not None]


def _take_ids(changes: Sequence[RowChange]) -> set[int]:
    found = set()
    for change in changes:
        found.add(change.row.id if change.table is TAKES else getattr(change.row, "take_id", 0))
    return found


def utc_now() -> str:
    """Now, as the project stores it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
