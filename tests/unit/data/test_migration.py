"""Files of release 1, made by release 1 itself (see tests/fixtures/make_version1.py), become files of this one."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.projects import run_sql

from tinylab.data.project import Project
from tinylab.data.storage.version1 import VERSION_1
from tinylab.errors import DataError

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "version1"
LABELS = ["wave", "sh\"ake\n'%s 🦾", "rest"]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    return Path(shutil.copy(FIXTURES / "trained.tinylab", tmp_path))


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    shutil.copy(FIXTURES / "killed.tinylab-wal", tmp_path)
    return Path(shutil.copy(FIXTURES / "killed.tinylab", tmp_path))


def old_rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def old_counts(path: Path) -> dict[int, list[list[int]]]:
    """The samples of each take as the old file holds them."""
    found: dict[int, bytes] = {}
    for take_id, blob in old_rows(path, "SELECT recording_id, counts FROM chunks ORDER BY recording_id, first_sample"):
        found[take_id] = found.get(take_id, b"") + blob
    return {take_id: np.frombuffer(blob, "<i2").reshape(-1, 3).tolist() for take_id, blob in found.items()}


def test_everything_arrives_bit_for_bit(trained: Path) -> None:
    counts = old_counts(trained)
    old = old_rows(trained, "SELECT id, label, subject, split, rate_hz, created_at, session, source FROM recordings")
    ((settings, outcome, keras, tflite),) = old_rows(trained, "SELECT settings, outcome, keras, tflite FROM runs")
    project = Project.open(trained)
    headers, bad = project.headers()
    assert (bad, project.problems, project.read_only) == ([], (), False)
    assert [(h.id, h.label, h.subject, h.split, h.rate_hz, h.created_at, h.session, h.source) for h in headers] == old
    assert {header.id: project.recording(header.id).counts.tolist() for header in headers} == counts
    assert project.labels() == [*LABELS, "not yet recorded"]
    assert project.setting("sampling") == {"rate_hz": 50, "range_g": 2}
    assert project.setting("labels") is None
    (run,), bad = project.runs.all()
    assert (run.settings, run.outcome, run.tflite, bad) == (json.loads(settings), json.loads(outcome), tflite, [])
    assert project.runs.keras(run.id) == keras
    assert project.runs.evidence(run.id) is None
    assert project.undo() is None
    project.close()


def test_recorded_takes_are_raw_and_their_losses_counted_once(trained: Path) -> None:
    project = Project.open(trained)
    *imported, recorded = project.headers()[0]
    assert {header.frame for header in imported} == {"as imported"}
    assert {(header.lost, header.asked) for header in imported} == {(0, 0)}
    assert (recorded.frame, recorded.board, recorded.source) == ("raw", "micro:bit", "board")
    assert (recorded.samples, recorded.asked, recorded.lost, recorded.overruns) == (50, 63, 13, 3)
    assert recorded.rate_hz == pytest.approx(1e6 / 10_020)
    assert [(gap.at, gap.missing) for gap in project.samples.gaps(recorded.id)] == [(20, 10), (30, 3)]
    project.close()


def test_a_killed_file_arrives_with_its_log_its_deleted_take_and_the_one_being_recorded(killed: Path) -> None:
    project = Project.open(killed)
    headers = project.headers()[0]
    assert project.labels() == LABELS
    assert [header.id for header in headers if header.trashed] == [2]
    assert [header.id for header in project.trash().takes] == [2]
    last = headers[-1]
    assert (last.label, last.samples, last.lost, last.frame) == ("rest", 50, 0, "raw")
    assert last.ended == "TinyLab was closed before the take was whole."
    assert project.recording(last.id).counts[:, 0].tolist() == [number for number in range(1, 6) for _ in range(10)]
    project.close()
    assert sorted(each.name for each in killed.parent.iterdir()) == ["killed (before 2).tinylab", "killed.tinylab"]


@pytest.mark.parametrize("name", ["trained", "killed"])
def test_the_old_file_is_kept_and_is_what_it_was(request: pytest.FixtureRequest, name: str, tmp_path: Path) -> None:
    path: Path = request.getfixturevalue(name)
    for ending in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            shutil.copy(f"{path}{ending}", f"{tmp_path / 'twin.sqlite'}{ending}")
    project = Project.open(path)
    kept = project.copy_of_old
    project.close()
    assert kept == path.with_name(f"{name} (before 2).tinylab")
    for table in VERSION_1:
        sql = f"SELECT * FROM {table}"
        assert old_rows(kept, sql) == old_rows(tmp_path / "twin.sqlite", sql)
    assert {sql for (sql,) in old_rows(kept, "SELECT sql FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")} >= set(
        VERSION_1.values()
    )
    shutil.copy(FIXTURES / "trained.tinylab", path)
    again = Project.open(path)
    assert again.copy_of_old == path.with_name(f"{name} (before 2, 2).tinylab")
    again.close()


def test_opening_for_reading_migrates_a_copy_only(killed: Path) -> None:
    before = {each.name: each.read_bytes() for each in killed.parent.iterdir()}
    project = Project.open(killed, read_only=True)
    assert project.copy_of_old is None
    assert len(project.headers()[0]) == 5
    assert project.missing() == ""
    assert project.read_only
    project.close()
    assert {each.name: each.read_bytes() for each in killed.parent.iterdir()} == before


def test_a_file_that_release_1_has_open_is_not_taken_away_from_it(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(killed)
    other.execute("SELECT count(*) FROM recordings").fetchall()
    monkeypatch.setattr("tinylab.data.storage.database._BUSY_S", 0.02)
    with pytest.raises(DataError, match="another program has"):
        Project.open(killed)
    other.execute("UPDATE recordings SET label = 'written later'")
    other.commit()
    other.close()
    assert [each.name for each in killed.parent.iterdir()] == ["killed.tinylab"]
    project = Project.open(killed)
    assert project.headers()[0][0].label == "written later"
    project.close()


@pytest.mark.parametrize(
    ("sql", "takes", "problem"),
    [
        ("UPDATE recordings SET label = x'ff' WHERE id = 3", 9, "take 3 cannot be read: its label is no text."),
        ("UPDATE recordings SET rate_hz = 9e999 WHERE id = 3", 9, "take 3 cannot be read: its rate hz is no number."),
        ("UPDATE recordings SET rate_hz = -1 WHERE id = 3", 9, "take 3 cannot be read: A recording needs a rate"),
        ("UPDATE recordings SET lost = 'x' WHERE id = 3", 9, "take 3 cannot be read"),
        (
            "UPDATE recordings SET split = 'exam' WHERE id = 3",
            9,
            "take 3 cannot be read: The split “exam” is not known.",
        ),
        ("DELETE FROM chunks WHERE recording_id = 3", 9, "take 3 cannot be read: it has no samples."),
        (
            "UPDATE chunks SET counts = x'0001' WHERE recording_id = 10 AND first_sample = 1030",
            10,
            "take 10: the samples from",
        ),
        ("UPDATE chunks SET first_sample = 'x' WHERE recording_id = 3", 9, "take 3 cannot be read"),
        ("UPDATE runs SET outcome = '['", 10, "run 1 cannot be read"),
        (f"UPDATE runs SET outcome = '{'[' * 5000}'", 10, "run 1 cannot be read"),
        ("UPDATE runs SET tflite = 5", 10, "run 1 cannot be read: its tflite is no piece of data."),
        ("UPDATE settings SET value = '[' WHERE name = 'sampling'", 10, "The setting sampling cannot be read."),
        ("INSERT INTO settings VALUES ('project_id', '1'), ('migration_problems', '2')", 10, None),
        ("UPDATE settings SET value = '{}' WHERE name = 'labels'", 10, None),
    ],
)
def test_a_bad_row_costs_one_row(trained: Path, sql: str, takes: int, problem: str | None) -> None:
    run_sql(trained, sql)
    project = Project.open(trained)
    assert len(project.headers()[0]) == takes
    assert len(project.problems) == (0 if problem is None else 1)
    assert problem is None or problem in project.problems[0]
    project.close()


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER t AFTER INSERT ON settings BEGIN SELECT 1; END",
        "CREATE TRIGGER t AFTER INSERT ON RECORDINGS BEGIN SELECT 1; END",
        "ALTER TABLE runs RENAME TO other; CREATE VIEW runs AS SELECT * FROM other",
        "ALTER TABLE runs ADD COLUMN more",
        "DROP TABLE chunks",
        "CREATE INDEX i ON recordings (abs(id))",
    ],
)
def test_a_file_of_version_1_that_holds_what_release_1_never_made_is_refused(trained: Path, sql: str) -> None:
    run_sql(trained, sql)
    content = trained.read_bytes()
    with pytest.raises(DataError, match=r"not make|not as TinyLab makes it"):
        Project.open(trained)
    assert trained.read_bytes() == content


# --- killed on the way ----------------------------------------------------------------------------------

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from tinylab.data.project import Project
from tinylab.data.storage import migration

step, left = 0, int(sys.argv[2])
def trace(frame, event, argument):
    global step
    if frame.f_code.co_filename == migration.__file__ and event == "line":
        step += 1
        if step == left:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace
sys.settrace(trace)
Project.open(Path(sys.argv[1])).close()
sys.settrace(None)
print(step)
"""


