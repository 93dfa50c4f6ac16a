"""Bringing recordings in: previewed, stored in one step of undo, and what was refused can be asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import exchange_files as files
from fakes.made_projects import recording

from tinylab.data.project import Project
from tinylab.exchange.found import Choices
from tinylab.workflow.notices import Tone
from tinylab.workflow.project import importer
from tinylab.workflow.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good files and a bad one."""
    made = tmp_path / "takes"
    for name, content in {"wave/1.csv": files.plain(), "rest/1.csv": files.semicolons(), "rest/2.csv": b"x"}.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return made


def test_a_preview_says_what_would_come_and_changes_nothing(session: Session, folder: Path) -> None:
    preview = session.importer.preview(folder, Choices(label="tap")).result()
    assert [recording.header.label for recording in preview.found.recordings] == ["tap", "tap"]
    assert preview.format == "csv-files"
    assert preview.rows[0] == ("Zeit", "time", "ax", "ay", "az")
    assert [refusal.file for refusal in preview.found.refused] == ["rest/2.csv"]
    assert session.document.takes == ()
    assert session.notices.shown == ()


def test_what_is_refused_is_said_and_the_rest_is_one_step_of_undo(session: Session, folder: Path) -> None:
    added = session.importer.import_path(folder).result()
    assert (added.takes, len(added.refused)) == (2, 1)
    notice = session.notices.shown[-1]
    assert (notice.tone, notice.message) == (Tone.CAUTION, "2 imported, 1 refused, from takes.")
    assert notice.hint.startswith("rest/2.csv")
    assert notice.hint.endswith("Undo takes them back out.")
    assert session.document.undo()
    assert session.document.takes == session.document.labels == ()


def test_behind_the_example_comes_the_page_that_shows_what_it_holds(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "load_example", lambda: [recording("lift", 1), recording("turn", 2)])
    session.importer.load_example().result()
    (notice,) = session.notices.shown
    assert notice.message == "2 real recordings of seven shoulder exercises loaded."
    (action,) = notice.actions
    asked: list[str] = []
    session.page_asked.subscribe(asked.append)
    action.act()
    assert (action.label, asked) == ("Open Explore", ["Explore"])


def test_takes_that_are_there_already_are_named_and_not_added_again(session: Session, tmp_path: Path) -> None:
    other = tmp_path / "other.tinylab"
    path = tmp_path / "wave.csv"
    path.write_bytes(files.plain())
    session.importer.import_path(path).result()
    session.projects.save_copy(other).result()
    session.document.undo()
    (tmp_path / "rest.csv").write_bytes(files.plain().replace(b"0.02,", b"0.021,", 1).replace(b"-0.98", b"-0.97"))
    session.importer.import_path(tmp_path / "rest.csv").result()
    assert session.importer.import_path(other).result().takes == 1
    added = session.importer.import_path(other).result()
    assert added.takes == 0
    assert added.remarks == ("1 take is in the project already, sample by sample, and was not added again: wave.csv.",)
    assert len(session.document.takes) == 2
    assert session.document.undo_text == "import other.tinylab"


def test_regions_come_with_their_takes_and_go_with_them(session: Session, tmp_path: Path) -> None:
    text = files.plain().decode().splitlines()
    rows = [f"{row},wave,{'left' if 10 <= at < 30 else ''},{1 if 10 <= at < 30 else ''}" for at, row in enumerate(text)]
    path = tmp_path / "all.csv"
    path.write_text("\n".join([f"{text[0]},label,region,region_number", *rows[1:]]), encoding="utf-8")
    session.importer.import_path(path).result()
    project = session.document.open_project()
    (take,) = session.document.takes
    assert [(r.label, r.start, r.count) for r in project.regions(take.id)] == [("left", 9, 20)]
    assert session.document.labels == ("wave", "left")
    session.document.undo()
    with pytest.raises(Exception, match="no take"):
        project.regions(take.id)
    session.document.redo()
    assert isinstance(project, Project)
    assert len(project.regions(take.id)) == 1
