"""The journal: every edit with what it changed, so that it can be undone and redone, also after closing or a crash."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.label_edits import SetSetting
from tinylab.data.editing.writer import EditWriter, RowChange, put_row
from tinylab.data.samples import SampleStore
from tinylab.data.storage.database import Database
from tinylab.data.storage.explain import printable
from tinylab.data.storage.schema import CHANGES, JOURNAL, PIECES, TAKES, Entry, StoredChange
from tinylab.errors import DataError
from tinylab.text import tr

_LONGEST_TEXT = 120


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
        return self._readable_text(self._next_undo)

    @property
    def redo_text(self) -> str:
        """What Redo would do again; empty where there is nothing."""
        return self._readable_text(self._next_redo)

    def _readable_text(self, find: Callable[[], Entry | None]) -> str:
        try:
            return _text_of(find())
        except DataError:
            return tr("a step that cannot be read")  # trying it says why

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
                number = self._remember(edit, now, writer.changes)
                self._joinable = number if isinstance(edit, SetSetting) and edit.joins else 0
        return Done(edit.text, tuple(writer.changes))

    def end_joining(self) -> None:
        """Something was done with the settings as they are: the next change of one is a step of its own."""
        self._joinable = 0

    def _remember(self, edit: Edit, now: str, changes: Sequence[RowChange]) -> int:
        entry_id = self._database.insert(JOURNAL, Entry(0, now, _edit_text(edit), len(changes), 0))
        for position, change in enumerate(changes):
            self._database.insert(CHANGES, StoredChange(entry_id, position, change.text))
        return entry_id

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
            changes = self._changes(entry.id)
            if len(changes) != entry.changes:
                raise DataError(tr("some of its changes are missing"))
        except DataError as error:
            raise DataError(
                tr("Step {id} of the history cannot be read: {names}.", id=entry.id, names=error.message.rstrip(".")),
                hint=tr("Undo no further in this project."),
            ) from error
        if undone:
            changes = [change.inverse for change in reversed(changes)]
        for change in changes:
            put_row(self._database, change)
        self._database.connection.execute("UPDATE journal SET undone = ? WHERE id = ?", (undone, entry.id))
        return Done(_text_of(entry), tuple(changes))

    def _changes(self, entry_id: int) -> list[RowChange]:
        return [RowChange.from_text(row.change) for row in self._database.rows(CHANGES, "entry_id = ?", (entry_id,))]

    def _next_undo(self) -> Entry | None:
        return self._first("undone = 0", "id DESC")

    def _next_redo(self) -> Entry | None:
        return self._first("undone = 1", "id")

    def _first(self, condition: str, order: str) -> Entry | None:
        found = self._database.rows(JOURNAL, condition, order=f"{order} LIMIT 1")
        return found[0] if found else None

    def _joins_last(self, edit: Edit, changes: Sequence[RowChange]) -> bool:
        """A setting that is dragged along is one step of undo: its last change joins the one before."""
        if not isinstance(edit, SetSetting) or not edit.joins:
            return False
        try:
            last = self._next_undo()
            before = _object(last.edit) if last is not None else {}
            if (
                last is None
                or last.id != self._joinable
                or (before.get("kind"), before.get("name")) != (edit.kind, edit.name)
            ):
                return False
            (earlier,) = self._changes(last.id)
        except (DataError, ValueError):
            return False  # a damaged step stays as it is
        joined = RowChange(changes[0].table, earlier.before, changes[-1].after)
        self._remove([last.id])
        # Where it was dragged back to where it was, nothing is left to take back.
        changed = joined.before != joined.after
        self._joinable = self._remember(edit, last.created_at, [joined]) if changed else 0
        return True

    # --- what can no longer come back -------------------------------------------------------------------

    def _forget_undone(self) -> None:
        """A new edit ends what could be redone; samples that only a redo would have shown again go with it."""
        self.forget(self._ids("undone = 1"))

    def _ids(self, condition: str = "1") -> list[int]:
        return [number for (number,) in self._database.query(f"SELECT id FROM journal WHERE {condition} ORDER BY id")]  # noqa: S608

    def steps_that_need(self, take_ids: Iterable[int], signal_ids: Iterable[int]) -> list[int]:
        """The steps of undo and redo that could not be taken any more if these takes and samples were gone for good.

        Undo goes back one by one, so with one step all the earlier ones go, too; and with one of redo all the later.
        """
        takes, signals = set(take_ids), set(signal_ids)
        done, undone = self._ids("undone = 0"), self._ids("undone = 1")
        last = max((step for step in done if self._needs(step, takes, signals)), default=0)
        first = min((step for step in undone if self._needs(step, takes, signals)), default=None)
        return [step for step in done if step <= last] + [
            step for step in undone if first is not None and step >= first
        ]

    def _needs(self, entry_id: int, takes: set[int], signals: set[int]) -> bool:
        try:
            changes = self._changes(entry_id)
        except DataError:
            return True  # a damaged step cannot be taken in any case
        return any(_take_id(change) in takes or _signal_ids(change) & signals for change in changes)

    def texts(self, steps: Sequence[int]) -> list[str]:
        """The sentences of steps."""
        return [self._readable_text(partial(self._first, f"id = {step}", "id")) for step in steps]

    def clear(self) -> None:
        """Forget every step: what is there now is the beginning."""
        with self._database.transaction():
            self.forget(self._ids())

    def forget(self, steps: Sequence[int]) -> None:
        """Remove steps, and samples that only they would have shown again; inside a transaction."""
        signals: set[int] = set()
        for step in steps:
            try:
                signals.update(*map(_signal_ids, self._changes(step)))
            except DataError:
                continue  # whatever a damaged step says of samples, they stay
        self._remove(steps)
        self._samples.forget(signals)

    def _remove(self, steps: Iterable[int]) -> None:
        for step in steps:
            for place in ("changes WHERE entry_id", "journal WHERE id"):
                self._database.connection.execute(f"DELETE FROM {place} = ?", (step,))  # noqa: S608 - fixed names


def _edit_text(edit: Edit) -> str:
    try:
        return json.dumps(edit.plain(), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(tr("This cannot be stored: {error}.", error=error)) from error


def _object(text: str) -> dict[str, Any]:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _text_of(entry: Entry | None) -> str:
    if entry is None:
        return ""
    return printable(_object(entry.edit).get("text", ""), _LONGEST_TEXT) or f"step {entry.id}"


def _take_id(change: RowChange) -> int:
    return int(change.row.id if change.table is TAKES else getattr(change.row, "take_id", 0))


def _signal_ids(change: RowChange) -> set[int]:
    if change.table is not PIECES:
        return set()
    return {side.signal_id for side in (change.before, change.after) if side is not None}


def utc_now() -> str:
    """Now, as the project stores it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