def migrate_and_die(path: Path, line: int) -> subprocess.CompletedProcess[str]:
    """Open a file in another process, which kills itself at that line of the migration; line 0 never comes."""
    command = [sys.executable, "-c", KILLED_AT, str(path), str(line)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_anywhere_during_the_migration_the_file_is_whole(tmp_path: Path) -> None:
    def fresh(number: int) -> Path:
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(FIXTURES / "killed.tinylab-wal", folder)
        return Path(shutil.copy(FIXTURES / "killed.tinylab", folder))

    whole = migrate_and_die(fresh(0), 0)
    assert whole.returncode == 0, whole.stderr
    lines = int(whole.stdout)
    assert lines > 200
    for number, line in enumerate([2, 14, 25, lines // 3, lines - 8, lines - 1], 1):
        path = fresh(number)
        assert migrate_and_die(path, line).returncode == -signal.SIGKILL
        project = Project.open(path)
        assert len(project.headers()[0]) == 6
        assert project.problems == ()
        assert sum(len(project.recording(header.id).counts) for header in project.headers()[0]) == 4 * 160 + 100
        project.close()
        kept = [each.name for each in path.parent.iterdir() if each != path]
        assert 1 <= len(kept) <= 2
        assert all(len(old_rows(path.with_name(name), "SELECT id FROM recordings")) == 6 for name in kept)
