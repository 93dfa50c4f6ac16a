"""One file holds a project; an edit happens whole or not at all, and a killed program loses next to nothing."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tinylab.data import schema
from tinylab.data.project import Project
from tinylab.data.recording import Origin, Recording
from tinylab.errors import DataError


def take(label: str = "wave", samples: int = 20, **changes: object) -> Recording:
    rows = np.arange(samples * 3, dtype=np.int16).reshape(-1, 3)
    origin = Origin("board", "LSM303AGR", "evening", "board")
    return Recording(label, "Anna", 100.0, rows, 0.002, 2.0, 100.0, origin=origin).with_changes(**changes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my project ü.tinylab"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    opened = Project.create(path)
    yield opened
    opened.close()


# --- files ----------------------------------------------------------------------------------------------


def test_a_project_is_one_file_and_opens_again_as_it_was(project: Project, path: Path) -> None:
    original = take("a\n\"'%s??/🦾", split="test", lost=2, overruns=3, jitter_us=1.5)
    (number,) = project.add([original])
    project.set_setting("sampling", {"rate_hz": 50})
    project.close()
    project.close()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    again = Project.open(path)
    (found,) = again.recordings()
    for name in ("label", "subject", "rate_hz", "g_per_count", "range_g", "rate_asked_hz", "split", "lost", "overruns"):
        assert getattr(found, name) == getattr(original, name)
    assert (found.origin, found.id, found.jitter_us) == (original.origin, number, 1.5)
    assert found.created_at
    assert np.array_equal(found.counts, original.counts)
    assert again.setting("sampling") == {"rate_hz": 50}
    assert again.setting("missing", 7) == 7
    again.close()


def test_creating_does_not_overwrite_and_opening_does_not_create(project: Project, path: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="exists already"):
        Project.create(path)
    with pytest.raises(DataError, match="There is no project"):
        Project.open(tmp_path / "other.tinylab")
    assert not (tmp_path / "other.tinylab").exists()


def test_a_folder_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be opened"):
        Project.create(tmp_path / "nowhere" / "x.tinylab")


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be looked at" * 20, b"\x89PNG\r\n\x1a\n" + bytes(200)]
)
def test_a_file_that_is_no_database_is_refused_and_kept_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.tinylab"
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a TinyLab project"):
        Project.open(path)
    assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("CREATE TABLE mine (x)", "not a TinyLab project"),
        (
            f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = 99; CREATE TABLE t (x)",
            "newer TinyLab",
        ),
    ],
)
def test_somebody_elses_database_and_a_newer_project_are_refused_and_kept_as_they_are(
    tmp_path: Path, statement: str, words: str
) -> None:
    path = tmp_path / "x.tinylab"
    with sqlite3.connect(path) as connection:
        connection.executescript(statement)
    connection.close()
    content = path.read_bytes()
    with pytest.raises(DataError, match=words):
        Project.open(path)
    assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_project_is_told_in_words(project: Project, path: Path) -> None:
    project.add([take(samples=5000) for _ in range(5)])
    project.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"damaged|could not be read"):
        Project.open(path).recordings()


def test_a_project_that_another_program_writes_to_is_told_in_words(project: Project, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    project._connection.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(DataError, match="could not be written") as caught:
        project.add([take()])
    assert "no other program" in caught.value.hint
    other.execute("ROLLBACK")
    other.close()
    project.add([take()])
    assert len(project.recordings()) == 1


def test_a_closed_project_refuses_in_words(project: Project) -> None:
    project.close()
    with pytest.raises(DataError):
        project.add([take()])
    with pytest.raises(DataError):
        project.recordings()


# --- recordings -----------------------------------------------------------------------------------------


def test_adding_is_all_or_nothing(project: Project) -> None:
    def two_then_a_mistake() -> Iterator[Recording]:
        yield take("one")
        yield take("two")
        raise DataError("the third is broken")

    with pytest.raises(DataError, match="the third"):
        project.add(two_then_a_mistake())
    assert project.recordings() == []
    assert len(project.add([take("one"), take("two")])) == 2


def test_a_take_is_whole_when_it_is_finished(project: Project) -> None:
    number = project.begin(take())
    assert project.recordings() == []
    for first in range(0, 60, 10):
        project.append(number, 100 + first, 5_000_000 + first * 10_050, 4, np.full((10, 3), first))
    finished = project.finish(number)
    assert (finished.samples, finished.lost, finished.overruns) == (60, 0, 0)
    assert finished.rate_hz == pytest.approx(1e6 / 10_050)
    assert finished.counts[::10, 0].tolist() == [0, 10, 20, 30, 40, 50]
    assert [r.id for r in project.recordings()] == [number]


def test_gaps_and_overruns_are_counted_in_a_take(project: Project) -> None:
    number = project.begin(take())
    for first, overruns in ((0, 5), (10, 5), (35, 8), (45, 9)):
        project.append(number, first, first * 10_000, overruns, np.zeros((10, 3)))
    finished = project.finish(number)
    assert (finished.samples, finished.lost, finished.overruns) == (40, 15, 4)
    assert finished.rate_hz == pytest.approx(100.0)


def test_a_take_without_a_sample_leaves_nothing_behind(project: Project) -> None:
    number = project.begin(take())
    with pytest.raises(DataError, match="no sample arrived"):
        project.finish(number)
    with pytest.raises(DataError, match="There is no recording"):
        project.recording(number)


def test_a_cancelled_take_is_gone_and_samples_that_come_late_are_refused(project: Project) -> None:
    number = project.begin(take())
    project.append(number, 0, 0, 0, np.zeros((10, 3)))
    project.discard(number)
    with pytest.raises(DataError, match="could not be written"):
        project.append(number, 10, 0, 0, np.zeros((10, 3)))
    assert project._query("SELECT count(*) FROM chunks") == [(0,)]
    assert project.recordings() == []


def test_what_is_deleted_comes_back_until_the_project_is_closed(project: Project, path: Path) -> None:
    first, second = project.add([take("one"), take("two")])
    project.set_deleted([first, second], True)
    assert project.recordings() == []
    project.set_deleted([second], False)
    assert [r.label for r in project.recordings()] == ["two"]
    project.close()
    again = Project.open(path)
    again.set_deleted([first], False)
    assert [r.label for r in again.recordings()] == ["two"]
    assert again._query("SELECT count(*) FROM chunks") == [(1,)]
    again.close()


def test_relabelling_checks_the_label(project: Project) -> None:
    (number,) = project.add([take("one")])
    with pytest.raises(DataError, match="longer than 300"):
        project.relabel(number, "x" * 301)
    project.relabel(number, "🦾" * 300)
    assert project.recording(number).label == "🦾" * 300


def test_runs_are_kept_in_order(project: Project, path: Path) -> None:
    first = project.add_run({"epochs": 3}, {"loss": [1.0, float("nan")]}, b"keras")
    project.add_run({"epochs": 4}, {}, b"\0", b"tflite")
    project.update_run(first, {"loss": [0.5]}, b"int8")
    project.close()
    again = Project.open(path)
    assert [(r.settings, r.outcome, r.keras, r.tflite) for r in again.runs()] == [
        ({"epochs": 3}, {"loss": [0.5]}, b"keras", b"int8"),
        ({"epochs": 4}, {}, b"\0", b"tflite"),
    ]
    again.close()


# --- crashes --------------------------------------------------------------------------------------------

RECORDER = """
import sys
from pathlib import Path
import numpy as np
from tinylab.data.project import Project
from tinylab.data.recording import Recording
project = Project.create(Path(sys.argv[1]))
blank = Recording("wave", "Anna", 100.0, np.zeros((1, 3), np.int16), 0.002, rate_asked_hz=100.0)
project.add([blank])
take = project.begin(blank)
for number in range(100000):
    project.append(take, number * 10, number * 100000, 0, np.full((10, 3), number % 1000))
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_program_killed_while_recording_keeps_every_sample_that_was_stored(path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", RECORDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    stored = -1
    while stored < 150:
        stored = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    stored = max([stored, *map(int, process.stdout.read().split())])
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL

    project = Project.open(path)
    before, found = project.recordings()
    assert before.samples == 1
    assert (stored + 1) * 10 <= found.samples <= (stored + 2) * 10
    assert (found.lost, found.label) == (0, "wave")
    assert found.counts[-1, 0] == (found.samples // 10 - 1) % 1000
    assert found.rate_hz == pytest.approx(100.0)
    project.close()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_crash_before_the_first_sample_leaves_no_take(project: Project, tmp_path: Path) -> None:
    project.begin(take())
    copy = tmp_path / "crashed.tinylab"
    for ending in ("", "-wal", "-shm"):
        shutil.copy(f"{project.path}{ending}", f"{copy}{ending}")
    again = Project.open(copy)
    assert again.recordings() == []
    assert again._query("SELECT count(*) FROM recordings") == [(0,)]
    again.close()
