"""The project's takes as the pages see them: every edit has a way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinylab.data.recording import Recording
from tinylab.errors import DataError
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session

CSV = "time_s,ax_g,ay_g,az_g\n" + "".join(f"{i / 50:.2f},0,{i / 100},1\n" for i in range(30))


@pytest.fixture
def filled(session: Session, performances: tuple[Recording, ...]) -> Session:
    assert session.project is not None
    session.project.add(performances)
    session.library.reload()
    return session


def test_counts_labels_and_subjects(filled: Session) -> None:
    library = filled.library
    assert len(library.recordings) == 20
    assert library.labels[0] == "wave"
    assert library.subjects == tuple(f"subject {n}" for n in range(5))
    assert set(library.takes_by_label.values()) == {10}
    assert library.seconds == pytest.approx(40, rel=0.15)


def test_deleting_is_undone_and_done_again(filled: Session) -> None:
    library, history = filled.library, filled.history
    ids = [r.id for r in library.recordings[:3]]
    library.delete(ids)
    assert len(library.recordings) == 17
    assert history.undo_text == "delete 3 takes"
    history.undo()
    assert [r.id for r in library.recordings[:3]] == ids
    assert history.redo_text == "delete 3 takes"
    history.redo()
    assert len(library.recordings) == 17


def test_relabelling_is_undone_and_a_bad_label_changes_nothing(filled: Session) -> None:
    library, first = filled.library, filled.library.recordings[0]
    library.relabel(first.id, "🦾\n%s")
    assert library.recordings[0].label == "🦾\n%s"
    with pytest.raises(DataError):
        library.relabel(first.id, " ")
    assert library.recordings[0].label == "🦾\n%s"
    filled.history.undo()
    assert library.recordings[0].label == first.label


def test_a_label_without_a_take_stays_with_the_project(session: Session) -> None:
    session.add_label("later")
    session.add_label(" ")
    assert session.library.labels == ("later",)
    assert session.capture.next.label == "later"
    assert [n.message for n in session.notices.shown] == ["The label is empty."]
    assert session.project is not None
    path = session.project.path
    session.new_project(path.with_name("other.tinylab"))
    assert session.library.labels == ()
    session.open_project(path)
    assert session.library.labels == ("later",)


def test_an_import_can_be_taken_back_and_a_bad_one_changes_nothing(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    folder.mkdir()
    (folder / "a.csv").write_text(CSV, encoding="utf-8")
    (folder / "index.csv").write_text("file,label\na.csv,one\na.csv,two\n", encoding="utf-8")
    session.import_folder(folder)
    assert session.library.labels == ("one", "two")
    assert session.history.undo_text == "import takes"
    (folder / "b.csv").write_text(CSV + "0.6,nan,0,1\n", encoding="utf-8")
    (folder / "index.csv").write_text("file,label\na.csv,three\nb.csv,four\n", encoding="utf-8")
    session.import_folder(folder)
    assert session.notices.shown[-1].tone is Tone.ERROR
    assert "b.csv, row 32: ax_g is nan" in session.notices.shown[-1].message
    assert session.library.labels == ("one", "two")
    session.history.undo()
    assert session.library.recordings == ()


def test_the_example_is_made_once_and_opened_again(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "projects" / "example.tinylab"
    session.open_example(path)
    assert len(session.library.recordings) == 140
    assert session.history.undo_text == ""
    session.library.delete([session.library.recordings[0].id])
    session.new_project(tmp_path / "other.tinylab")
    session.open_example(path)
    assert len(session.library.recordings) == 139
    assert session.connection.sampling.range_g == 8


def test_a_project_that_cannot_be_opened_leaves_the_open_one_as_it_is(filled: Session, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tinylab"
    bad.write_bytes(b"no database" * 500)
    for path in (bad, tmp_path / "missing.tinylab"):
        with pytest.raises(DataError):
            filled.open_project(path)
    assert filled.project is not None
    with pytest.raises(DataError):
        filled.new_project(filled.project.path)
    assert len(filled.library.recordings) == 20
    filled.library.delete([filled.library.recordings[0].id])
    assert len(filled.library.recordings) == 19


def test_a_project_whose_samples_are_damaged_leaves_the_open_one_as_it_is(
    filled: Session, performances: tuple[Recording, ...], tmp_path: Path
) -> None:
    from tinylab.data.project import Project

    path = tmp_path / "damaged.tinylab"
    damaged = Project.create(path)
    damaged.add(performances)
    damaged._connection.execute("UPDATE chunks SET counts = x'010203'")
    damaged.close()
    with pytest.raises(DataError):
        filled.open_project(path)
    assert len(filled.library.recordings) == 20
    filled.library.delete([filled.library.recordings[0].id])
    assert len(filled.library.recordings) == 19
