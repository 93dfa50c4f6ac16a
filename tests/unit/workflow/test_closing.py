"""Closing a session, whatever it is doing, leaves no process, no port and one whole file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.sessions import pump

from tinylab.data.project import Project
from tinylab.virtualboard.service.registry import running_boards
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.deployment.deploy_job import DeployStep
from tinylab.workflow.deployment.deploy_states import DeployStepState
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.window_plan import WindowPlan

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are counted in /proc")


def children() -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        found |= {int(word) for word in task.read_text(encoding="ascii").split()}
    return found


def idle(session: Session) -> None:
    session.inbox.pump()


def starting_the_board(session: Session) -> None:
    session.boards.connect_virtual()


def connected(session: Session) -> None:
    session.boards.connect_virtual()
    pump(session, lambda: session.connection.connected)


def counting_down(session: Session) -> None:
    connected(session)
    session.recorder.set_next(NextTake("wave", "Anna", countdown_s=60))
    session.recorder.record()
    assert session.recorder.state is CaptureState.COUNTDOWN


def recording(session: Session) -> None:
    connected(session)
    session.recorder.set_next(NextTake("wave", "Anna", seconds=600, countdown_s=0))
    session.recorder.record()
    pump(session, lambda: session.recorder.share > 0)


def board_lost(session: Session) -> None:
    connected(session)
    process = session.virtual_board.process
    assert process is not None
    process.control.unplug()
    pump(session, lambda: not session.connection.connected)


def waking_the_worker(session: Session) -> None:
    session.trainer.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    session.trainer.train()
    pump(session, lambda: session.worker.process_id is not None)


def training(session: Session) -> None:
    settings = TrainSettings(windows=WindowPlan(window_s=1.0, stride_s=0.05))
    session.trainer.set_settings(replace(settings, network=replace(settings.network, epochs=1000, patience=1000)))
    session.trainer.train()
    pump(session, lambda: len(session.trainer.history) > 1)
    assert session.trainer.state is RunState.TRAINING


def building(session: Session) -> None:
    session.deployer.build()
    pump(session, lambda: session.deployer.steps[DeployStep.BUILD].state is DeployStepState.RUNNING)


def trying(session: Session) -> None:
    connected(session)
    session.deployer.flash()
    pump(session, lambda: session.deployer.steps[DeployStep.TRY].state is DeployStepState.RUNNING)


def flashing(session: Session) -> None:
    connected(session)
    session.deployer.flash()
    pump(session, lambda: session.deployer.steps[DeployStep.FLASH].state is DeployStepState.RUNNING)


def test_closing_while_a_worker_trains_that_ignores_sigterm_asks_it_nothing(
    trained_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took 4 s without a word: the pipe was closed, and the worker given its time."""
    shutil.copy(trained_project, tmp_path / "trained.tinylab")
    fake = Path(__file__).resolve().parents[2] / "fakes" / "fake_worker.py"
    session = Session(fast_virtual_board=True)
    session.worker._command = (sys.executable, str(fake), "ignores SIGTERM")
    session.projects.open(tmp_path / "trained.tinylab").result()
    task = session.trainer.train()
    pump(session, lambda: session.trainer.state is RunState.TRAINING)
    asked: list[str] = []
    process = session.worker._process
    assert process is not None
    kill = process.kill
    monkeypatch.setattr(process, "terminate", lambda: asked.append("terminate"))
    monkeypatch.setattr(process, "kill", lambda: (asked.append("kill"), kill()))
    session.close()
    assert asked[0] == "kill"
    assert "terminate" not in asked
    assert process.poll() is not None
    assert not task.running


@pytest.mark.parametrize(
    "state",
    [
        idle, starting_the_board, connected, counting_down, recording, board_lost, waking_the_worker, training,
        building, trying, flashing,
    ],
    ids=lambda state: state.__name__,
)  # fmt: skip
def test_closing_leaves_nothing_behind(state: Callable[[Session], None], trained_project: Path, tmp_path: Path) -> None:
    path = tmp_path / "project" / "trained.tinylab"
    path.parent.mkdir()
    shutil.copy(trained_project, path)
    before = children()
    session = Session(fast_virtual_board=True)
    session.projects.open(path).result()
    takes = len(session.document.takes)
    try:
        state(session)
    finally:
        session.close()
    session.close()
    assert children() == before
    assert running_boards() == []
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert session.tasks.running == ()
    project = Project.open(path)
    assert len(project.headers()[0]) == takes + (state is recording)
    assert project.problems == ()
    project.close()
