"""A real window on a real session, without a board and without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.exchange.example import load_example
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with an empty project."""
    made = Session(fast_virtual_board=True)
    made.new_project(tmp_path / "Lab.tinylab")
    yield made
    made.close()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window that shows it."""
    make_application("light")
    made = MainWindow(session)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def small_example(subjects: int = 4, labels: int = 3, seconds: float = 8.0) -> list[Recording]:
    """A few real recordings, cut short."""
    recordings = load_example()
    names = sorted({r.subject for r in recordings})[:subjects]
    kinds = sorted({r.label for r in recordings})[:labels]
    return [
        r.with_changes(counts=r.counts[: int(seconds * r.rate_hz)].copy())
        for r in recordings
        if r.subject in names and r.label in kinds and r.origin.session == "right"
    ]


@pytest.fixture
def takes(session: Session) -> list[Recording]:
    """A project with a few real takes in it."""
    found = small_example()
    assert session.project is not None
    session.project.add(found)
    session.library.reload()
    session.choose_first_label()
    return found
