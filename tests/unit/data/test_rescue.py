"""The file deleted, replaced or overwritten while it is open is noticed, and what is open is saved elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.projects import block, planned, take

from tinylab.data.editing.edits import AddTakes, Relabel, SetSetting, Trash
from tinylab.data.project import Project
from tinylab.data.rescue import save_elsewhere
from tinylab.errors import DataError


@pytest.fixture
def filled(project: Project) -> Project:
    """Ten takes that stand in the file itself, and one that stands in its write-ahead log only."""
    project.do(AddTakes(tuple(take(f"take {number}", 500) for number in range(10)), "add"))
    project._database.checkpoint()
    project.do(AddTakes((take("late"),), "add"))
    project.do(Trash((2,)))
    return project


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another project, which somebody puts where ours lies."""
    path = tmp_path / "other" / "other.tinylab"
    path.parent.mkdir()
    made = Project.create(path)
    made.do(AddTakes(tuple(take(f"other {number}", 700) for number in range(40)), "add"))
    made.close()
    return path


def delete(path: Path, _other: Path) -> None:
    path.unlink()


def move(path: Path, _other: Path) -> None:
    path.rename(path.with_name("moved.tinylab"))


def replace(path: Path, other: Path) -> None:
    shutil.copy(other, path.with_name("new"))
    path.with_name("new").replace(path)


def overwrite(path: Path, other: Path) -> None:
    with path.open("r+b") as file:
        file.write(other.read_bytes())
        file.truncate()


def overwrite_with_rubbish(path: Path, _other: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\xa5" * path.stat().st_size)


HARMS = [(delete, "is gone"), (move, "is gone"), (replace, "was replaced"), (overwrite, "was overwritten"),
         (overwrite_with_rubbish, "was overwritten")]  # fmt: skip


def test_a_file_that_is_as_it_was_is_not_missing(filled: Project, path: Path) -> None:
    assert filled.missing() == ""
    filled._database.checkpoint()
    filled.do(Relabel((1,), "new"))
    assert filled.missing() == ""
    reader = Project.open(path, read_only=True)
    assert reader.missing() == ""
    reader.close()
    assert filled.missing() == ""


@pytest.mark.parametrize(("harm", "message"), HARMS)
def test_what_happened_to_the_file_is_noticed(
    filled: Project, path: Path, other: Path, harm: Callable[[Path, Path], None], message: str
) -> None:
    harm(path, other)
    assert message in filled.missing()


def test_what_happened_to_the_file_is_noticed_after_reopening_too(filled: Project, path: Path) -> None:
    filled.close()
    opened = Project.open(path)
    try:
        assert opened.missing() == ""
        path.unlink()
        assert "is gone" in opened.missing()
    finally:
        opened.close()


@pytest.mark.parametrize("harm", [delete, move, replace])
def test_a_file_that_only_lost_its_name_is_saved_whole(
    filled: Project, path: Path, other: Path, tmp_path: Path, harm: Callable[[Path, Path], None]
) -> None:
    filled.do(SetSetting("sampling", {"rate_hz": 50}))
    headers = filled.headers()[0]
    samples = {header.id: filled.recording(header.id).counts.tolist() for header in headers}
    harm(path, other)
    target, lost = save_elsewhere(filled, headers, [tmp_path / "rescue"])
    assert lost == 0
    assert target.name.startswith("my project ü (saved 2")
    saved = Project.open(target)
    assert saved.headers() == (headers, [])
    assert {header.id: saved.recording(header.id).counts.tolist() for header in headers} == samples
    assert saved.setting("sampling") == {"rate_hz": 50}
    assert saved.journal.undo_text == "change the settings"
    saved.close()


@pytest.mark.parametrize("harm", [overwrite, overwrite_with_rubbish])
@pytest.mark.parametrize("read_before", [True, False])
def test_of_an_overwritten_file_those_takes_are_saved_that_are_still_whole(
    filled: Project, path: Path, other: Path, tmp_path: Path, harm: Callable[[Path, Path], None], read_before: bool
) -> None:
    headers = filled.headers()[0]
    samples = {header.id: filled.recording(header.id).counts.tolist() for header in headers}
    if not read_before:
        filled.samples._cache.clear()
    harm(path, other)
    try:
        target, lost = save_elsewhere(filled, headers, [tmp_path / "rescue"])
    except DataError:
        assert list((tmp_path / "rescue").iterdir()) == []
        return
    saved = Project.open(target)
    found, bad = saved.headers()
    assert bad == []
    assert len(found) == len(headers) - lost
    by_label = {header.label: header for header in headers}
    for header in found:
        assert saved.recording(header.id).counts.tolist() == samples[by_label[header.label].id]
    saved.close()


@pytest.mark.parametrize("harm", [delete, replace, overwrite])
def test_closing_does_not_write_into_what_lies_there_now(
    filled: Project, path: Path, other: Path, harm: Callable[[Path, Path], None]
) -> None:
    content = other.read_bytes()
    harm(path, other)
    filled.close()
    assert not list(path.parent.glob("*-wal")) or all(each.stat().st_size == 0 for each in path.parent.glob("*-wal"))
    if harm is delete:
        assert not path.exists()
        return
    assert path.read_bytes() == content
    again = Project.open(path)
    assert again.headers()[0][0].label == "other 0"
    assert len(again.recording(40).counts) == 700
    again.close()


def test_the_next_folder_is_taken_where_the_first_cannot_be_written(filled: Project, tmp_path: Path) -> None:
    headers = filled.headers()[0]
    filled.path.unlink()
    (tmp_path / "file").write_text("no folder")
    target, lost = save_elsewhere(filled, headers, [tmp_path / "file" / "x", tmp_path / "second"])
    assert (target.parent, lost) == (tmp_path / "second", 0)
    with pytest.raises(DataError, match="cannot be written"):
        save_elsewhere(filled, headers, [tmp_path / "file" / "x"])
    with pytest.raises(DataError, match="no folder"):
        save_elsewhere(filled, headers, [])


def test_a_take_that_is_being_recorded_is_saved_with_what_it_has(filled: Project, tmp_path: Path) -> None:
    writer = filled.begin_take(planned())
    writer.add(block(0))
    headers = filled.headers()[0]
    filled.path.unlink()
    writer.add(block(10))  # a deleted file can still be written where it is open
    target, lost = save_elsewhere(filled, headers, [tmp_path / "rescue"])
    assert lost == 0
    saved = Project.open(target)
    assert saved.headers()[0][-1].samples == 20
    saved.close()
