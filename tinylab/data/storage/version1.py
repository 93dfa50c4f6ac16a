"""The tables of a project of version 1, for its migration: never written again."""

from __future__ import annotations

from typing import Final

# What version 1 was, as it stands in its files.
VERSION_1: Final = {
    "settings": "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "recordings": """CREATE TABLE recordings (
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
)""",
    "chunks": """CREATE TABLE chunks (
    recording_id INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    first_sample INTEGER NOT NULL,  -- counted by the board, so that a gap stays visible
    time_us INTEGER NOT NULL,       -- the board's time of that sample
    overruns INTEGER NOT NULL,      -- the board's counter when the chunk came
    counts BLOB NOT NULL,           -- little-endian int16 x, y, z
    PRIMARY KEY (recording_id, first_sample)
) WITHOUT ROWID""",
    "runs": """CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    settings TEXT NOT NULL,         -- JSON: what was asked
    outcome TEXT NOT NULL,          -- JSON: history, split, recipe, metrics
    keras BLOB NOT NULL,            -- the float32 network, .keras
    tflite BLOB NOT NULL            -- the int8 network; empty before it was quantized
)""",
}
