"""Closing and losing the board in the middle of everything, through the real window on the virtual board."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.data.editing.take_edits import AddTakes
from tinylab.exchange.example import load_example
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.session import Session

pytestmark = pytest.mark.timeout(170)
_LONG_MS = 120_000


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(fast_virtual_board=True)
    made.projects.new(tmp_path / "Tuesday lab.tinylab").result()
    made.sampling.choose(Sampling(50, 8))
    yield made
    made.close()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    make_application("light")
    made = MainWindow(session)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def _bring_recordings_along(session: Session) -> None:
    """Three exercises of four people, as if recorded last week."""
    recordings = load_example()
    kinds = ("pendulum", "row", "trapezius")
    people = sorted({r.header.subject for r in recordings})[:4]
    chosen = tuple(r for r in recordings if r.header.label in kinds and r.header.subject in people)
    session.document.apply(AddTakes(chosen, "bring recordings along"))


def test_closing_in_the_middle_of_everything_leaves_nothing_behind(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    _bring_recordings_along(session)
    session.recorder.choose_first()
    session.boards.connect_virtual()
    qtbot.waitUntil(lambda: session.connection.connected, timeout=_LONG_MS)
    session.trainer.train()
    session.recorder.record()
    qtbot.waitUntil(lambda: session.recorder.state is not CaptureState.IDLE and session.trainer.busy, timeout=_LONG_MS)
    path = session.document.project.path if session.document.project else Path()
    window.close()
    assert session.worker.process_id is None
    assert session.virtual_board.process is None
    assert session.tasks.running == ()
    assert [each.name for each in path.parent.glob("Tuesday lab*")] == [path.name]


def test_a_board_that_vanishes_in_the_middle_of_a_take_is_reported_and_comes_back(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    _bring_recordings_along(session)
    session.recorder.choose_first()
    session.boards.connect_virtual()
    qtbot.waitUntil(lambda: session.connection.connected, timeout=_LONG_MS)
    before = len(session.document.takes)
    window.show_page("Collect")
    session.motion.set_follows(False)  # at rest the board keeps to the wall clock, so the take lasts
    window.page("Collect").next_take.how.length.setValue(60.0)  # type: ignore[attr-defined]
    window.page("Collect").next_take.how.wait.setValue(0.0)  # type: ignore[attr-defined]
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.recorder.share > 0.005, timeout=_LONG_MS)
    process = session.virtual_board.process
    assert process is not None
    process.control.unplug()
    qtbot.waitUntil(lambda: session.recorder.state is CaptureState.IDLE, timeout=_LONG_MS)
    assert len(session.document.takes) == before + 1
    assert session.document.takes[-1].ended
    answer = [notice for notice in session.notices.shown if "vanished" in notice.message]
    delete = next(notice for notice in answer if notice.actions)
    process.control.plug()
    qtbot.waitUntil(lambda: session.connection.connected, timeout=_LONG_MS)
    delete.actions[0].act()
    assert len(session.document.takes) == before
    assert len(session.document.trashed) == 1
