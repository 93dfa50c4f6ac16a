"""Edits of takes: add, trash, restore, relabel, subject, session, split, note."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.region_edits import RelabelRegion, check_inside
from tinylab.data.editing.writer import EditWriter
from tinylab.data.marks import Mark
from tinylab.data.parts import Part
from tinylab.data.recording import SPLITS, Header, Recording, check_characters, check_name
from tinylab.data.storage.explain import printable
from tinylab.data.storage.rows import MAX_TEXT
from tinylab.data.storage.schema import REGIONS, SETTINGS, TAKES, Region
from tinylab.errors import DataError
from tinylab.text import ntr, tr

PEOPLE: Final = "people"  # the setting: a list of names, also of people who have no take yet


@dataclass(frozen=True)
class AddTakes(Edit):
    """Add recordings: an import, the example, a merge. All of them or none."""

    recordings: tuple[Recording, ...]
    origin: str  # "import gestures"
    parts: tuple[tuple[Part, ...], ...] = ()  # the regions of each recording; empty where none has any
    kind: ClassVar[str] = "add takes"

    @property
    def text(self) -> str:
        return self.origin

    def carry_out(self, writer: EditWriter) -> None:
        parts = self.parts or ((),) * len(self.recordings)
        for recording, regions in zip(self.recordings, parts, strict=True):
            added = writer.add_recording(recording)
            for part in regions:
                check_name("label", part.label)
                check_inside(added, part.start, part.count)
                writer.add(REGIONS, Region(0, added.id, part.label, part.start, part.count))
            writer.need_labels([part.label for part in regions])

    def plain(self) -> dict[str, Any]:
        """Without the recordings: their samples are in the file already."""
        return {"kind": self.kind, "text": self.text, "takes": len(self.recordings)}


@dataclass(frozen=True)
class AddRecordedTake(Edit):
    """List a take whose samples were stored while it was recorded."""

    header: Header
    signal_id: int
    marks: tuple[Mark, ...] = ()  # by the indices of its stored samples
    kind: ClassVar[str] = "record"

    @property
    def text(self) -> str:
        return tr("record “{label}”", label=short(self.header.label)) if self.header.label else tr("record a take")

    def carry_out(self, writer: EditWriter) -> None:
        take = writer.add_take(self.header, self.signal_id)
        for mark in self.marks:
            writer.need_labels([mark.label])
            writer.add(REGIONS, Region(0, take.id, mark.label, mark.first, mark.last - mark.first))

    def plain(self) -> dict[str, Any]:
        """Without the header: it is among the changes."""
        return {"kind": self.kind, "text": self.text, "signal_id": self.signal_id}


@dataclass(frozen=True)
class Trash(Edit):
    """Put takes into the trash; they stay in the file until the user empties it."""

    take_ids: tuple[int, ...]
    kind: ClassVar[str] = "trash"

    @property
    def text(self) -> str:
        return ntr("delete a take", "delete {count} takes", len(self.take_ids))

    def carry_out(self, writer: EditWriter) -> None:
        for take_id in self.take_ids:
            take = writer.take(take_id)
            if not take.trashed:
                writer.change(TAKES, take, trashed_at=writer.now)


@dataclass(frozen=True)
class Restore(Edit):
    """Take takes back out of the trash."""

    take_ids: tuple[int, ...]
    kind: ClassVar[str] = "restore"

    @property
    def text(self) -> str:
        return ntr("bring back a take", "bring back {count} takes", len(self.take_ids))

    def carry_out(self, writer: EditWriter) -> None:
        for take_id in self.take_ids:
            take = writer.change(TAKES, writer.take(take_id), trashed_at="")
            writer.need_labels([take.label])


@dataclass(frozen=True)
class Relabel(Edit):
    """Give takes another label, or none; regions only another one."""

    take_ids: tuple[int, ...]
    label: str
    region_ids: tuple[int, ...] = ()
    kind: ClassVar[str] = "relabel"

    @property
    def text(self) -> str:
        if not self.take_ids:
            return ntr("relabel a region", "relabel {count} regions", len(self.region_ids))
        return ntr("relabel a take", "relabel {count} takes", len(self.take_ids))

    def carry_out(self, writer: EditWriter) -> None:
        if self.label:
            check_name("label", self.label)
        for take_id in self.take_ids:
            writer.change(TAKES, writer.take(take_id), label=self.label)
        writer.need_labels([self.label])
        for region_id in self.region_ids:
            RelabelRegion(region_id, self.label).carry_out(writer)


@dataclass(frozen=True)
class SetSubject(Edit):
    """Say who performed takes; an empty subject is allowed."""

    take_ids: tuple[int, ...]
    subject: str
    kind: ClassVar[str] = "set subject"

    @property
    def text(self) -> str:
        return ntr("change the subject of a take", "change the subject of {count} takes", len(self.take_ids))

    def carry_out(self, writer: EditWriter) -> None:
        check_name("subject", self.subject, may_be_empty=True)
        for take_id in self.take_ids:
            writer.change(TAKES, writer.take(take_id), subject=self.subject)


@dataclass(frozen=True)
class RenameSubject(Edit):
    """Give a person another name everywhere, also in the trash; two people of the same name become one."""

    old: str
    new: str
    kind: ClassVar[str] = "rename subject"

    @property
    def text(self) -> str:
        return tr("rename the subject “{old}”", old=short(self.old))

    def carry_out(self, writer: EditWriter) -> None:
        check_name("subject", self.new)
        for take in writer.takes("subject = ?", (self.old,)):
            writer.change(TAKES, take, subject=self.new)
        for setting in writer.rows(SETTINGS, "name = ?", (PEOPLE,)):
            names = json.loads(setting.value)
            if isinstance(names, list):
                renamed = dict.fromkeys(self.new if name == self.old else name for name in names)
                writer.change(SETTINGS, setting, value=json.dumps([*renamed]))


@dataclass(frozen=True)
class SetSession(Edit):
    """Say in which sitting takes were recorded."""

    take_ids: tuple[int, ...]
    session: str
    kind: ClassVar[str] = "set session"

    @property
    def text(self) -> str:
        return ntr("change the session of a take", "change the session of {count} takes", len(self.take_ids))

    def carry_out(self, writer: EditWriter) -> None:
        check_name("session", self.session, may_be_empty=True)
        for take_id in self.take_ids:
            writer.change(TAKES, writer.take(take_id), session=self.session)


@dataclass(frozen=True)
class SetSplit(Edit):
    """Say on which side of a given split takes stand: train, validation, test, or nothing."""

    take_ids: tuple[int, ...]
    split: str
    kind: ClassVar[str] = "set split"

    @property
    def text(self) -> str:
        side = self.split or tr("no side")
        return ntr("move a take to {side}", "move {count} takes to {side}", len(self.take_ids), side=side)

    def carry_out(self, writer: EditWriter) -> None:
        if self.split not in SPLITS:
            raise DataError(
                tr("The split “{split}” is not known.", split=self.split), hint=tr("Use train, validation or test.")
            )
        for take_id in self.take_ids:
            writer.change(TAKES, writer.take(take_id), split=self.split)


@dataclass(frozen=True)
class SetNote(Edit):
    """Write something about a take."""

    take_id: int
    note: str
    kind: ClassVar[str] = "note"

    @property
    def text(self) -> str:
        return tr("change a note")

    def carry_out(self, writer: EditWriter) -> None:
        if len(self.note) > MAX_TEXT:
            raise DataError(tr("The note is longer than {most:,} characters.", most=MAX_TEXT), hint=tr("Shorten it."))
        check_characters("note", self.note)
        writer.change(TAKES, writer.take(self.take_id), note=self.note)


def short(name: str, longest: int = 40) -> str:
    """A name as a sentence can carry it."""
    return printable(name, longest)
