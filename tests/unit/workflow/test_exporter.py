"""Exporting says what came of it, also on a project that can be read only in part."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tinylab.errors import DataError
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session


def test_takes_are_exported_and_a_notice_says_where(trained: Session, tmp_path: Path) -> None:
    exported = trained.exporter.export_takes(tmp_path / "out").result()
    assert exported.takes == len(trained.document.takes)
    notice = trained.notices.shown[-1]
    assert (notice.tone, notice.hint) == (Tone.GOOD, "")
    assert notice.message == f"{exported.takes} takes exported to {tmp_path / 'out'}."


def test_what_cannot_be_read_is_named(trained: Session, tmp_path: Path) -> None:
    with closing(sqlite3.connect(trained.document.open_project().path)) as file:
        file.execute("UPDATE chunks SET counts = zeroblob(length(counts)) WHERE signal_id = 1")
        file.commit()
    assert trained.exporter.export_takes(tmp_path / "out").result().problems
    notice = trained.notices.shown[-1]
    assert notice.tone is Tone.CAUTION
    assert "Take 1 cannot be read" in notice.hint


def test_an_export_that_fails_is_a_notice(trained: Session, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError):
        trained.exporter.export_takes(tmp_path / "out").result()
    assert trained.notices.shown[-1].tone is Tone.ERROR
