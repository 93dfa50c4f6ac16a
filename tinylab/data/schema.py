"""The tables of a project file, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3
from typing import Final

from tinylab.errors import DataError

APPLICATION_ID: Final = 0x54694C62  # "TiLb", so that `file` and we know it from any other SQLite database
SCHEMA_VERSION: Final = 1

_VERSION_1 = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE recordings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL,
    subject TEXT NOT NULL,
    session TEXT NOT NULL,
    board TEXT NOT NULL,
    sensor TEXT NOT NULL,
    source TEXT NOT NULL,
    split TEXT NOT NULL,
    range_g REAL NOT NULL,          -- 0 where unknown
    rate_asked_hz REAL NOT NULL,    -- 0 where nothing was asked
    rate_hz REAL NOT NULL,          -- measured
    jitter_us REAL NOT NULL,
    g_per_count REAL NOT NULL,
    samples INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    overruns INTEGER NOT NULL,
    created_at TEXT NOT NULL,       -- ISO 8601, UTC
    state TEXT NOT NULL CHECK (state IN ('recording', 'done')),
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE chunks (
    recording_id INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    first_sample INTEGER NOT NULL,  -- counted by the board, so that a gap stays visible
    time_us INTEGER NOT NULL,       -- the board's time of that sample
    overruns INTEGER NOT NULL,      -- the board's counter when the chunk came
    counts BLOB NOT NULL,           -- little-endian int16 x, y, z
    PRIMARY KEY (recording_id, first_sample)
) WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    settings TEXT NOT NULL,         -- JSON: what was asked
    outcome TEXT NOT NULL,          -- JSON: history, split, recipe, metrics
    keras BLOB NOT NULL,            -- the float32 network, .keras
    tflite BLOB NOT NULL            -- the int8 network; empty before it was quantized
);
"""
_STEPS = {0: _VERSION_1}


def prepare(connection: sqlite3.Connection) -> None:
    """Bring a database to SCHEMA_VERSION, in one transaction.

    Raises DataError where the file is no project, or was written by a newer TinyLab.
    """
    version = _integer(connection, "user_version")
    identity = _integer(connection, "application_id")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if identity != APPLICATION_ID and tables:
        raise DataError("This file is a database, but not a TinyLab project.", hint="Choose another file.")
    if version > SCHEMA_VERSION:
        raise DataError("This project was written by a newer TinyLab.", hint="Update TinyLab, then open it again.")
    if version == SCHEMA_VERSION:
        return
    steps = "".join(_STEPS[number] for number in range(version, SCHEMA_VERSION))
    connection.executescript(
        f"BEGIN; {steps} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    )


def _integer(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
