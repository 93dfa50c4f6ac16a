"""What the mutations of rows and of the schema have in common."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def unlocked(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that may change anything, also the schema."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        yield connection


def our_tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Our tables and their columns."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    found = sorted(name for (name,) in names.fetchall() if name != "canary")
    return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in found}


def any_column(source: random.Random, connection: sqlite3.Connection) -> tuple[str, str]:
    tables = our_tables(connection)
    table = source.choice(list(tables))
    return table, source.choice(tables[table])


def update_cell(
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


def spoil_text(source: random.Random, text: str) -> str:
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
