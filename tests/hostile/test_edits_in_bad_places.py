"""Every kind of edit on a locked file, a full disk, a file that is gone: a sentence, nothing changed, and once more."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from edited_lab import ALL, NAMES, Lab, steps
from fakes.projects import block, planned
from small_disks import fill

from tinylab.data.editing.edits import (
    EDITS,
    AddLabel,
    AddRecordedTake,
)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program has the file for itself."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_every_kind_of_edit_is_tried() -> None:
    assert {type(edit) for edit in ALL} == set(EDITS) - {AddRecordedTake}


@pytest.mark.parametrize("name", NAMES)
def test_on_a_locked_file_a_sentence_and_the_edit_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("tinylab.data.storage.database._BUSY_S", 0.0)
    lab = Lab(tmp_path / "x.tinylab")
    if name == "redo":
        lab.document.undo()
    before = lab.everything()
    with locked(lab.project.path):
        assert not steps(lab)[name]()
        assert lab.said() == (
            "x.tinylab could not be written: another program has the file locked.",
            "Close it there, then do it again.",
        )
        assert lab.everything() == before
    assert steps(lab)[name]()
    assert lab.everything() != before
    lab.document.close()


def test_an_edit_waits_once_and_no_longer_than_a_window_may_stand_still(lab: Lab) -> None:
    """Without a clock: how often it tries, and how long SQLite was told to wait for each."""
    connection = lab.project._database.connection
    (patience_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    assert 0 < patience_ms <= 300
    for work in (lambda: lab.document.do(AddLabel("a")), lab.document.undo, lab.document.empty_trash):
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        work()
        connection.set_trace_callback(None)
        assert sum(text.startswith("BEGIN") for text in statements) == 1


def test_on_a_full_disk_a_sentence_and_the_edit_can_be_repeated(small_disk: Path) -> None:
    for name in NAMES:
        lab = Lab(small_disk / "x.tinylab")
        if name == "redo":
            lab.document.undo()
        lab.project._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nothing is left to write into
        filler = fill(small_disk)
        before = lab.everything()
        assert not steps(lab)[name](), name
        assert lab.said() == (
            "x.tinylab could not be written: the disk is full.",
            "Free some space on it, then do it again.",
        )
        assert lab.everything() == before
        filler.unlink()
        assert steps(lab)[name](), name
        lab.document.close()
        (small_disk / "x.tinylab").unlink()


def test_a_block_of_a_take_is_tried_again_while_the_file_is_locked(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.project._database.connection.execute("PRAGMA busy_timeout = 0")
    writer = lab.project.begin_take(planned(asked=20))
    writer.add(block(0))
    begin, left = lab.project._database.transaction, 3

    def transaction() -> contextlib.AbstractContextManager[sqlite3.Connection]:
        nonlocal left
        left -= 1
        if left == 0:
            other.execute("ROLLBACK")
        return begin()

    other = sqlite3.connect(lab.project.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(lab.project._database, "transaction", transaction)
    writer.add(block(10))
    other.close()
    assert writer.finish().samples == 20
