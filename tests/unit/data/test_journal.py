"""The journal: no limit to undo and redo, steps that join, and damaged or foreign steps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes.projects import dump, run_sql, take

from tinylab.data.editing.edits import AddLabel, AddTakes, Relabel, RenameLabel, SetSetting, Trash
from tinylab.data.project import Project
from tinylab.errors import DataError


def slide(project: Project, value: object) -> None:
    project.do(SetSetting("window", value, "window length", joins=True))


def test_undo_and_redo_have_no_limit_and_go_on_after_reopening(project: Project, path: Path) -> None:
    project.do(AddTakes((take("0"),), "add"))
    for number in range(1, 120):
        project.do(Relabel((1,), str(number)))
        if number % 40 == 0:
            project.close()
            project = Project.open(path)
    for number in range(118, -1, -1):
        project.undo()
        assert project.header(1).label == str(number)
    assert project.labels() == ["0"]
    project.undo()
    assert project.undo() is None
    assert project.journal.undo_text == ""
    project.close()
    project = Project.open(path)
    while project.redo():
        pass
    assert project.header(1).label == "119"
    assert project.journal.redo_text == ""
    project.close()


def test_a_new_edit_ends_what_could_be_redone_and_frees_its_samples(project: Project) -> None:
    project.do(AddTakes((take(),), "add"))
    project.undo()
    assert len(dump(project)["chunks"]) == 1
    project.do(AddLabel("x"))
    assert project.journal.redo_text == ""
    assert dump(project)["chunks"] == dump(project)["signals"] == []


def test_a_setting_that_is_dragged_along_is_one_step(project: Project) -> None:
    project.do(SetSetting("window", 1))
    project.do(AddLabel("between"))
    for value in (2, 3, 4):
        slide(project, value)
    project.undo()
    assert project.setting("window") == 1
    project.redo()
    assert project.setting("window") == 4


def test_a_setting_that_is_dragged_back_is_no_step(project: Project) -> None:
    project.do(SetSetting("window", 1))
    project.do(AddLabel("between"))
    for value in (2, 3, 1):
        slide(project, value)
    assert project.journal.undo_text == "add the label “between”"
    for value in (2, 1, 2):
        slide(project, value)
    project.undo()
    assert project.setting("window") == 1
    for value in (5, None):
        project.do(SetSetting("new", value, joins=True))
    assert project.journal.undo_text == "add the label “between”"


def test_another_setting_or_another_edit_does_not_join(project: Project) -> None:
    slide(project, 1)
    project.do(SetSetting("stride", 2, joins=True))
    slide(project, 3)
    project.do(AddLabel("x"))
    slide(project, 4)
    steps = 0
    while project.undo():
        steps += 1
    assert steps == 5


def test_an_edit_of_many_rows_can_be_taken_back(project: Project) -> None:
    recording = take("x" * 300, samples=1, note="ü" * 4000)
    project.do(AddTakes((recording,) * 300, "add"))
    project.do(RenameLabel("x" * 300, "y" * 300))
    project.undo()
    assert {header.label for header in project.headers()[0]} == {"x" * 300}
    project.undo()
    assert project.headers()[0] == []
    project.redo()
    project.redo()
    assert {header.label for header in project.headers()[0]} == {"y" * 300}


def test_clearing_forgets_the_steps_and_the_samples_that_only_they_held(project: Project) -> None:
    project.do(AddTakes((take(),), "add"))
    project.do(AddTakes((take(),), "add"))
    project.undo()
    project.journal.clear()
    assert (project.journal.undo_text, project.journal.redo_text) == ("", "")
    assert [row[0] for row in dump(project)["signals"]] == [1]
    assert dump(project, journal=True)["changes"] == []


# --- damaged and foreign steps --------------------------------------------------------------------------


@pytest.fixture
def relabelled(project: Project) -> Project:
    project.do(AddTakes((take(), take()), "add"))
    project.do(Relabel((1, 2), "new"))
    return project


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE changes SET change = '[' WHERE entry_id = 2 AND position = 1",
        "UPDATE changes SET change = x'ff' WHERE entry_id = 2 AND position = 1",
        f"UPDATE changes SET change = '{'[' * 3000}' WHERE entry_id = 2",
        "UPDATE changes SET change = '[\"takes\",null,null]' WHERE entry_id = 2",
        "UPDATE changes SET change = '[\"takes\",{},{}]' WHERE entry_id = 2",
        'UPDATE changes SET change = \'["runs",null,{"id":1}]\' WHERE entry_id = 2',
        'UPDATE changes SET change = \'["sqlite_master",null,{"id":1}]\' WHERE entry_id = 2',
        "UPDATE changes SET change = replace(change, '\"rate_hz\":100.0', '\"rate_hz\":1e999') WHERE entry_id = 2",
        f"UPDATE changes SET change = replace(change, '\"rate_hz\":100.0', '\"rate_hz\":1{'0' * 400}')",
        "UPDATE changes SET change = replace(change, '\"id\":1', '\"id\":7') WHERE entry_id = 2",
        "UPDATE changes SET change = replace(change, '\"new\"', '\"\\ud800\"') WHERE entry_id = 2",
        "DELETE FROM changes WHERE entry_id = 2 AND position = 0",
        "UPDATE takes SET label = 'changed by another program'",
        "DELETE FROM takes WHERE id = 1",
        "UPDATE journal SET edit = x'00' WHERE id = 2",
        "UPDATE journal SET changes = 'x' WHERE id = 2",
    ],
)
def test_a_step_that_cannot_be_taken_back_says_so_and_changes_nothing(
    relabelled: Project, path: Path, sql: str
) -> None:
    run_sql(path, sql)
    before = dump(relabelled, journal=True)
    with pytest.raises(DataError):
        relabelled.undo()
    assert dump(relabelled, journal=True) == before
    relabelled.journal.undo_text.encode()
    relabelled.do(SetSetting("x", 1, joins=True))
    relabelled.do(SetSetting("x", 2, joins=True))
    relabelled.undo()
    assert relabelled.setting("x") is None
    relabelled.do(Trash((2,)))
    relabelled.empty_trash()


@pytest.mark.parametrize(
    "edit", ["[", "[]", "[" * 3000, '{"text": 5}', r'{"kind": "setting", "name": "x", "text": "\ud800"}']
)
def test_a_step_whose_description_is_damaged_still_works(relabelled: Project, path: Path, edit: str) -> None:
    run_sql(path, f"UPDATE journal SET edit = '{edit}' WHERE id = 2")
    relabelled.journal.undo_text.encode()
    relabelled.do(SetSetting("x", 1, joins=True))
    relabelled.undo()
    done = relabelled.undo()
    assert done is not None
    done.text.encode()
    assert relabelled.header(1).label == "wave"


def test_a_foreign_journal_cannot_remove_samples_that_are_in_use(relabelled: Project, path: Path) -> None:
    piece = {"take_id": 9, "position": 0, "signal_id": 1, "start": 0, "count": 20}
    change = json.dumps(["pieces", None, piece])
    run_sql(
        path,
        f"""INSERT INTO journal VALUES (7, '', '{{"kind": "add takes"}}', 1, 1);
            INSERT INTO changes VALUES (7, 0, '{change}')""",
    )
    relabelled.do(AddLabel("x"))
    assert len(relabelled.recording(1).counts) == 20


def test_a_step_joins_only_what_was_done_just_before(project: Project, path: Path) -> None:
    slide(project, 1)
    project.journal.end_joining()
    slide(project, 2)
    project.close()
    project = Project.open(path)
    slide(project, 3)
    slide(project, 4)
    values = []
    while project.undo():
        values.append(project.setting("window"))
    assert values == [2, 1, None]
    project.close()
