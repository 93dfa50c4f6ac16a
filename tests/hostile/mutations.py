"""What can happen to a project file: bits, pages, sizes, types, texts, JSON, what would run, versions, locks.

Each mutation is a function of a random source and the file; which one an attempt makes follows from its number alone.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mutated_bytes import (
    append,
    copy_a_page_over_another,
    cut_off,
    fill_a_page,
    flip_bits,
    flip_bits_of_cells,
    flip_bits_of_the_first_page,
    rubbish_beside_it,
    write_nan,
)
from mutation_tools import any_column, our_tables, spoil_text, unlocked, update_cell

from tinylab.data.storage.owner import lock_path

Mutation = Callable[[random.Random, Path], None]
SEED: Final = 7
COUNT: Final = 1200
CANARY: Final = "CREATE TABLE canary (sang INTEGER)"
SONG: Final = 230463  # a page of another table may come to stand for this one's: then other numbers are found
SINGS: Final = f"INSERT INTO canary VALUES ({SONG})"
_PAGE = 4096
_JSON_COLUMNS = (
    ("settings", "value"), ("journal", "edit"), ("changes", "change"), ("runs", "settings"), ("runs", "outcome"),
    ("open_takes", "header"), ("evidence", "shape"),
)  # fmt: skip
_BAD_JSON = (
    "", "[", "{}", "[]", "null", "NaN", "1e999", '"\\ud800"', "[" * 3000, "[" * 200_000, '{"a":' * 900, "1" * 5000,
    '{"version": {}, "accuracy": "x"}', "[1e400, -1, 3]", "[1000000, 1000000, 3]", '{"\\u0000": 1}', '{"id": 1}',
    "[" + "[]," * 1_000_000 + "[]]",
)  # fmt: skip
_BAD_VALUES = (
    "x'00'", "'text'", "9e999", "-9e999", "1e308", "5e-324", "-1", "0", str(2**63 - 1), str(-(2**63)), "''", "NULL",
    "CAST(x'ff80fe' AS TEXT)", "CAST(x'00' AS TEXT)", "zeroblob(7)", "zeroblob(70000)", "'x' || char(0) || 'y'",
    "char(55296)", "printf('%5000d', 1)",
)  # fmt: skip


def mutate(number: int, path: Path) -> str:
    """Change the file as attempt `number` does; returns what was done."""
    source = random.Random(f"{SEED} {number}")
    mutation = source.choice(_WEIGHTED)
    try:
        mutation(source, path)
    except (sqlite3.Error, MemoryError) as error:  # this file cannot be changed so
        flip_bits(source, path)
        return f"{mutation.__name__} ({error}), then flip_bits"
    return mutation.__name__


# --- rows -----------------------------------------------------------------------------------------------


def put_values(source: random.Random, path: Path) -> None:
    """Values of wrong types and impossible sizes, also NULL, in some rows of one column."""
    with unlocked(path) as connection:
        for _ in range(source.choice((1, 1, 4))):
            table, column = any_column(source, connection)
            update_cell(connection, table, column, source.choice(_BAD_VALUES), source)


def put_json(source: random.Random, path: Path) -> None:
    with unlocked(path) as connection:
        known = [pair for pair in _JSON_COLUMNS if pair[0] in our_tables(connection)]
        table, column = source.choice(known)
        text = source.choice(_BAD_JSON)
        if source.randrange(3):
            old = connection.execute(f"SELECT {column} FROM {table}").fetchall()
            text = spoil_text(source, str(source.choice(old)[0])) if old else text
        update_cell(connection, table, column, "?", source, text)


def put_foreign_changes(source: random.Random, path: Path) -> None:
    """Steps of undo that would change what edits never change, or what is not there."""
    changes = (
        '["runs",null,{"id":1}]', '["sqlite_master",null,{"type":"table"}]', '["chunks",{"signal_id":1},null]',
        '["canary",null,{"sang":1}]', '["takes; DROP TABLE takes",null,null]', "[1,2,3]", '["takes",{},{}]',
        '["settings",null,{"name":"project_id","value":"1"}]', '["labels",{"id":1,"name":"label 0"},null]',
    )  # fmt: skip
    with unlocked(path) as connection:
        if "changes" not in our_tables(connection):
            raise sqlite3.Error("version 1 has no journal")
        for number in range(source.randrange(1, 4)):
            undone = source.randrange(2)
            edit = source.choice(
                ("{}", '{"kind": "add takes", "text": "x"}', '{"kind": "setting", "name": "sampling"}')
            )
            connection.execute("INSERT INTO journal VALUES (?, '', ?, 1, ?)", (900 + number, edit, undone))
            connection.execute("INSERT INTO changes VALUES (?, 0, ?)", (900 + number, source.choice(changes)))


def put_large(source: random.Random, path: Path) -> None:
    """Blobs, texts and numbers of rows that no project has."""
    with unlocked(path) as connection:
        table, column = any_column(source, connection)
        size = source.choice((1_000_001, 1_000_001, 9_000_000, 65_000_000))
        value = source.choice(
            (f"zeroblob({size})", f"printf('%{size}d', 1)", f"'[' || replace(printf('%{size}d', 1), ' ', '[')")
        )
        update_cell(connection, table, column, value, source, rows=1)


def add_rows(source: random.Random, path: Path) -> None:
    rows = {
        "labels": "SELECT n, 'label ' || n FROM c",
        "pieces": "SELECT 1, n, 1, 0, 200 FROM c",
        "regions": "SELECT n, 1, 'x', n, n FROM c",
        "settings": "SELECT 'setting ' || n, n FROM c",
        "changes": "SELECT 1, n, '[]' FROM c",
        "open_takes": "SELECT n, '{}' FROM c",
        "chunks": "SELECT 1, n, n, 0, 0, zeroblob(6) FROM c",
    }
    with unlocked(path) as connection:
        tables = our_tables(connection)
        table = source.choice([name for name in rows if len(tables.get(name, ())) == rows[name].count(",") + 1])
        start, count = 10_000, source.choice((300, 20_000))
        counting = f"WITH RECURSIVE c(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM c LIMIT {count})"
        connection.execute(f"{counting} INSERT INTO {table} {rows[table]}")


def delete_rows(source: random.Random, path: Path) -> None:
    with unlocked(path) as connection:
        table = source.choice(list(our_tables(connection)))
        connection.execute(f"DELETE FROM {table} WHERE random() % {source.choice((1, 2, 5))} = 0")


def spoil_the_numbers(source: random.Random, path: Path) -> None:
    """The numbers that the file gives next."""
    with unlocked(path) as connection:
        value = source.choice((str(2**63 - 1), "'x'", "-5", "NULL", "0", "1e300"))
        connection.execute(f"UPDATE sqlite_sequence SET seq = {value}")


# --- the schema -----------------------------------------------------------------------------------------


def add_what_runs(source: random.Random, path: Path) -> None:
    """Triggers that would sing, indexes and columns that would compute, tables of modules."""
    with unlocked(path) as connection:
        table = source.choice([*our_tables(connection)])
        event = source.choice(("AFTER INSERT", "BEFORE UPDATE", "AFTER DELETE", "BEFORE INSERT"))
        for_case = source.choice((table, table.upper(), f'"{table}"'))
        statements = (
            f"CREATE TRIGGER {source.choice(('t', f'{table}_t'))} {event} ON {for_case} BEGIN {{}}; END",
            f"CREATE INDEX i ON {table} ((zeroblob(50000000)))",
            f"ALTER TABLE {table} ADD COLUMN more TEXT AS (hex(zeroblob(9000000)))",
            f"ALTER TABLE {table} ADD COLUMN more TEXT DEFAULT 'x'",
            "CREATE VIRTUAL TABLE more USING fts4(text)",
            f"CREATE TABLE more (x); CREATE TRIGGER t {event} ON more BEGIN {{}}; END",
        )
        sings = source.choice((SINGS, SINGS, "DELETE FROM takes"))
        statement = source.choice(statements[:1] * 4 + statements[1:]).format(sings)
        connection.executescript(statement)


def put_a_view(source: random.Random, path: Path) -> None:
    """A view named like a table, which may never end."""
    with unlocked(path) as connection:
        tables = our_tables(connection)
        table = source.choice(list(tables))
        columns = tables[table]
        plain = f"SELECT {', '.join(columns)} FROM old_table"
        endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT "
        endless += ", ".join(f"n AS {column}" for column in columns) + " FROM c"
        loop = f"SELECT {', '.join(columns)} FROM {table}"
        connection.executescript(f"ALTER TABLE {table} RENAME TO old_table")
        connection.executescript(f"CREATE VIEW {table} AS {source.choice((plain, endless, endless, loop))}")


def rewrite_the_schema(source: random.Random, path: Path) -> None:
    with unlocked(path) as connection:
        table = source.choice([*our_tables(connection), "sqlite_sequence"])
        statement = source.choice(
            (
                f"UPDATE sqlite_master SET rootpage = {source.choice((0, 1, 2, 7, 99999, -1))} WHERE name = '{table}'",
                f"UPDATE sqlite_master SET sql = 'CREATE TABLE' WHERE name = '{table}'",
                f"UPDATE sqlite_master SET sql = replace(sql, 'TEXT', 'BLOB') WHERE name = '{table}'",
                f"UPDATE sqlite_master SET sql = replace(sql, '(', '(  ') WHERE name = '{table}'",
                f"UPDATE sqlite_master SET type = 'view' WHERE name = '{table}'",
                f"UPDATE sqlite_master SET name = 'x' WHERE name = '{table}'",
                f"UPDATE sqlite_master SET tbl_name = x'ff' WHERE name = '{table}'",
                f"DELETE FROM sqlite_master WHERE name = '{table}'",
                f"INSERT INTO sqlite_master VALUES ('trigger', 't', '{table}', 0, 'CREATE TRIGGER t AFTER INSERT ON"
                f" {table} BEGIN {SINGS}; END')",
                "INSERT INTO sqlite_master VALUES ('table', x'ff', x'ff', 2, 'CREATE TABLE ÿ (x)')",
            )
        )
        connection.execute(statement)


def set_the_version(source: random.Random, path: Path) -> None:
    number = source.choice((0, 1, 2, 3, 99, -1, 2**31 - 1, source.randrange(2**31)))
    name = source.choice(("user_version", "user_version", "application_id", "schema_version"))
    with unlocked(path) as connection:
        connection.execute(f"PRAGMA {name} = {number}")
    if not source.randrange(4):
        content = bytearray(path.read_bytes())
        content[source.choice((18, 19, 21, 22, 23, 44, 47, 56, 59))] = source.randrange(256)
        path.write_bytes(content)


def store_in_utf16(source: random.Random, path: Path) -> None:
    """The same project in another encoding of SQLite's."""
    other = path.with_name("utf16")
    with contextlib.closing(sqlite3.connect(path)) as old, contextlib.closing(sqlite3.connect(other)) as new:
        new.execute(f"PRAGMA encoding = '{source.choice(('UTF-16le', 'UTF-16be'))}'")
        new.executescript("\n".join(old.iterdump()))
        for name in ("application_id", "user_version"):
            new.execute(f"PRAGMA {name} = {old.execute(f'PRAGMA {name}').fetchone()[0]}")
    other.replace(path)


