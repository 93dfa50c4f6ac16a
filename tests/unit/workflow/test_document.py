"""The open project as the pages see it: every edit has a way back, and what fails changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from fakes.sessions import errors

from tinylab.data.editing.label_edits import AddLabel, RemoveLabel, RenameLabel
from tinylab.data.editing.region_edits import AddRegion, MoveRegion
from tinylab.data.editing.take_edits import AddTakes, Relabel
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.data.storage.owner import lock_path
from tinylab.errors import DataError
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.notices import Tone
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.importer import Added
from tinylab.workflow.session import Session

CSV = "time_s,ax_g,ay_g,az_g\n" + "".join(f"{i / 50:.2f},0,{i / 100},1\n" for i in range(30))


@pytest.fixture
def filled(session: Session, performances: tuple[Recording, ...]) -> Session:
    session.document.apply(AddTakes(performances, "fill"))
    return session


def test_counts_labels_and_subjects(filled: Session) -> None:
    document = filled.document
    assert len(document.takes) == 20
    assert document.labels[0] == "wave"
    assert document.subjects == tuple(f"subject {n}" for n in range(5))
    assert set(document.takes_by_label.values()) == {10}
    assert document.seconds == pytest.approx(40, rel=0.15)


def test_deleting_is_undone_and_done_again(filled: Session) -> None:
    document = filled.document
    ids = [take.id for take in document.takes[:3]]
    assert document.trash(ids)
    assert len(document.takes) == 17
    assert [take.id for take in document.trashed] == ids
    assert document.undo_text == "delete 3 takes"
    document.undo()
    assert [take.id for take in document.takes[:3]] == ids
    assert document.redo_text == "delete 3 takes"
    document.redo()
    assert len(document.takes) == 17


def test_undo_goes_back_beyond_closing_and_reopening(filled: Session, tmp_path: Path) -> None:
    document = filled.document
    first = document.takes[0]
    document.do(Relabel((first.id,), "other"))
    document.trash([first.id])
    path = document.open_project().path
    filled.projects.new(tmp_path / "second.tinylab").result()
    assert document.undo_text == ""
    filled.projects.open(path).result()
    assert document.undo_text == "delete a take"
    document.undo()
    document.undo()
    assert document.takes[0] == first
    document.undo()
    assert document.takes == ()
    assert document.labels == ()


def test_a_change_names_the_takes_that_changed_and_no_others(filled: Session) -> None:
    seen: list[Change] = []
    filled.document.changed.subscribe(seen.append)
    chosen = filled.document.takes[4].id
    filled.document.do(Relabel((chosen,), "wave"))
    filled.document.do(Relabel((chosen,), filled.document.labels[1]))
    filled.document.undo()
    kinds = {change.kind for change in seen}
    assert kinds == {ChangeKind.TAKES}
    assert {take_id for change in seen for take_id in change.ids} == {chosen}


def test_relabelling_is_undone_and_a_bad_label_changes_nothing(filled: Session) -> None:
    document = filled.document
    first = document.takes[0]
    assert document.do(Relabel((first.id,), "🦾\n%s"))
    assert document.takes[0].label == "🦾\n%s"
    assert not document.do(Relabel((first.id,), " "))
    assert errors(filled) == ["The label is empty."]
    assert document.takes[0].label == "🦾\n%s"
    document.undo()
    assert document.takes[0].label == first.label


def test_a_label_is_renamed_everywhere_and_removed_only_when_nothing_has_it(filled: Session) -> None:
    document = filled.document
    assert not document.do(RemoveLabel("wave"))
    assert "so it stays" in errors(filled)[0]
    filled.notices.clear()
    assert document.do(RenameLabel("wave", "greet"))
    assert document.labels[0] == "greet"
    assert document.takes_by_label["greet"] == 10
    assert not document.do(RenameLabel("greet", document.labels[1]))
    assert "already" in errors(filled)[0]
    document.do(AddLabel("empty"))
    assert document.do(RemoveLabel("empty"))
    assert "empty" not in document.labels


def test_a_label_without_a_take_stays_with_the_project(session: Session) -> None:
    session.recorder.add_label("later")
    session.recorder.add_label(" ")
    assert session.document.labels == ("later", "nothing")
    assert session.recorder.next.label == "later"
    assert [n.message for n in session.notices.shown] == ["The label is empty."]
    path = session.document.open_project().path
    session.projects.new(path.with_name("other.tinylab")).result()
    assert session.document.labels == ()
    assert session.recorder.next.label == ""
    session.projects.open(path).result()
    assert session.document.labels == ("later", "nothing")


def test_an_import_can_be_taken_back_and_a_bad_one_changes_nothing(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    folder.mkdir()
    (folder / "a.csv").write_text(CSV, encoding="utf-8")
    (folder / "b.csv").write_text(CSV, encoding="utf-8")
    (folder / "index.csv").write_text("file,label\na.csv,one\nb.csv,two\n", encoding="utf-8")
    assert session.importer.import_path(folder).result() == Added(2, ())
    assert session.document.labels == ("one", "two")
    assert session.document.undo_text == "import takes"
    (folder / "b.csv").write_text(CSV + "0.6,nan,0,1\n", encoding="utf-8")
    (folder / "index.csv").write_text("file,label\nb.csv,four\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.csv, row 32: ax_g is nan"):
        session.importer.import_path(folder).result()
    assert session.notices.shown[-1].tone is Tone.ERROR
    assert session.document.labels == ("one", "two")
    session.document.undo()
    assert session.document.takes == ()


def test_the_example_is_made_once_and_opened_again(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "projects" / "example.tinylab"
    session.projects.open_example(path).result()
    assert len(session.document.takes) == 140
    assert session.document.undo_text == ""
    session.document.trash([session.document.takes[0].id])
    session.projects.new(tmp_path / "other.tinylab").result()
    session.projects.open_example(path).result()
    assert len(session.document.takes) == 139
    assert len(session.document.trashed) == 1
    assert session.connection.sampling.range_g == 8


def test_rate_and_range_belong_to_the_project_and_their_change_is_undone(session: Session, tmp_path: Path) -> None:
    first = session.document.open_project().path
    session.sampling.choose(Sampling(400, 8))
    session.projects.new(tmp_path / "second.tinylab").result()
    assert session.connection.sampling == Sampling(100, 4)
    session.projects.open(first).result()
    assert session.connection.sampling == Sampling(400, 8)
    session.document.undo()
    assert session.connection.sampling == Sampling(100, 4)


def test_a_project_that_cannot_be_opened_leaves_the_open_one_as_it_is(filled: Session, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tinylab"
    bad.write_bytes(b"no database" * 500)
    for path in (bad, tmp_path / "missing.tinylab"):
        with pytest.raises(DataError):
            filled.projects.open(path).result()
    with pytest.raises(DataError):
        filled.projects.new(filled.document.open_project().path).result()
    assert len(filled.document.takes) == 20
    filled.document.trash([filled.document.takes[0].id])
    assert len(filled.document.takes) == 19


def test_one_damaged_take_costs_one_take(session: Session, performances: tuple[Recording, ...], tmp_path: Path) -> None:
    path = tmp_path / "damaged.tinylab"
    project = Project.create(path)
    project.do(AddTakes(performances, "fill"))
    project.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE takes SET rate_hz = 'fast' WHERE id = 3")
        connection.execute("UPDATE chunks SET counts = x'010203' WHERE signal_id = 5")
    connection.close()
    session.projects.open(path).result()
    assert len(session.document.takes) == 19
    assert session.document.problems == ["take 3 cannot be read: its rate hz is no number."]
    way_out = "“Export takes” in the project's menu saves what can be read."
    assert session.notices.shown[-1].hint == f"{session.document.problems[0]} {way_out}"
    with pytest.raises(DataError, match="Take 5 cannot be read"):
        session.document.recording(5)
    assert len(session.document.recording(6).counts) > 0


def test_a_project_that_is_open_elsewhere_is_shown_but_not_changed(filled: Session) -> None:
    path = filled.document.open_project().path
    second = Session(fast_virtual_board=True)
    try:
        second.projects.open(path).result()
        assert second.document.read_only
        assert len(second.document.takes) == 20
        assert "is open in another TinyLab on this computer" in second.notices.shown[0].message
        assert not second.document.trash([second.document.takes[0].id])
        assert "for reading only" in errors(second)[0]
        assert second.recorder.why_not()
    finally:
        second.close()
    assert filled.document.trash([filled.document.takes[0].id])


def test_a_project_that_another_computer_left_locked_can_be_taken_over(filled: Session, tmp_path: Path) -> None:
    path = filled.document.open_project().path
    filled.projects.new(tmp_path / "other.tinylab").result()
    lock = lock_path(path)
    lock.write_text('{"host": "labor-7", "pid": 12, "since": "2026-05-01T10:11:12+00:00"}', encoding="utf-8")
    filled.projects.open(path).result()
    assert filled.document.read_only
    (notice,) = filled.notices.shown
    assert "on the computer labor-7" in notice.message
    (action,) = notice.actions
    action.act()
    assert filled.inbox.wait(lambda: not filled.document.read_only, 30)
    assert filled.document.trash([filled.document.takes[0].id])


def test_a_file_that_is_deleted_while_it_is_open_is_saved_elsewhere(filled: Session) -> None:
    path = filled.document.open_project().path
    path.unlink()
    assert filled.document.save_if_missing()
    saved = filled.document.open_project().path
    assert saved != path
    assert saved.is_file()
    assert "is gone" in errors(filled)[0]
    assert len(filled.document.takes) == 20
    assert filled.document.undo_text == "fill"
    filled.document.trash([filled.document.takes[0].id])
    assert len(filled.document.takes) == 19


def test_the_trash_is_emptied_only_when_asked_and_says_what_goes(filled: Session) -> None:
    document = filled.document
    chosen = [take.id for take in document.takes[:2]]
    document.trash(chosen)
    contents = document.trash_contents()
    assert [take.id for take in contents.takes] == chosen
    assert contents.bytes_freed == sum(take.samples * 6 for take in contents.takes)
    assert contents.steps == ("fill", "delete 2 takes")
    assert document.empty_trash()
    assert document.trashed == ()
    assert document.undo_text == ""
    assert len(document.takes) == 18
    assert "MB are free again" in filled.notices.shown[-1].message


def test_the_document_knows_regions_and_what_counts_as_edits_are_done_and_undone(filled: Session) -> None:
    document = filled.document
    take = document.takes[0]
    assert document.parts[0] == (take, Part(take.label, 0, take.samples))
    document.do(AddRegion(take.id, "punch", 10, 20))
    (region,) = document.regions(take.id)
    assert [part for each, part in document.parts if each.id == take.id] == [Part("punch", 10, 20)]
    document.do(MoveRegion(region.id, 0, 5))
    assert document.parts[0][1] == Part("punch", 0, 5)
    document.undo()
    document.undo()
    assert document.regions(take.id) == ()
    document.redo()
    assert document.regions(take.id) == (region,)
