"""A newcomer's first hour on the virtual board: from nothing to the own gesture, by keyboard and by mouse alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.users import ByKeyboard, ByMouse, User
from fakes.windows import remove
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.deployment.deploy_job import DeployStep
from tinylab.workflow.deployment.deploy_states import DeployStepState
from tinylab.workflow.session import Session

pytestmark = pytest.mark.timeout(170)
_TAKES = 5  # of each label
_MOST_CLICKS = 12  # from a fresh project to the own gesture recognised


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window on a computer that has seen no project."""
    chosen = (str(tmp_path / "First.tinylab"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)  # the system's own window
    make_application("light")
    session = Session(fast_virtual_board=True)
    session.warm_up()
    made = MainWindow(session)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    remove(made)


@pytest.mark.parametrize("hands", [ByKeyboard, ByMouse])
def test_from_nothing_to_the_own_gesture(window: MainWindow, qtbot: QtBot, hands: type[User]) -> None:
    session = window.session
    user = hands(window, session, qtbot)
    _begin(user)
    _name_two_labels(user)
    _record_takes(user)
    _train(user)
    _flash_and_prove(user)
    _see_it_recognised(user)
    path = session.document.open_project().path
    window.close()
    assert session.worker.process_id is None
    assert session.virtual_board.process is None
    assert [each.name for each in path.parent.glob("First*")] == ["First.tinylab"]


def _begin(user: User) -> None:
    """The start page makes a project; the virtual board is connected from Collect, or from the page Board."""
    session = user.session
    assert user.window.current_page is user.window.start
    user.next_step()
    user.until(lambda: session.document.project is not None)
    assert user.window.current_page.name == "Collect"
    user.clicks.clear()  # from here on, a fresh project, they count
    user.connect()


def _name_two_labels(user: User) -> None:
    """An own gesture; the class for doing nothing comes with it."""
    user.press("+ New label")
    user.type_name("swish")
    assert user.session.document.labels == ("swish", "nothing")


def _record_takes(user: User) -> None:
    """Five takes of each from one press, every one whole."""
    session, collect = user.session, user.window.page("Collect")
    with user.beside_the_way():  # nobody has time for a countdown here
        user.enter_number("Countdown", 0, -3)
        user.go("Collect")
    for number, label in enumerate(session.document.labels):
        if session.recorder.next.label != label:
            user.choose_label(number)
        user.record()
        user.until(lambda count=number: len(session.document.takes) == _TAKES * (count + 1))  # type: ignore[misc]
        user.until(lambda: session.recorder.state is CaptureState.IDLE)
        takes = session.document.takes[-_TAKES:]
        assert {(take.label, take.lost, take.overruns, take.ended) for take in takes} == {(label, 0, 0, "")}
        assert {take.samples for take in takes} == {200}
        assert all(take.rate_hz == pytest.approx(100.2, rel=0.01) for take in takes)  # 0.2 % fast, over 2 s
    assert "good" in collect.verdict.text.text()  # type: ignore[attr-defined]


def _train(user: User) -> None:
    """One press; the curves draw themselves, and the notice leads to the figures."""
    session, train = user.session, user.window.page("Train")
    user.go("Train")
    with user.beside_the_way():
        user.enter_number("Epochs", 12, -28)
    user.next_step()
    user.until(lambda: len(session.trainer.history) >= 2)
    assert train.action.text() == "■ Stop and keep"
    user.until(lambda: not session.trainer.busy)
    run = session.trainer.current
    assert run is not None, session.trainer.reason
    checked = [epoch for epoch in session.trainer.history if not epoch.final]
    assert len(train.loss._training.getData()[0]) == len(checked) == 13  # type: ignore[attr-defined]
    assert len(train.loss._final.getData()[0]) == len(session.trainer.history) - 13 == 13  # type: ignore[attr-defined]
    with user.beside_the_way():
        user.go("Evaluate")
        user.next_step()  # opens the test
    evaluate = user.window.page("Evaluate")
    assert f"{run.int8.accuracy * 100:.1f} %" in evaluate.tiles.int8.figure.text()  # type: ignore[attr-defined]
    evaluate.matrix.chosen.emit(0, 0)  # type: ignore[attr-defined]
    assert evaluate.list.count() == run.int8.confusion[0][0]  # type: ignore[attr-defined]


def _flash_and_prove(user: User) -> None:
    """One press, five steps, and every window comes back the same."""
    session, deploy = user.session, user.window.page("Deploy")
    user.go("Deploy")
    user.next_step()
    user.until(lambda: session.deployer.busy)
    user.until(lambda: not session.deployer.busy)
    assert session.deployer.reason == ""
    assert [session.deployer.steps[step].state for step in DeployStep] == [DeployStepState.DONE] * 5
    assert all(session.deployer.parity)
    assert "0 different" in deploy.parity_text.text()  # type: ignore[attr-defined]
    assert float(deploy.flash.figure.text()) > 10  # type: ignore[attr-defined]
    user.until(lambda: session.connection.connected)


def _see_it_recognised(user: User) -> None:
    """The board says the gesture while it is played, and nothing else after it came to rest."""
    session = user.session
    user.go("Live")
    user.choose_motion("swish")
    user.press("Play")
    word = user.window.page("Live").decision  # type: ignore[attr-defined]
    user.until(lambda: word.text() == "swish")
    assert len(user.clicks) <= _MOST_CLICKS, user.clicks
    user.press("At rest")
    user.until(lambda: word.text() in ("nothing", "unknown"))
    assert session.live.decisions[-1].milliseconds > 0
    texts = [each.text() for each in user.window.page("Live").findChildren(QLabel) if each.isVisible()]
    assert not any("There is no class for doing nothing" in text for text in texts)
