"""A table is one dataclass: the file's columns, what is read and what is written all follow from it."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fakes.projects import run_sql, take

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.edits import EDITS
from tinylab.data.project import Project
from tinylab.data.storage.schema import CHUNKS, LABELS, TABLES, TAKES, Chunk, Label
from tinylab.errors import DataError

SQL_TYPES = {int: "INTEGER", float: "REAL", str: "TEXT", bytes: "BLOB"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_table_has_the_columns_of_its_dataclass(project: Project, path: Path, table: Any) -> None:
    with sqlite3.connect(path) as connection:
        found = connection.execute(f"PRAGMA table_xinfo({table.name})").fetchall()
    connection.close()
    fields = [field.name for field in dataclasses.fields(table.row)]
    assert [column[1] for column in found] == fields == list(table)
    assert [column[2] for column in found] == [SQL_TYPES[table.types[name]] for name in fields]
    assert all(column[3] or column[1] == "id" for column in found), "a column may be NULL"
    assert [column[6] for column in found] == [0] * len(fields), "a column is hidden or generated"
    keys = sorted((column for column in found if column[5]), key=lambda column: column[5])
    assert tuple(column[1] for column in keys) == table.key


def test_no_table_of_the_file_is_missing_in_the_list(project: Project, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert found - {"sqlite_sequence"} == {table.name for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nothing_is_ever_replaced(table: Any) -> None:
    assert table.insert.startswith(f"INSERT INTO {table.name} (")
    assert "REPLACE" not in table.insert + table.create


def test_every_kind_of_edit_is_listed_once_and_has_a_name_of_its_own() -> None:
    ours = {each for each in Edit.__subclasses__() if each.__module__.startswith("tinylab.")}  # tests have their own
    assert set(EDITS) == ours
    assert len({edit.kind for edit in EDITS}) == len(EDITS)
    assert all(dataclasses.is_dataclass(edit) and edit.__dataclass_params__.frozen for edit in EDITS)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((1, None), "name is no text"),
        ((1, b"wave"), "name is no text"),
        (("1", "wave"), "id is no whole number"),
        ((1.5, "wave"), "id is no whole number"),
        ((2**63, "wave"), "id is no whole number"),
        ((1, "x" * 301), "longer than 300"),
        ((1, "\udcff"), "no valid text"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused_with_its_column(values: tuple[Any, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        LABELS.read(values)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "1.0", None])
def test_a_number_is_a_finite_number(value: Any) -> None:
    plain = {**TAKES.plain(take().header), "rate_hz": value}
    with pytest.raises(DataError, match=r"rate hz is no number"):
        TAKES.from_plain(plain)


def test_a_row_that_could_not_be_read_back_is_never_written(project: Project) -> None:
    with pytest.raises(DataError, match="cannot be stored"), project._database.transaction():
        project._database.insert(CHUNKS, Chunk(1, 2**70, 0, 0, 0, b""))
    with pytest.raises(DataError, match="cannot be stored"), project._database.transaction():
        project._database.insert(LABELS, Label(0, "x" * 301))


def test_one_bad_row_costs_one_row(project: Project, path: Path) -> None:
    project._database.close_as_it_is()
    run_sql(path, "INSERT INTO labels VALUES (1, 'a'), (2, x'00'), (3, 'c'); INSERT INTO labels VALUES (9, '');")
    project.close()
    again = Project.open(path)
    assert again.labels() == ["a", "c", ""]
    again.close()
