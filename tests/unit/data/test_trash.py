"""The trash is emptied only when the user asks; it says what it holds, what it frees and which steps go with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.projects import block, dump, planned, run_sql, take

from tinylab.data.editing.edits import AddLabel, AddTakes, Merge, Relabel, Restore, SetNote, SplitAt, Trash, Trim
from tinylab.data.project import Project


@pytest.fixture
def three(project: Project) -> Project:
    for label in ("one", "two", "three"):
        project.do(AddTakes((take(label, 100),), f"import {label}"))
    return project


def test_what_is_deleted_stays_until_the_trash_is_emptied(three: Project, path: Path) -> None:
    three.do(Trash((1, 2)))
    for read_only in (True, False):
        three.close()
        three = Project.open(path, read_only=read_only)
        assert [header.id for header in three.headers()[0] if header.trashed] == [1, 2]
    three.do(Restore((2,)))
    contents = three.trash()
    assert [header.id for header in contents.takes] == [1]
    assert contents.bytes_freed == 600
    assert three.recording(1).header.label == "one"
    assert three.empty_trash() == contents
    assert [header.id for header in three.headers()[0]] == [2, 3]
    assert [row[0] for row in dump(three)["signals"]] == [2, 3]
    assert three.trash().takes == ()
    three.close()


def test_the_steps_that_go_are_those_up_to_the_last_that_touches_the_takes(three: Project) -> None:
    three.do(Trash((1,)))
    three.do(AddLabel("x"))
    three.do(SetNote(3, "kept"))
    three.undo()
    assert three.trash().steps == ("import one", "import two", "import three", "delete a take")
    three.empty_trash()
    assert three.redo() is not None
    assert three.header(3).note == "kept"
    three.undo()
    three.undo()
    assert three.undo() is None
    assert three.labels() == ["one", "two", "three"]


def test_steps_of_redo_go_from_the_first_that_touches_the_takes_on(three: Project, path: Path) -> None:
    three.do(Trash((1,)))
    three.journal.clear()
    for edit in (AddLabel("a"), AddLabel("b"), Relabel((1,), "c"), AddLabel("d")):
        three.do(edit)
    for _ in range(3):
        three.undo()
    assert three.trash().steps == ("relabel a take", "add the label “d”")
    three.empty_trash()
    three.redo()
    assert three.labels()[-1] == "b"
    assert three.redo() is None
    three.undo()
    three.undo()
    assert "a" not in three.labels()


def test_samples_that_another_take_shares_stay(three: Project) -> None:
    three.do(SplitAt(1, (40,)))
    three.do(Trash((1,)))
    assert three.trash().bytes_freed == 0
    three.empty_trash()
    assert three.recording(4).counts[0, 0] == 120


def test_a_step_that_would_need_emptied_samples_goes_with_them(project: Project) -> None:
    project.do(AddTakes((take(), take()), "add"))
    project.do(Merge((1, 2)))
    project.do(Trim(1, 0, 10))
    project.do(AddLabel("kept"))
    assert project.trash().steps == ("add", "merge 2 takes", "trim a take")
    project.empty_trash()
    project.undo()
    assert project.undo() is None
    assert len(project.recording(1).counts) == 10


def test_emptying_leaves_the_take_that_is_being_recorded(project: Project) -> None:
    project.do(AddTakes((take(),), "add"))
    project.do(Trash((1,)))
    writer = project.begin_take(planned(asked=20))
    writer.add(block(0))
    project.empty_trash()
    writer.add(block(10))
    assert writer.finish().samples == 20


def test_emptying_frees_the_disk(project: Project, path: Path) -> None:
    project.do(AddTakes((take(samples=10_000),) * 20, "add"))
    project.close()
    full = path.stat().st_size
    project = Project.open(path)
    project.do(Trash(tuple(range(1, 21))))
    project.empty_trash()
    project.close()
    assert path.stat().st_size < full - 1_000_000


def test_a_damaged_step_goes_too(three: Project, path: Path) -> None:
    three.do(Trash((1,)))
    run_sql(path, "UPDATE changes SET change = '[' WHERE entry_id = 2")
    assert len(three.trash().steps) == 4
    three.empty_trash()
    assert [header.id for header in three.headers()[0]] == [2, 3]
