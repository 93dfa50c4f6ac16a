"""Disk full, file locked, folder read-only, two programs: a sentence, nothing lost, and it works again afterwards."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.projects import block, dump, planned, take
from small_disks import fill, give_room, mount

from tinylab.data.editing.edits import AddLabel, AddTakes, Relabel
from tinylab.data.project import Project
from tinylab.errors import DataError

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "version1"


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a closed project, one that was killed, and one of release 1, mounted for reading only."""
    folder = tmp_path / "media"
    folder.mkdir()
    project = Project.create(folder / "closed.tinylab")
    project.do(AddTakes((take(),), "add"))
    project.close()
    project = Project.create(tmp_path / "killed.tinylab")
    project.do(AddTakes((take(), take()), "add"))
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"killed.tinylab{ending}", folder)
        shutil.copy(FIXTURES / f"killed.tinylab{ending}", folder / f"old.tinylab{ending}")
    shutil.copy(tmp_path / "killed.tinylab", folder / "without its log.tinylab")
    project.close()
    mount("--bind", str(folder), str(folder))
    mount("-o", "remount,ro,bind", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# --- the disk is full -----------------------------------------------------------------------------------


def test_an_edit_on_a_full_disk_changes_nothing_and_works_when_there_is_room(small_disk: Path) -> None:
    project = Project.create(small_disk / "x.tinylab")
    project.do(AddTakes((take(),), "add"))
    filler = fill(small_disk)
    before = dump(project, journal=True)
    large = tuple(take(samples=2000) for _ in range(20))
    for _ in range(3):
        with pytest.raises(DataError, match="the disk is full") as caught:
            project.do(AddTakes(large, "add"))
        assert "Free some space" in caught.value.hint
        assert dump(project, journal=True) == before
    assert len(project.recording(1).counts) == 20
    filler.unlink()
    project.do(AddTakes(large, "add again"))
    project.close()
    again = Project.open(small_disk / "x.tinylab")
    assert again.headers()[0][-1].samples == 2000
    again.close()


def test_a_take_on_a_full_disk_keeps_what_was_stored(small_disk: Path) -> None:
    project = Project.create(small_disk / "x.tinylab")
    writer = project.begin_take(planned(asked=1_000_000))
    stored = 0
    filler = fill(small_disk)
    give_room(filler, 200_000)
    with pytest.raises(DataError, match="the disk is full"):
        for stored in range(0, 1_000_000, 1000):
            writer.add(block(stored, count=1000))
    assert stored
    writer.end("The disk is full.")
    filler.unlink()
    header = writer.finish()
    assert (header.samples, header.ended) == (stored, "The disk is full.")
    assert project.recording(header.id).counts[-1, 0] == (stored - 1) % 1000
    project.close()


def test_a_project_on_a_full_disk_opens_and_none_is_made_by_halves(small_disk: Path) -> None:
    Project.create(small_disk / "x.tinylab").close()
    filler = fill(small_disk)
    with pytest.raises(DataError):
        Project.create(small_disk / "y.tinylab")
    assert {each.name for each in small_disk.iterdir()} == {"x.tinylab", "filler"}
    project = Project.open(small_disk / "x.tinylab")
    assert project.labels() == []
    with pytest.raises(DataError, match=r"disk is full|for reading only"):
        project.do(AddTakes((take(samples=9000),), "add"))
    with pytest.raises(DataError, match="disk is full"):
        project.save_copy(small_disk / "copy.tinylab")
    project.close()
    filler.unlink()
    project = Project.open(small_disk / "x.tinylab")
    project.do(AddLabel("wave"))
    project.close()


def test_a_file_of_release_1_stays_whole_where_there_is_no_room_to_migrate_it(small_disk: Path) -> None:
    path = Path(shutil.copy(FIXTURES / "trained.tinylab", small_disk / "x.tinylab"))
    content = path.read_bytes()
    for room in (0, 30_000, 150_000, 300_000):
        filler = fill(small_disk)
        give_room(filler, room)
        try:
            project = Project.open(path)
        except DataError as error:
            assert "disk" in error.message or "space" in error.message
        else:  # not even its lock file could be written
            assert "No space left" in project.read_only_because
            assert len(project.headers()[0]) == 10
            project.close()
        assert path.read_bytes() == content
        assert {each.name for each in small_disk.iterdir()} == {"x.tinylab", "filler"}
        filler.unlink()
    project = Project.open(path)
    assert len(project.headers()[0]) == 10
    project.close()


# --- the folder is read-only ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "takes"), [("closed", 1), ("killed", 2), ("old", 5), ("without its log", 0)])
def test_from_read_only_media_everything_can_be_read(read_only_folder: Path, name: str, takes: int) -> None:
    project = Project.open(read_only_folder / f"{name}.tinylab")
    assert project.read_only
    assert "read-only" in project.read_only_because.lower()
    headers, bad = project.headers()
    assert (len(headers), bad, project.missing()) == (takes, [], "")
    for header in headers:
        assert len(project.recording(header.id).counts) == header.samples
    with pytest.raises(DataError, match="for reading only"):
        project.do(AddLabel("wave"))
    with pytest.raises(DataError):
        project.begin_take(planned())
    project.close()


# --- other programs -------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylab.data.storage.database._OPENING_S", 0.02)
    monkeypatch.setattr("tinylab.data.storage.database._BUSY_S", 0.02)


@pytest.mark.usefixtures("impatient")
def test_a_file_that_another_program_has_locked_is_reported_and_works_again(tmp_path: Path) -> None:
    path = tmp_path / "x.tinylab"
    project = Project.create(path)
    project.do(AddTakes((take(),), "add"))
    writer = project.begin_take(planned(asked=20))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = dump(project, journal=True)
    project._database.connection.execute("PRAGMA synchronous")  # the connection itself is well
    for work in (lambda: project.do(Relabel((1,), "x")), project.undo, lambda: writer.add(block(0)), writer.finish,
                 project.empty_trash, lambda: project.begin_take(planned())):  # fmt: skip
        with pytest.raises(DataError, match="another program has the file locked"):
            work()
    assert dump(project, journal=True) == before
    assert len(project.recording(1).counts) == 20
    other.execute("ROLLBACK")
    other.close()
    project.do(Relabel((1,), "x"))
    project.close()


@pytest.mark.usefixtures("impatient")
def test_a_file_that_is_locked_when_it_is_opened_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.tinylab"
    Project.create(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for read_only in (True, False):
        with pytest.raises(DataError, match="another program has the file locked"):
            Project.open(path, read_only=read_only)
    assert [each.name for each in tmp_path.glob("*")] == ["x.tinylab"] or not list(tmp_path.glob(".*lock"))
    other.execute("ROLLBACK")
    other.close()
    project = Project.open(path)
    assert not project.read_only
    project.close()


RECORDER = """
import sys
from pathlib import Path
from fakes.projects import block, planned
from tinylab.data.project import Project
project = Project.open(Path(sys.argv[1]))
for number in range(20):
    writer = project.begin_take(planned(asked=100))
    for first in range(0, 100, 10):
        writer.add(block(first))
    print(writer.finish().id, flush=True)
sys.stdin.read()
project.close()
"""


def test_one_program_records_while_another_looks(tmp_path: Path) -> None:
    path = tmp_path / "x.tinylab"
    Project.create(path).close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", RECORDER, path], stdin=pipe, stdout=pipe, env=environment) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"1\n"
        reader = Project.open(path)
        assert "is open in another TinyLab" in reader.read_only_because
        for line in other.stdout:
            headers, bad = reader.headers()
            assert len(headers) >= int(line)
            assert bad == []
            assert all(len(reader.recording(header.id).counts) == 100 for header in headers)
            if len(headers) == 20:
                break
        reader.close()
        other.stdin.close()
        other.wait()
    project = Project.open(path)
    assert not project.read_only
    assert [header.id for header in project.headers()[0]] == list(range(1, 21))
    project.close()
    assert [each.name for each in tmp_path.iterdir()] == ["x.tinylab"]
