"""The whole loop through the real window on the virtual board, in the user's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.exchange.example import load_example
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.deployment.deploy_job import DeployStep
from tinylab.workflow.deployment.deploy_states import DeployStepState
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_states import RunState

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


def test_record_train_flash_and_watch_the_board_decide(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    _bring_recordings_along(session)
    takes_before = len(session.document.takes)
    _connect_the_virtual_board(window, session, qtbot)
    _record_a_take(window, session, qtbot)
    _train(window, session, qtbot)
    _look_at_the_figures(window, session)
    _flash_and_prove(window, session, qtbot)
    _watch_it_decide(window, session, qtbot)
    _close(window, session, takes_before + 1)


def _connect_the_virtual_board(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    window.show_page("Board")
    qtbot.mouseClick(window.page("Board").action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.connection.connected, timeout=_LONG_MS)
    assert "virtual" in window.badge.accessibleName()


def _record_a_take(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    """A label by its key, then the space bar; the virtual board plays it."""
    takes_before = len(session.document.takes)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_2)
    collect = window.page("Collect")
    collect.next_take.length.setValue(4.0)  # type: ignore[attr-defined]
    collect.next_take.wait.setValue(0.0)  # type: ignore[attr-defined]
    collect.next_take.subject.setEditText("anna")  # type: ignore[attr-defined]
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(session.document.takes) == takes_before + 1, timeout=_LONG_MS)
    take = session.document.takes[-1]
    assert (take.label, take.subject, take.lost, take.overruns) == (session.document.labels[1], "anna", 0, 0)
    assert take.samples == 200
    assert take.rate_hz == pytest.approx(50.1, rel=0.002)  # the virtual sensor's clock is 0.2 % fast
    assert "good" in collect.verdict.text()  # type: ignore[attr-defined]
    assert session.recorder.state is CaptureState.IDLE


def _train(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    """One click; the curves draw themselves."""
    window.show_page("Train")
    train = window.page("Train")
    train.choices.epochs.setValue(6)  # type: ignore[attr-defined]
    qtbot.mouseClick(train.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.trainer.history) >= 2, timeout=_LONG_MS)
    assert train.action.text() == "■ Stop, keep the best"
    qtbot.waitUntil(lambda: not session.trainer.busy, timeout=_LONG_MS)
    assert session.trainer.state is RunState.DONE, session.trainer.reason
    assert train.runs.rowCount() == 1  # type: ignore[attr-defined]
    assert len(train.loss._training.getData()[0]) == len(session.trainer.history)  # type: ignore[attr-defined]


def _look_at_the_figures(window: MainWindow, session: Session) -> None:
    """Figures beside the baseline; a cell leads to its windows."""
    window.show_page("Evaluate")
    run = session.trainer.current
    assert run is not None
    evaluate = window.page("Evaluate")
    assert evaluate.int8.figure.text() == f"{run.int8.accuracy * 100:.1f} %"  # type: ignore[attr-defined]
    assert evaluate.majority.figure.text() != "–"  # type: ignore[attr-defined]
    evaluate.matrix.chosen.emit(0, 0)  # type: ignore[attr-defined]
    assert evaluate.list.count() == run.int8.confusion[0][0]  # type: ignore[attr-defined]


def _flash_and_prove(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    """One click, five steps, and every window comes back the same."""
    window.show_page("Deploy")
    deploy = window.page("Deploy")
    qtbot.mouseClick(deploy.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.deployer.busy, timeout=_LONG_MS)
    assert session.deployer.reason == ""
    assert [session.deployer.steps[step].state for step in DeployStep] == [DeployStepState.DONE] * 5
    assert session.deployer.parity == [True] * 32
    assert deploy.parity_text.text() == "32 identical · 0 different · 0 to come"  # type: ignore[attr-defined]
    assert float(deploy.flash.figure.text()) > 10  # type: ignore[attr-defined]


def _watch_it_decide(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    """The board's own decisions arrive while the board is moved."""
    run = session.trainer.current
    assert run is not None
    qtbot.waitUntil(lambda: session.connection.connected, timeout=_LONG_MS)
    window.show_page("Live")
    session.motion.play_label(session.document.labels[0], loop=True)
    qtbot.waitUntil(lambda: session.live.count >= 5, timeout=_LONG_MS)
    live = window.page("Live")
    qtbot.waitUntil(lambda: live.decision.text() not in ("–", "…"), timeout=_LONG_MS)  # type: ignore[attr-defined]
    assert live.decision.text() in {*run.labels, "unknown"}  # type: ignore[attr-defined]
    assert session.live.decisions[-1].milliseconds > 0


def _close(window: MainWindow, session: Session, takes: int) -> None:
    """Nothing is left running, and the one file holds the takes and the run."""
    path = session.document.project.path if session.document.project else Path()
    window.close()
    assert session.worker.process_id is None
    assert session.virtual_board.process is None
    assert [each.name for each in path.parent.glob("Tuesday lab*")] == [path.name]
    again = Project.open(path)
    assert len(again.headers()[0]) == takes
    assert len(again.runs.all()[0]) == 1
    again.close()


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
    window.page("Collect").next_take.length.setValue(60.0)  # type: ignore[attr-defined]
    window.page("Collect").next_take.wait.setValue(0.0)  # type: ignore[attr-defined]
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
