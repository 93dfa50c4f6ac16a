"""What can happen to a project file: bits, pages, sizes, types, texts, JSON, what would run, versions, locks.

Each mutation is a function of a random source and the file; which one an attempt makes follows from its number alone.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

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


# --- bytes ----------------------------------------------------------------------------------------------


def flip_bits(source: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 5, 50, 500))):
        content[source.randrange(len(content))] ^= 1 << source.randrange(8)
    path.write_bytes(content)


def flip_bits_of_the_first_page(source: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 3, 20))):
        content[source.randrange(source.choice((100, _PAGE)))] ^= 1 << source.randrange(8)
    path.write_bytes(content)


def flip_bits_of_cells(source: random.Random, path: Path) -> None:
    """In the heads of pages and their cell pointers, where trees lead."""
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 4, 30))):
        page = source.randrange(len(content) // _PAGE)
        content[page * _PAGE + source.randrange(40)] = source.randrange(256)
    path.write_bytes(content)


def copy_a_page_over_another(source: random.Random, path: Path) -> None:
    """Trees that lead back into themselves."""
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 3))):
        one, other = (source.randrange(len(content) // _PAGE) * _PAGE for _ in range(2))
        content[one : one + _PAGE] = content[other : other + _PAGE]
    path.write_bytes(content)


def fill_a_page(source: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    page = source.randrange(len(content) // _PAGE) * _PAGE
    content[page : page + _PAGE] = source.choice((bytes(_PAGE), b"\xff" * _PAGE, source.randbytes(_PAGE)))
    path.write_bytes(content)


def cut_off(source: random.Random, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: source.choice((0, 50, 100, _PAGE, source.randrange(len(content))))])


def append(source: random.Random, path: Path) -> None:
    with path.open("ab") as file:
        file.write(source.choice((source.randbytes(5000), bytes(_PAGE), path.read_bytes())))


def write_nan(source: random.Random, path: Path) -> None:
    """SQLite cannot store NaN itself; so the bytes of a number of the file are changed."""
    content = path.read_bytes()
    for value in (100.0, 0.002, 2.0, 100.25, 0.00781):
        packed = struct.pack(">d", value)
        if packed in content:
            nan = struct.pack(">d", source.choice((float("nan"), float("inf"), -0.0, 5e-324, -1.0)))
            content = content.replace(packed, nan, source.randrange(1, 5))
    path.write_bytes(content)


def rubbish_beside_it(source: random.Random, path: Path) -> None:
    """A write-ahead log, a journal or shared memory that is none."""
    ending = source.choice(("-wal", "-journal", "-shm"))
    heads = {"-wal": bytes.fromhex("377f0682002de218"), "-journal": bytes.fromhex("d9d505f920a163d7"), "-shm": b""}
    beside = path.with_name(path.name + ending)
    if beside.exists() and source.randrange(2):
        content = bytearray(beside.read_bytes())
        for _ in range(20):
            content[source.randrange(len(content))] ^= 1 << source.randrange(8)
        beside.write_bytes(content[: source.choice((len(content), len(content) // 2))])
        return
    beside.write_bytes(heads[ending] + source.randbytes(source.choice((0, 24, 9000))))


# --- rows -----------------------------------------------------------------------------------------------


def put_values(source: random.Random, path: Path) -> None:
    """Values of wrong types and impossible sizes, also NULL, in some rows of one column."""
    with _unlocked(path) as connection:
        for _ in range(source.choice((1, 1, 4))):
            table, column = _column(source, connection)
            _update(connection, table, column, source.choice(_BAD_VALUES), source)


def put_json(source: random.Random, path: Path) -> None:
    with _unlocked(path) as connection:
        known = [pair for pair in _JSON_COLUMNS if pair[0] in _tables(connection)]
        table, column = source.choice(known)
        text = source.choice(_BAD_JSON)
        if source.randrange(3):
            old = connection.execute(f"SELECT {column} FROM {table}").fetchall()
            text = _spoiled(source, str(source.choice(old)[0])) if old else text
        _update(connection, table, column, "?", source, text)


def put_foreign_changes(source: random.Random, path: Path) -> None:
    """Steps of undo that would change what edits never change, or what is not there."""
    changes = (
        '["runs",null,{"id":1}]', '["sqlite_master",null,{"type":"table"}]', '["chunks",{"signal_id":1},null]',
        '["canary",null,{"sang":1}]', '["takes; DROP TABLE takes",null,null]', "[1,2,3]", '["takes",{},{}]',
        '["settings",null,{"name":"project_id","value":"1"}]', '["labels",{"id":1,"name":"label 0"},null]',
    )  # fmt: skip
    with _unlocked(path) as connection:
        if "changes" not in _tables(connection):
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
    with _unlocked(path) as connection:
        table, column = _column(source, connection)
        size = source.choice((1_000_001, 1_000_001, 9_000_000, 65_000_000))
        value = source.choice(
            (f"zeroblob({size})", f"printf('%{size}d', 1)", f"'[' || replace(printf('%{size}d', 1), ' ', '[')")
        )
        _update(connection, table, column, value, source, rows=1)


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
    with _unlocked(path) as connection:
        tables = _tables(connection)
        table = source.choice([name for name in rows if len(tables.get(name, ())) == rows[name].count(",") + 1])
        start, count = 10_000, source.choice((300, 20_000))
        counting = f"WITH RECURSIVE c(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM c LIMIT {count})"
        connection.execute(f"{counting} INSERT INTO {table} {rows[table]}")


def delete_rows(source: random.Random, path: Path) -> None:
    with _unlocked(path) as connection:
        table = source.choice(list(_tables(connection)))
        connection.execute(f"DELETE FROM {table} WHERE random() % {source.choice((1, 2, 5))} = 0")


def spoil_the_numbers(source: random.Random, path: Path) -> None:
    """The numbers that the file gives next."""
    with _unlocked(path) as connection:
        value = source.choice((str(2**63 - 1), "'x'", "-5", "NULL", "0", "1e300"))
        connection.execute(f"UPDATE sqlite_sequence SET seq = {value}")


# --- the schema -----------------------------------------------------------------------------------------


def add_what_runs(source: random.Random, path: Path) -> None:
    """Triggers that would sing, indexes and columns that would compute, tables of modules."""
    with _unlocked(path) as connection:
        table = source.choice([*_tables(connection)])
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
    with _unlocked(path) as connection:
        tables = _tables(connection)
        table = source.choice(list(tables))
        columns = tables[table]
        plain = f"SELECT {', '.join(columns)} FROM old_table"
        endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT "
        endless += ", ".join(f"n AS {column}" for column in columns) + " FROM c"
        loop = f"SELECT {', '.join(columns)} FROM {table}"
        connection.executescript(f"ALTER TABLE {table} RENAME TO old_table")
        connection.executescript(f"CREATE VIEW {table} AS {source.choice((plain, endless, endless, loop))}")


def rewrite_the_schema(source: random.Random, path: Path) -> None:
    with _unlocked(path) as connection:
        table = source.choice([*_tables(connection), "sqlite_sequence"])
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
    with _unlocked(path) as connection:
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
    with _unlocked(path) as connection:
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


# --- tools ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _unlocked(path: Path) -> contextlib.AbstractContextManager[sqlite3.Connection]:  # type: ignore[misc]
    """A connection that may change anything, also the schema."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        yield connection


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Our tables and their columns."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    found = sorted(name for (name,) in names.fetchall() if name != "canary")
    return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in found}


