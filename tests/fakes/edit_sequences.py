"""Edits of all kinds in any order, chosen by numbers: for Hypothesis, which shrinks them, and for killed processes."""

from __future__ import annotations

from collections.abc import Callable

from fakes.projects import block, dump, planned, take
from tinylab.data.editing.edit import Edit
from tinylab.data.editing.edits import (
    EDITS,
    AddLabel,
    AddRecordedTake,
    AddRegion,
    AddTakes,
    Merge,
    MoveRegion,
    Relabel,
    RelabelRegion,
    RemoveLabel,
    RemoveRegion,
    RenameLabel,
    RenameSubject,
    Restore,
    SetNote,
    SetSession,
    SetSetting,
    SetSplit,
    SetSubject,
    SplitAt,
    Trash,
    Trim,
)  # fmt: skip
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.data.takes import TakeWriter
from tinylab.errors import DataError

NAMES = ("wave", "shake", "rest", "🦾 new\n'\"", *"abcdef")
REFUSED = ("", "x" * 301, "\0")
Choice = Callable[[int], int]  # a number from 0 on, below the one that is given


class Sequence:
    """Carries out steps that are chosen by numbers, so that Hypothesis can shrink them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.writer: TakeWriter | None = None
        self.number = 0  # of the next sample of the take that is being recorded
        self.carried_out: set[type[Edit]] = set()

    def step(self, kind: int, choose: Choice) -> None:
        """One edit of the kind, or a piece of a take; a failing edit must change nothing."""
        edit_type = EDITS[kind]
        if edit_type is AddRecordedTake:
            self.record(choose)
            return
        before = dump(self.project, journal=True)
        try:
            done = self.project.do(self.edit(edit_type, choose))
        except DataError:
            assert dump(self.project, journal=True) == before
            return
        if done.changes:
            self.carried_out.add(edit_type)

    def record(self, choose: Choice) -> None:
        """Begin a take, add to it, or end it one way or another."""
        if self.writer is None:
            self.writer, self.number = self.project.begin_take(planned(self.name(choose) or "wave", asked=30)), 0
            return
        if choose(4):
            self.writer.add(block(self.number))
            self.number += 10 + choose(2) * 5
            return
        try:
            self.writer.finish()
            self.carried_out.add(AddRecordedTake)
        except DataError:
            pass  # not one sample
        self.writer = None

    def name(self, choose: Choice) -> str:
        return NAMES[choose(len(NAMES))]

    def take(self, choose: Choice) -> int:
        headers = self.project.headers()[0]
        return headers[choose(len(headers))].id if headers and choose(12) else 99

    def takes(self, choose: Choice) -> tuple[int, ...]:
        return tuple(self.take(choose) for _ in range(1 + choose(3)))

    def new_takes(self, choose: Choice) -> tuple[Recording, ...]:
        return tuple(take(self.name(choose), 5 + choose(20)) for _ in range(choose(3)))

    def setting(self, choose: Choice) -> SetSetting:
        return SetSetting("ab"[choose(2)], (None, 1, [2], {"x": 2.5})[choose(4)], joins=bool(choose(2)))

    def region(self, choose: Choice) -> int:
        ids = [row[0] for row in dump(self.project)["regions"]]
        return ids[choose(len(ids))] if ids and choose(12) else 99

    def alike(self, choose: Choice) -> tuple[int, ...]:
        """Takes that can perhaps be merged."""
        first = self.take(choose)
        in_use = {header.id: header for header in self.project.headers()[0] if not header.trashed}
        fitting = [number for number in in_use if first in in_use and in_use[number].label == in_use[first].label]
        return tuple(fitting[: 1 + choose(3)][:: 1 if choose(2) else -1])

    def edit(self, kind: type[Edit], choose: Choice) -> Edit:
        """An edit of the kind; its values mostly make sense, but not always."""
        take_id, name = self.take(choose), (NAMES + REFUSED)[choose(len(NAMES) + len(REFUSED))]
        make: dict[type[Edit], Callable[[], Edit]] = {
            AddTakes: lambda: AddTakes(self.new_takes(choose), "add"),
            Trash: lambda: Trash(self.takes(choose)),
            Restore: lambda: Restore(self.takes(choose)),
            Relabel: lambda: Relabel(self.takes(choose), name),
            SetSubject: lambda: SetSubject(self.takes(choose), name),
            RenameSubject: lambda: RenameSubject(("Anna", "", "wave")[choose(3)], name),
            SetSession: lambda: SetSession(self.takes(choose), name),
            SetSplit: lambda: SetSplit(self.takes(choose), ("", "train", "test", "exam")[choose(4)]),
            SetNote: lambda: SetNote(take_id, name),
            AddLabel: lambda: AddLabel(name),
            RemoveLabel: lambda: RemoveLabel(self.name(choose)),
            RenameLabel: lambda: RenameLabel(self.name(choose), name),
            SetSetting: lambda: self.setting(choose),
            Trim: lambda: Trim(take_id, choose(6), 1 + choose(12)),
            SplitAt: lambda: SplitAt(take_id, tuple(1 + choose(12) for _ in range(1 + choose(2)))),
            Merge: lambda: Merge(self.alike(choose)),
            AddRegion: lambda: AddRegion(take_id, name, choose(8), 1 + choose(8)),
            RemoveRegion: lambda: RemoveRegion(self.region(choose)),
            MoveRegion: lambda: MoveRegion(self.region(choose), choose(8), 1 + choose(8)),
            RelabelRegion: lambda: RelabelRegion(self.region(choose), name),
        }  # fmt: skip
        return make[kind]()