def add_thousands_of_tables(source: random.Random, path: Path) -> None:
    count = source.choice((500, 1500))
    with unlocked(path) as connection:
        connection.executescript("BEGIN;" + ";".join(f"CREATE TABLE t{n} (x)" for n in range(count)) + ";COMMIT")


def put_a_lock(source: random.Random, path: Path) -> None:
    contents = (
        b"", b"rubbish", b"[" * 4000, b"\xff" * 9000, b"null", b'{"host": 1e999, "pid": 1e999, "since": []}',
        b'{"host": "\\ud800\\n", "pid": 5, "since": "\\u0000"}', b'{"host": "another", "pid": 1, "since": "now"}',
    )  # fmt: skip
    lock_path(path).write_bytes(source.choice(contents))
    if source.randrange(2):
        put_values(source, path)


_WEIGHTED: Final[tuple[Mutation, ...]] = (
    *(flip_bits, flip_bits_of_cells, copy_a_page_over_another, put_values, put_json) * 3,
    *(flip_bits_of_the_first_page, add_what_runs, put_a_view, rewrite_the_schema, put_foreign_changes) * 2,
    put_large, fill_a_page, cut_off, append, write_nan, rubbish_beside_it, add_rows, delete_rows, spoil_the_numbers,
    set_the_version, store_in_utf16, add_thousands_of_tables, put_a_lock,
)  # fmt: skip
