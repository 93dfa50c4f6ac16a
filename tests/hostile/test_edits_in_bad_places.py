"""Every kind of edit on a locked file, a full disk, a file that is gone: a sentence, nothing changed, and once more."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.projects import block, dump, planned, take
from small_disks import fill

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
)
from tinylab.data.project import Project
from tinylab.errors import DataError
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.document import Document

ALL: tuple[Edit, ...] = (
    AddTakes((take("new"),), "add"), Trash((1,)), Restore((3,)), Relabel((1,), "shake"), SetSubject((1,), "Bert"),
    RenameSubject("Anna", "Bert"), SetSession((1,), "s"), SetSplit((1,), "test"), SetNote(1, "n"), AddLabel("later"),
    RemoveLabel("empty"), RenameLabel("wave", "greet"), SetSetting("a", 1), Trim(1, 2, 5), SplitAt(1, (4,)),
    Merge((1, 2)), AddRegion(1, "wave", 0, 5), RemoveRegion(1), MoveRegion(1, 3, 4), RelabelRegion(1, "shake"),
)  # fmt: skip


class Lab:
    """An open project with something for every kind of edit."""

    def __init__(self, path: Path) -> None:
        project = Project.create(path)
        project.do(AddTakes((take(), take(), take("shake")), "fill"))
        for edit in (AddLabel("empty"), AddRegion(1, "wave", 0, 6), Trash((3,))):
            project.do(edit)
        self.notices = Notices()
        self.document = Document(self.notices)
        self.document.attach(Contents.of(project))

    @property
    def project(self) -> Project:
        return self.document.open_project()

    def everything(self) -> object:
        return dump(self.project, journal=True), self.document.takes, self.document.labels, self.document.undo_text

    def said(self) -> tuple[str, str]:
        notice = self.notices.shown[-1]
        assert notice.tone is Tone.ERROR
        return notice.message, notice.hint


def steps(lab: Lab) -> dict[str, Callable[[], bool]]:
    """Everything that changes a project through its one door."""
    found: dict[str, Callable[[], bool]] = {edit.kind: lambda e=edit: lab.document.do(e) for edit in ALL}  # type: ignore[misc]
    return {**found, "undo": lab.document.undo, "redo": lab.document.redo, "empty trash": lab.document.empty_trash}


NAMES = (*(edit.kind for edit in ALL), "undo", "redo", "empty trash")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path / "x.tinylab")
    yield made
    made.document.close()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program has the file for itself."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_every_kind_of_edit_is_tried() -> None:
    assert {type(edit) for edit in ALL} == set(EDITS) - {AddRecordedTake}


@pytest.mark.parametrize("name", NAMES)
def test_on_a_locked_file_a_sentence_and_the_edit_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("tinylab.data.storage.database._BUSY_S", 0.0)
    lab = Lab(tmp_path / "x.tinylab")
    if name == "redo":
        lab.document.undo()
    before = lab.everything()
    with locked(lab.project.path):
        assert not steps(lab)[name]()
        assert lab.said() == (
            "x.tinylab could not be written: another program has the file locked.",
            "Close it there, then do it again.",
        )
        assert lab.everything() == before
    assert steps(lab)[name]()
    assert lab.everything() != before
    lab.document.close()


def test_an_edit_waits_once_and_no_longer_than_a_window_may_stand_still(lab: Lab) -> None:
    """Without a clock: how often it tries, and how long SQLite was told to wait for each."""
    connection = lab.project._database.connection
    (patience_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    assert 0 < patience_ms <= 300
    for work in (lambda: lab.document.do(AddLabel("a")), lab.document.undo, lab.document.empty_trash):
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        work()
        connection.set_trace_callback(None)
        assert sum(text.startswith("BEGIN") for text in statements) == 1


def test_on_a_full_disk_a_sentence_and_the_edit_can_be_repeated(small_disk: Path) -> None:
    for name in NAMES:
        lab = Lab(small_disk / "x.tinylab")
        if name == "redo":
            lab.document.undo()
        lab.project._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nothing is left to write into
        filler = fill(small_disk)
        before = lab.everything()
        assert not steps(lab)[name](), name
        assert lab.said() == (
            "x.tinylab could not be written: the disk is full.",
            "Free some space on it, then do it again.",
        )
        assert lab.everything() == before
        filler.unlink()
        assert steps(lab)[name](), name
        lab.document.close()
        (small_disk / "x.tinylab").unlink()


def test_a_block_of_a_take_is_tried_again_while_the_file_is_locked(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.project._database.connection.execute("PRAGMA busy_timeout = 0")
    writer = lab.project.begin_take(planned(asked=20))
    writer.add(block(0))
    begin, left = lab.project._database.transaction, 3

    def transaction() -> contextlib.AbstractContextManager[sqlite3.Connection]:
        nonlocal left
        left -= 1
        if left == 0:
            other.execute("ROLLBACK")
        return begin()

    other = sqlite3.connect(lab.project.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(lab.project._database, "transaction", transaction)
    writer.add(block(10))
    other.close()
    assert writer.finish().samples == 20


# --- the file is gone -----------------------------------------------------------------------------------


def delete(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    other = Project.create(path.with_name("other.tinylab"))
    other.do(AddTakes((take("other"),), "add"))
    other.close()
    other.path.replace(path)


def overwrite(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


HARMS = ((delete, "is gone"), (replace, "was replaced"), (overwrite, "was overwritten"))


def in_file(path: Path) -> list[str]:
    """The labels of the takes that a file really holds."""
    with contextlib.closing(Project.open(path, read_only=True)) as project:
        return [header.label for header in project.headers()[0]]


@pytest.fixture
def checkpointed(lab: Lab) -> Lab:
    """A lab whose samples were looked at and stand in the file itself."""
    lab.project._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for header in lab.project.headers()[0]:
        lab.project.recording(header.id)
    return lab


@pytest.mark.parametrize(("harm", "message"), HARMS)
def test_while_nothing_is_done_it_is_noticed_within_two_seconds(
    checkpointed: Lab, harm: Callable[[Path], None], message: str
) -> None:
    lab, path = checkpointed, checkpointed.project.path
    lab.document.look_after_file(10.0)
    harm(path)
    lab.document.look_after_file(11.0)
    assert lab.project.path == path
    lab.document.look_after_file(12.1)
    assert message in lab.said()[0]
    assert "is saved and goes on as" in lab.said()[1]
    assert lab.project.path != path
    assert in_file(lab.project.path) == ["wave", "wave", "shake"]


@pytest.mark.parametrize(("harm", "message"), HARMS)
@pytest.mark.parametrize("way", ["edit", "take"])
def test_the_next_edit_and_the_next_take_are_in_a_file_again(
    checkpointed: Lab, harm: Callable[[Path], None], message: str, way: str
) -> None:
    lab, path = checkpointed, checkpointed.project.path
    if way == "edit":
        harm(path)
        assert lab.document.do(Relabel((1,), "shake"))
        assert sorted(in_file(lab.project.path)) == ["shake", "shake", "wave"]
    else:
        writer = lab.project.begin_take(planned("late", asked=10))
        writer.add(block(0))
        header = writer.finish()
        lab.project.recording(header.id)
        harm(path)
        lab.document.take_recorded(header)
        assert sorted(in_file(lab.project.path)) == ["late", "shake", "wave", "wave"]
    assert lab.project.path != path
    assert message in lab.said()[0]


def test_a_file_that_is_as_it_was_costs_a_stat_and_no_look_inside(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Path] = []
    monkeypatch.setattr("tinylab.data.storage.identity._identity_in", looks.append)
    for second in range(0, 100, 3):
        lab.document.look_after_file(float(second))
        assert lab.document.do(AddLabel(f"label {second}"))
    assert looks == []
    assert lab.notices.shown == ()


def test_while_others_work_on_the_project_it_is_not_exchanged(lab: Lab) -> None:
    path = lab.project.path
    lab.document.held = lambda: True
    path.unlink()
    lab.document.look_after_file(10.0)
    assert lab.document.do(AddLabel("meanwhile"))
    assert lab.project.path == path
    lab.document.held = lambda: False
    lab.document.look_after_file(20.0)
    assert lab.project.path != path
    assert "meanwhile" in lab.document.labels


def test_where_it_can_be_saved_nowhere_it_is_said_and_tried_again_with_the_next_edit(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DataError("There is no room.")

    with monkeypatch.context() as patch:
        patch.setattr("tinylab.workflow.project.file_watch.save_elsewhere", refuse)
        lab.project.path.unlink()
        lab.document.look_after_file(10.0)
        assert "is gone" in lab.said()[0]
        assert lab.said()[1] == "What is open could not be saved elsewhere: There is no room."
        assert lab.document.unsaved
        assert not lab.document.do(AddLabel("a"))
        lab.notices.clear()
        lab.document.look_after_file(90.0)
        assert lab.notices.shown == ()  # it is said once, and at each edit
    assert lab.document.do(AddLabel("a"))
    assert not lab.document.unsaved
    assert "a" in lab.document.labels


def test_an_older_copy_put_in_place_between_two_sessions_is_simply_opened(lab: Lab) -> None:
    path = lab.project.path
    lab.document.close()
    shutil.copy(path, path.with_name("older"))
    later = Project.open(path)
    later.do(AddTakes((take("later"),), "add"))
    later.close()
    shutil.copy(path.with_name("older"), path)
    again = Project.open(path)
    assert [header.label for header in again.headers()[0]] == ["wave", "wave", "shake"]
    assert again.missing() == ""
    again.do(AddLabel("on"))
    again.close()


def test_a_second_opener_in_this_process_reads_and_harms_nothing(lab: Lab) -> None:
    second = Project.open(lab.project.path)
    assert "is open in another TinyLab on this computer" in second.read_only_because
    assert lab.document.do(AddLabel("meanwhile"))
    assert "meanwhile" in second.labels()
    second.close()
    assert lab.document.do(AddTakes((take("after"),), "add"))
    assert lab.document.undo()
    assert in_file(lab.project.path) == ["wave", "wave", "shake"]
