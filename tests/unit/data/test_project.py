"""One file holds a project; an edit happens whole or not at all, and what cannot be done is told in words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from fakes.projects import dump, run_sql, take

from tinylab.data.editing.edits import AddLabel, AddTakes, Relabel, SetSetting
from tinylab.data.project import Project
from tinylab.data.storage import schema
from tinylab.errors import DataError


def add(project: Project, *recordings: object) -> list[int]:
    """Add takes; returns their numbers."""
    before = {header.id for header in project.headers()[0]}
    project.do(AddTakes(tuple(recordings), "add"))  # type: ignore[arg-type]
    return [header.id for header in project.headers()[0] if header.id not in before]


def test_a_project_is_one_file_and_opens_again_as_it_was(project: Project, path: Path) -> None:
    original = take("a\n\"'%s??/🦾", split="test", lost=2, overruns=1, jitter_us=1.5, board="micro:bit", source="1.csv")
    (number,) = add(project, original)
    project.do(SetSetting("sampling", {"rate_hz": 50}))
    project.close()
    project.close()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    again = Project.open(path)
    (found,), bad = again.headers()
    assert bad == []
    assert found == original.header.with_changes(id=number, created_at=found.created_at)
    assert found.created_at
    recording = again.recording(number)
    assert recording.header == found
    assert np.array_equal(recording.counts, original.counts)
    assert again.setting("sampling") == {"rate_hz": 50}
    assert again.setting("missing", 7) == 7
    assert (again.read_only, again.read_only_because, again.missing()) == (False, "", "")
    again.close()


def test_creating_does_not_overwrite_and_opening_does_not_create(project: Project, path: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="exists already"):
        Project.create(path)
    with pytest.raises(DataError, match="There is no project"):
        Project.open(tmp_path / "other.tinylab")
    assert not (tmp_path / "other.tinylab").exists()


def test_a_folder_that_is_not_there_is_an_error_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be made"):
        Project.create(tmp_path / "nowhere" / "x.tinylab")


@pytest.mark.parametrize(
    "content",
    [b"", b"short", b"no database at all, but long enough to be looked at" * 20, b"\x89PNG\r\n\x1a\n" + bytes(200)],
)
def test_a_file_that_is_no_database_is_refused_and_kept_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.tinylab"
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a TinyLab project"):
        Project.open(path)
    assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("CREATE TABLE mine (x)", "not a TinyLab project"),
        (
            f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = 99; CREATE TABLE t (x)",
            "newer TinyLab",
        ),
        (
            f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = -1; CREATE TABLE t (x)",
            "newer TinyLab",
        ),
        (f"PRAGMA application_id = {schema.APPLICATION_ID}; CREATE TABLE t (x)", "no version"),
    ],
)
def test_somebody_elses_database_and_a_newer_project_are_refused_and_kept_as_they_are(
    tmp_path: Path, statement: str, message: str
) -> None:
    path = tmp_path / "x.tinylab"
    run_sql(path, statement)
    content = path.read_bytes()
    with pytest.raises(DataError, match=message):
        Project.open(path)
    assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_project_is_reported_in_a_sentence(project: Project, path: Path) -> None:
    add(project, *(take(samples=5000) for _ in range(5)))
    project.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    again = Project.open(path)
    headers, bad = again.headers()
    assert headers == []
    assert "damaged" in bad[0]
    with pytest.raises(DataError, match="damaged"):
        add(again, take())
    again.close()


def test_a_project_that_another_program_writes_to_is_reported_in_a_sentence(project: Project, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    project._database.connection.set_authorizer(None)
    project._database.connection.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(DataError, match="another program has the file locked") as caught:
        project.do(AddLabel("wave"))
    assert "Close it there" in caught.value.hint
    other.execute("ROLLBACK")
    other.close()
    project.do(AddLabel("wave"))
    assert project.labels() == ["wave"]


def test_a_closed_project_refuses_in_a_sentence(project: Project) -> None:
    project.close()
    with pytest.raises(DataError, match="it was closed"):
        project.do(AddLabel("wave"))
    with pytest.raises(DataError, match="it was closed"):
        project.header(1)


def test_a_project_that_cannot_be_identified_after_creation_leaves_no_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_project: Project) -> None:
        raise DataError("the disk is full")

    monkeypatch.setattr(Project, "_remember_file", refuse)
    with pytest.raises(DataError, match="full"):
        Project.create(path)
    assert list(path.parent.iterdir()) == []


def test_adding_is_all_or_nothing(project: Project) -> None:
    before = dump(project)
    one, two = take("one"), take("two")
    broken = take("three")
    object.__setattr__(broken.header, "note", "\ud800")
    with pytest.raises(DataError, match="no valid text"):
        add(project, one, two, broken)
    assert dump(project) == before
    assert len(add(project, one, two)) == 2


def test_relabelling_checks_the_label(project: Project) -> None:
    (number,) = add(project, take("one"))
    with pytest.raises(DataError, match="longer than 300"):
        project.do(Relabel((number,), "x" * 301))
    project.do(Relabel((number,), "🦾" * 300))
    assert project.header(number).label == "🦾" * 300
    assert project.labels() == ["one", "🦾" * 300]


def test_opening_reads_no_sample(project: Project, path: Path) -> None:
    add(project, *(take() for _ in range(20)))
    project.close()
    run_sql(path, "UPDATE chunks SET counts = zeroblob(length(counts))")
    again = Project.open(path)
    assert len(again.headers()[0]) == 20
    assert again.labels() == ["wave"]
    assert len(again.all_pieces_texts()) == 20
    assert not {"chunks", "signals"} & again.tables_read
    with pytest.raises(DataError, match="checksum"):
        again.recording(1)
    again.close()


def test_a_take_whose_header_tells_another_length_is_refused(project: Project, path: Path) -> None:
    (number,) = add(project, take())
    run_sql(path, "UPDATE takes SET samples = 21")
    with pytest.raises(DataError, match="21 samples, but it has 20"):
        project.recording(number)


def test_a_copy_is_a_project_of_its_own(project: Project, path: Path, tmp_path: Path) -> None:
    add(project, take())
    target = tmp_path / "copy.tinylab"
    project.save_copy(target)
    with pytest.raises(DataError, match="exists already"):
        project.save_copy(target)
    assert project._file is not None
    with Opened(target) as copy:
        assert copy.recording(1).header == project.header(1)
        assert copy.setting("project_id") != project.setting("project_id")
        assert copy.journal.undo_text == "add"
    with pytest.raises(DataError, match="cannot be made"):
        project.save_copy(tmp_path / "nowhere" / "copy.tinylab")


class Opened:
    """A project for a with statement."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._project = Project.open(path, read_only=read_only)

    def __enter__(self) -> Project:
        return self._project

    def __exit__(self, *_: object) -> None:
        self._project.close()


def test_opening_for_reading_changes_nothing_not_even_the_take_that_is_being_recorded(
    project: Project, path: Path
) -> None:
    from fakes.projects import block, planned

    writer = project.begin_take(planned())
    writer.add(block(0))
    before = dump(project, journal=True)
    with Opened(path, read_only=True) as reader:
        assert reader.headers() == ([], [])
        assert reader.read_only_because == "It was opened for reading only."
        with pytest.raises(DataError, match="for reading only"):
            reader.do(AddLabel("x"))
    assert dump(project, journal=True) == before
    writer.add(block(10))
    assert writer.finish().samples == 20