def _column(source: random.Random, connection: sqlite3.Connection) -> tuple[str, str]:
    tables = _tables(connection)
    table = source.choice(list(tables))
    return table, source.choice(tables[table])


def _update(
    connection: sqlite3.Connection,
    table: str,
    column: str,
    value: str,
    source: random.Random,
    *bound: str,
    rows: int = 0,
) -> None:
    """Put a value into some rows, past what the table forbids."""
    old = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    if value == "NULL":
        free = old.replace(f"{column} ", f"{column}  ").replace(" NOT NULL", "")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (free, table))
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        connection.execute(f"PRAGMA schema_version = {version + 1}")
    chosen = f"LIMIT {rows}" if rows else f"LIMIT {source.choice((1, 3, 1000))}"
    key = "rowid" if "WITHOUT ROWID" not in old else column
    connection.execute(
        f"UPDATE {table} SET {column} = {value} WHERE {key} IN (SELECT {key} FROM {table} ORDER BY random() {chosen})",
        bound,
    )
    if value == "NULL":
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (old, table))


def _spoiled(source: random.Random, text: str) -> str:
    """A text of the file with something cut out, put in or exchanged."""
    at = source.randrange(len(text) + 1)
    number = source.choice(("1e999", str(10**400), "-1", "null", '"\\ud800"', "[]", "9" * 5000, "true"))
    ways = (
        text[:at],
        text[:at] + source.choice('{}[],:"\\') + text[at:],
        text[:at] + text[at + 1 :],
        text.replace("1", number, source.randrange(1, 6)),
        text.replace(":0", f":{number}"),
        text.replace('"id"', '"no"'),
    )
    return source.choice(ways)
