"""The file deleted, replaced or overwritten while it is open: noticed at once, and what is open is in a file again."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from edited_lab import Lab
from fakes.projects import block, planned, take

from tinylab.data.editing.edits import (
    AddLabel,
    AddTakes,
    Relabel,
)
from tinylab.data.project import Project
from tinylab.errors import DataError


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
