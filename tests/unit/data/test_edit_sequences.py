"""Any sequence of edits: undoing all of them gives the start, redoing all of them the end, bit for bit.

What is compared is a dump of every table but the journal's two. One exception has a reason: samples that were added
and undone stay in the file (`signals`, `chunks`) while a redo may ask for them again. So after undoing, those two are
left out; and then, in a copy of the file, the journal is cleared, which sweeps them, and the dump of ALL tables, the
journal's too, equals the start.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fakes.projects import block, dump, planned, take
from hypothesis import given, settings
from hypothesis import strategies as st
from trials import FULL

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
from tinylab.data.takes import TakeWriter
from tinylab.errors import DataError

NAMES = ("wave", "shake", "rest", "🦾 new\n'\"", *"abcdef")
REFUSED = ("", "x" * 301, "\0")
KEPT_FOR_REDO = ("signals", "chunks", "open_takes")
Choice = Callable[[int], int]  # a number from 0 on, below the one that is given


class Sequence:
    """Carries out steps that are told by numbers, so that Hypothesis can shrink them."""

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

    def region(self, choose: Choice) -> int:
        ids = [row[0] for row in dump(self.project)["regions"]]
        return ids[choose(len(ids))] if ids and choose(12) else 99

    def alike(self, choose: Choice) -> tuple[int, ...]:
        """Takes that can perhaps be merged."""
        first = self.take(choose)
        headers = {header.id: header for header in self.project.headers()[0]}
        fitting = [
            h.id for h in headers.values() if first in headers and h.label == headers[first].label and not h.trashed
        ]
        return tuple(fitting[: 1 + choose(3)][:: 1 if choose(2) else -1])

    def edit(self, kind: type[Edit], choose: Choice) -> Edit:
        """An edit of the kind; its values mostly make sense, but not always."""
        take_id, name = self.take(choose), (NAMES + REFUSED)[choose(len(NAMES) + len(REFUSED))]
        make: dict[type[Edit], Callable[[], Edit]] = {
            AddTakes: lambda: AddTakes(tuple(take(self.name(choose) or "w", 5 + choose(20)) for _ in range(choose(3))), "add"),
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
            SetSetting: lambda: SetSetting("ab"[choose(2)], (None, 1, [name], {"x": 2.5})[choose(4)], joins=bool(choose(2))),
            Trim: lambda: Trim(take_id, choose(6), 1 + choose(12)),
            SplitAt: lambda: SplitAt(take_id, tuple(1 + choose(12) for _ in range(1 + choose(2)))),
            Merge: lambda: Merge(self.alike(choose)),
            AddRegion: lambda: AddRegion(take_id, name, choose(8), 1 + choose(8)),
            RemoveRegion: lambda: RemoveRegion(self.region(choose)),
            MoveRegion: lambda: MoveRegion(self.region(choose), choose(8), 1 + choose(8)),
            RelabelRegion: lambda: RelabelRegion(self.region(choose), name),
        }  # fmt: skip
        return make[kind]()


def begun(folder: Path) -> Sequence:
    """A project with takes, whose history begins now."""
    project = Project.create(folder / "sequence.tinylab")
    project.do(AddTakes((take(), take(subject="Bert"), take("shake", 30, asked=35, lost=5)), "add"))
    project.do(AddRegion(1, "rest", 3, 9))
    project.journal.clear()
    return Sequence(project)


def without(tables: dict[str, list[Any]], names: tuple[str, ...]) -> dict[str, list[Any]]:
    return {name: rows for name, rows in tables.items() if name not in names}


def all_the_way(step: Callable[[], object], meanwhile: Callable[[], object]) -> int:
    """Undo or redo as far as it goes; returns how many steps that were."""
    steps = 0
    while step() is not None:
        steps += 1
        if steps == 3:
            meanwhile()
    return steps


@settings(max_examples=400 if FULL else 25, derandomize=True)
@given(
    st.integers(1, 50).flatmap(
        lambda n: st.lists(st.tuples(st.integers(0, len(EDITS) - 1), st.integers(0, 2**32)), min_size=n, max_size=n)
    )
)
def test_undoing_all_gives_the_start_and_redoing_all_the_end(steps: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        sequence = begun(folder)
        project = sequence.project
        try:
            start = dump(project, journal=True)
            for kind, seed in steps:
                sequence.step(kind, random.Random(seed).randrange)
            check(sequence, start)
            if sequence.writer is not None:
                sequence.writer.discard()
            all_the_way(project.undo, lambda: None)
        finally:
            project.close()
        copy = Path(shutil.copy(project.path, folder / "copy.tinylab"))
        swept = Project.open(copy)
        swept.journal.clear()
        assert dump(swept, journal=True) == start
        swept.close()


def check(sequence: Sequence, start: dict[str, list[Any]]) -> None:
    """Undo all, redo all, twice; a take that is being recorded goes on meanwhile."""
    project = sequence.project

    def record_on() -> None:
        if sequence.writer is not None:
            sequence.writer.add(block(sequence.number))
            sequence.number += 10

    end, journal = dump(project), len(dump(project, journal=True)["journal"])
    for _ in range(2):
        assert all_the_way(project.undo, record_on) == journal
        assert without(dump(project), KEPT_FOR_REDO) == without(
            {name: rows for name, rows in start.items() if name not in ("journal", "changes")}, KEPT_FOR_REDO
        )
        assert all_the_way(project.redo, record_on) == journal
        left_out = KEPT_FOR_REDO if sequence.writer is not None else ()
        assert without(dump(project), left_out) == without(end, left_out)


def test_the_sequences_reach_every_kind_of_edit(tmp_path: Path) -> None:
    sequence = begun(tmp_path)
    source = random.Random(5)
    for number in range(400):
        sequence.step(number % len(EDITS), source.randrange)
    assert sequence.carried_out == set(EDITS)
    sequence.project.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_sequence_goes_on_over_reopening(tmp_path: Path, seed: int) -> None:
    sequence = begun(tmp_path)
    start = dump(sequence.project, journal=True)
    source = random.Random(seed)
    for number in range(60):
        sequence.step(source.randrange(len(EDITS)), source.randrange)
        if number % 15 == 14:
            sequence.project.close()
            sequence.project, sequence.writer = Project.open(tmp_path / "sequence.tinylab"), None
    check(sequence, start)
    sequence.project.close()
