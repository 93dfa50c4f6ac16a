"""A file of a later release, or of somebody who means harm: only known tables are read, and nothing of it is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.projects import dump, run_sql, take

from tinylab.data.editing.edits import AddTakes, Relabel
from tinylab.data.project import Project
from tinylab.errors import DataError


@pytest.fixture
def closed(project: Project, path: Path) -> Path:
    project.do(AddTakes((take(), take()), "add"))
    project.close()
    return path


EXTRA = "CREATE TABLE studies (id INTEGER PRIMARY KEY, plan TEXT); INSERT INTO studies VALUES (1, 'kept');"
TRIGGER = "CREATE TRIGGER planned AFTER INSERT ON studies BEGIN DELETE FROM takes; END;"


@pytest.mark.parametrize("extra", [EXTRA, EXTRA + TRIGGER, EXTRA + "CREATE VIEW seen AS SELECT * FROM takes"])
def test_a_table_that_a_later_release_added_is_left_alone(closed: Path, extra: str) -> None:
    run_sql(closed, extra)
    project = Project.open(closed)
    project.do(Relabel((1,), "new"))
    project.undo()
    project.redo()
    project.empty_trash()
    assert len(project.headers()[0]) == 2
    target = closed.with_name("copy.tinylab")
    project.save_copy(target)
    project.close()
    for path in (closed, target):
        again = Project.open(path)
        assert again.header(1).label == "new"
        again.close()
    import sqlite3

    with sqlite3.connect(target) as connection:
        assert connection.execute("SELECT plan FROM studies").fetchall() == [("kept",)]
    connection.close()


RECURSIVE = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
HOSTILE = [
    "CREATE TRIGGER t AFTER UPDATE ON takes BEGIN DELETE FROM chunks; END",
    "CREATE TRIGGER t AFTER UPDATE ON TAKES BEGIN DELETE FROM chunks; END",
    "CREATE TRIGGER takes_t BEFORE INSERT ON journal BEGIN SELECT randomblob(1000000000); END",
    "ALTER TABLE labels RENAME TO l; CREATE VIEW labels AS SELECT 1 AS id, 'x' AS name",
    f"ALTER TABLE labels RENAME TO l; CREATE VIEW labels AS {RECURSIVE} SELECT i AS id, 'x' AS name FROM n",
    "ALTER TABLE labels RENAME TO l; CREATE TABLE labels (id INTEGER, name TEXT AS ('x'))",
    "ALTER TABLE labels ADD COLUMN more TEXT AS (hex(zeroblob(100000000)))",
    "CREATE INDEX i ON takes (abs(id))",
    "ALTER TABLE labels RENAME TO l; CREATE VIRTUAL TABLE labels USING fts4(name)",
    "ALTER TABLE takes RENAME TO other",
    "DROP TABLE regions",
    ";".join(f"CREATE TABLE t{number} (x)" for number in range(1001))
    + ";CREATE TRIGGER t AFTER UPDATE ON takes BEGIN DELETE FROM chunks; END",
]


@pytest.mark.parametrize("sql", HOSTILE)
@pytest.mark.parametrize("read_only", [True, False])
def test_whatever_would_run_is_refused_and_the_file_stays_as_it_is(closed: Path, sql: str, read_only: bool) -> None:
    run_sql(closed, sql)
    content = closed.read_bytes()
    with pytest.raises(DataError, match=r"not make|not as TinyLab makes it|more than"):
        Project.open(closed, read_only=read_only)
    assert closed.read_bytes() == content
    assert [each.name for each in closed.parent.iterdir()] == [closed.name]


def test_a_trigger_that_comes_while_the_file_is_open_does_not_run(closed: Path) -> None:
    project = Project.open(closed)
    run_sql(closed, "CREATE TRIGGER t AFTER UPDATE ON takes BEGIN DELETE FROM chunks; END")
    before = dump(project, journal=True)
    with pytest.raises(DataError, match="would run something"):
        project.do(Relabel((1,), "new"))
    assert dump(project, journal=True) == before
    project.close()


def test_a_view_that_comes_while_the_file_is_open_is_not_read(closed: Path) -> None:
    project = Project.open(closed)
    run_sql(closed, HOSTILE[4])
    assert project.labels() == []
    with pytest.raises(DataError):
        project.do(Relabel((1,), "new"))
    project.close()


def test_a_name_that_is_no_text_in_sqlites_own_message_is_a_damaged_file(closed: Path) -> None:
    row = "('table', x'ff', x'ff', 2, 'CREATE TABLE ÿ (x)')"
    run_sql(closed, f"PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES {row}")
    with pytest.raises(DataError, match="it is damaged"):
        Project.open(closed)


def test_a_format_of_a_later_sqlite_is_a_damaged_file(closed: Path) -> None:
    content = bytearray(closed.read_bytes())
    content[44:48] = (9).to_bytes(4, "big")  # the schema format number, sqlite.org/fileformat.html, 1.3.12
    closed.write_bytes(content)
    with pytest.raises(DataError, match="it is damaged"):
        Project.open(closed)


def test_a_table_that_is_taken_away_while_the_file_is_open_is_a_damaged_file(closed: Path) -> None:
    project = Project.open(closed)
    run_sql(closed, "DROP TABLE labels")
    with pytest.raises(DataError, match="it is damaged"):
        project.do(Relabel((1,), "new"))
    project.close()
