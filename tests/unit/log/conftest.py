"""A log of each test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tinylab.log.faults import Fault, on_unforeseen
from tinylab.log.start import start_logging, stop_logging

Read = Callable[[], str]


@pytest.fixture
def log_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test's log goes."""
    folder = tmp_path / "a log"
    monkeypatch.setenv("TINYLAB_LOG_DIR", str(folder))
    return folder


@pytest.fixture
def log(log_folder: Path) -> Iterator[Read]:
    """The log has been started; reads what is in it."""
    path = start_logging("tinylab")
    assert path == log_folder / "tinylab.log"
    yield lambda: path.read_text(encoding="utf-8")
    stop_logging()


@pytest.fixture
def faults() -> Iterator[list[Fault]]:
    """The faults that were reported to listeners."""
    found: list[Fault] = []
    forget = on_unforeseen.subscribe(found.append)
    yield found
    forget()
