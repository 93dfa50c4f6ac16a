"""Carries out an edit row by row inside one transaction, and keeps what every touched row was before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tinylab.data.recording import Header, Recording
from tinylab.data.samples import SampleStore
from tinylab.data.storage.database import Database
from tinylab.data.storage.rows import Table
from tinylab.data.storage.schema import LABELS, PIECES, REGIONS, SETTINGS, TAKES, Label, Piece, Region
from tinylab.errors import DataError
from tinylab.text import tr

R = TypeVar("R")
# What edits may change. Samples are not among them: they are only ever added.
EDITED: dict[str, Table[Any]] = {table.name: table for table in (TAKES, PIECES, REGIONS, LABELS, SETTINGS)}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; None where there was none, or is none any more."""

    table: Table[Any]
    before: Any
    after: Any

    @property
    def inverse(self) -> RowChange:
        """The change that takes this one back."""
        return RowChange(self.table, self.after, self.before)

    @property
    def row(self) -> Any:
        """The row as it is now, or as it was."""
        return self.after if self.after is not None else self.before

    @property
    def text(self) -> str:
        """As the journal stores it: JSON, [table, before or null, after or null]."""
        sides = (None if side is None else self.table.plain(side) for side in (self.before, self.after))
        return json.dumps([self.table.name, *sides], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> RowChange:
        """The change that had this text; raises DataError where it is none, or touches what edits never do."""
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError(tr("its changes are damaged")) from error
        if not (isinstance(plain, list) and len(plain) == 3 and isinstance(plain[0], str) and plain[0] in EDITED):
            raise DataError(tr("it is no change of a row"))
        table = EDITED[plain[0]]
        sides = [None if side is None else table.from_plain(side) for side in plain[1:]]
        if sides == [None, None]:
            raise DataError(tr("it changes nothing"))
        return cls(table, *sides)


class EditWriter:
    """What an edit may do. Every method runs inside the transaction of the edit."""

    def __init__(self, database: Database, samples: SampleStore, now: str) -> None:
        self.samples, self.now = samples, now
        self.changes: list[RowChange] = []
        self._database = database

    # --- reading ----------------------------------------------------------------------------------------

    def take(self, take_id: int) -> Header:
        """The header of a take; raises DataError where there is none of that number."""
        found = self._database.rows(TAKES, "id = ?", (take_id,))
        if not found:
            raise DataError(tr("There is no take {take_id} in this project.", take_id=take_id))
        return found[0]

    def takes(self, condition: str = "1", values: Sequence[Any] = ()) -> list[Header]:
        """Headers that meet a condition on their columns."""
        return self._database.rows(TAKES, condition, values)

    def pieces(self, take_id: int) -> list[Piece]:
        """The stretches that a take consists of, in order."""
        return self._database.rows(PIECES, "take_id = ?", (take_id,))

    def regions(self, condition: str, values: Sequence[Any]) -> list[Region]:
        """Regions that meet a condition on their columns."""
        return self._database.rows(REGIONS, condition, values)

    def labels(self) -> list[Label]:
        """The labels in their lasting order."""
        return self._database.rows(LABELS)

    def rows(self, table: Table[R], condition: str, values: Sequence[Any]) -> list[R]:
        """Rows of any table that edits may change."""
        return self._database.rows(table, condition, values)

    # --- writing ----------------------------------------------------------------------------------------

    def add(self, table: Table[R], row: R) -> R:
        """Add a row; returns it with the number that the file gave it."""
        number = self._database.insert(table, row)
        if table.numbered:
            row = replace(row, id=number)  # type: ignore[type-var]
        self.changes.append(RowChange(table, None, row))
        return row

    def change(self, table: Table[R], row: R, **columns: Any) -> R:
        """Give a row other values; nothing is written where they are the same."""
        after = replace(row, **columns)  # type: ignore[type-var]
        if after != row:
            put_row(self._database, RowChange(table, row, after))
            self.changes.append(RowChange(table, row, after))
        return after

    def remove(self, table: Table[R], row: R) -> None:
        """Remove a row."""
        put_row(self._database, RowChange(table, row, None))
        self.changes.append(RowChange(table, row, None))

    def add_recording(self, recording: Recording) -> Header:
        """Store the samples of a recording as a signal of its own, and list the take."""
        signal_id = self.samples.new_signal(self.now)
        self.samples.store(signal_id, recording.counts)
        return self.add_take(replace(recording.header, samples=len(recording.counts)), signal_id)

    def add_take(self, header: Header, signal_id: int) -> Header:
        """List a take whose samples are stored already."""
        self.need_labels([header.label])
        added = self.add(TAKES, replace(header, id=0, created_at=header.created_at or self.now))
        self.add(PIECES, Piece(added.id, 0, signal_id, 0, added.samples))
        return added

    def need_labels(self, names: Iterable[str]) -> None:
        """Add those labels that are not there yet; an empty one is none."""
        known = {label.name for label in self.labels()}
        for name in dict.fromkeys(names):
            if name and name not in known:
                self.add(LABELS, Label(0, name))


def put_row(database: Database, change: RowChange) -> None:
    """Make a row what `change` says it is after; raises DataError where the row is not what it says it was before."""
    table, before, after = change.table, change.before, change.after
    key = table.key_of(change.row)
    if before is not None and after is not None and table.key_of(before) != table.key_of(after):
        raise DataError(tr("A row of {name} cannot change its number.", name=table.name))
    found = database.rows(table, table.where_key, key)
    if found != ([] if before is None else [before]):
        raise DataError(
            tr("Row {key} of {name} is not as the journal says.", key=key, name=table.name),
            hint=tr("Undo no further in this project."),
        )
    connection = database.connection
    if before == after:
        return
    if after is None:
        connection.execute(f"DELETE FROM {table.name} WHERE {table.where_key}", key)  # noqa: S608 - fixed names
    elif before is None:
        database.insert(table, after)
    else:
        table.check(after)
        columns = [name for name in table.columns if getattr(before, name) != getattr(after, name)]
        assignments = ", ".join(f"{name} = ?" for name in columns)
        values = [getattr(after, name) for name in columns]
        connection.execute(f"UPDATE {table.name} SET {assignments} WHERE {table.where_key}", (*values, *key))  # noqa: S608
