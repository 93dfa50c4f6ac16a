"""Takes and projects for tests of the data layer, and everything a project file holds, for comparing."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import Evidence
from tinylab.data.storage.schema import TABLES
from tinylab.data.takes import Block

_OF_THE_JOURNAL = frozenset({"journal", "changes"})


def take(label: str = "wave", samples: int = 20, **changes: Any) -> Recording:
    """A take as an import makes it; sample n is (3n, 3n + 1, 3n + 2)."""
    counts = changes.pop("counts", np.arange(samples * 3, dtype=np.int16).reshape(-1, 3))
    known = {"subject": "Anna", "rate_hz": 100.0, "g_per_count": 0.002, "range_g": 2.0, "sensor": "LSM303AGR"}
    return Recording.of(counts, label=label, **{**known, **changes})


def planned(label: str = "wave", asked: int = 50, **changes: Any) -> Header:
    """What a take will be that a board records at 100 Hz."""
    known = {"rate_asked_hz": 100.0, "source": "board", "frame": "raw", "board": "micro:bit", "range_g": 2.0}
    return Header(label, "Anna", 100.0, 0.002, 0, asked=asked, **{**known, **changes})


def block(number: int, *, count: int = 10, first_us: int = 0, overruns: int = 0, **changes: Any) -> Block:
    """A block of a board that measures every 10 ms; its counts are their sample's number, modulo 1000."""
    rows = np.repeat((np.arange(number, number + count) % 1000).astype(np.int16)[:, None], 3, axis=1)
    known = {"sample_number": number, "time_us": first_us + number * 10_000, "overruns": overruns, "counts": rows}
    return Block(**{**known, **changes})


def evidence(windows: int = 4, variants: tuple[str, ...] = ("float32", "int8")) -> Evidence:
    """The evidence of a run over made-up windows of 5 samples and 2 classes."""
    random = np.random.default_rng(3)
    return Evidence(
        np.arange(windows, dtype=np.int64) + 1,
        np.arange(windows, dtype=np.int64) * 5,
        np.arange(windows, dtype=np.int64) % 2,
        random.integers(-900, 900, (windows, 5, 3)).astype(np.int16),
        {name: random.random((windows, 2)).astype(np.float32) for name in variants},
    )


def dump(project: Project | Path, *, journal: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as SQLite holds it; of the journal's own only where it is asked for."""
    path = project if isinstance(project, Path) else project.path
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {
            table.name: connection.execute(f"{table.select} ORDER BY {', '.join(table.key)}").fetchall()
            for table in TABLES
            if journal or table.name not in _OF_THE_JOURNAL
        }


def run_sql(path: Path, *statements: str) -> None:
    """What another program could do to a file."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.executescript(f"BEGIN; {statement}; COMMIT")
