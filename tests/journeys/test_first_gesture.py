"""A newcomer's first hour on the virtual board: from nothing to the own gesture, by keyboard and by mouse alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.windows import remove
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.number_field import NumberField
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.deployment.deploy_job import DeployStep
from tinylab.workflow.deployment.deploy_states import DeployStepState
from tinylab.workflow.session import Session

pytestmark = pytest.mark.timeout(170)
_LONG_MS = 120_000
_TAKES = 5  # of each label
_CTRL = Qt.KeyboardModifier.ControlModifier


class User:
    """What a person does at the window; subclasses have hands of their own."""

    def __init__(self, window: MainWindow, session: Session, qtbot: QtBot) -> None:
        self.window, self.session, self.qtbot = window, session, qtbot

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for a state."""
        self.qtbot.waitUntil(done, timeout=_LONG_MS)

    def go(self, page: str) -> None:
        """Go to a page."""
        raise NotImplementedError

    def next_step(self) -> None:
        """Press the button at the top right."""
        raise NotImplementedError

    def press(self, name: str) -> None:
        """Press a button of the page by what stands on it."""
        raise NotImplementedError

    def enter_number(self, name: str, value: int, steps: int) -> None:
        """Put a number into a field, `steps` away from what is there."""
        raise NotImplementedError

    def choose_label(self, number: int) -> None:
        """Choose the label of the next take."""
        raise NotImplementedError

    def record(self) -> None:
        """Begin a take."""
        raise NotImplementedError

    def choose_motion(self, name: str) -> None:
        """Choose what the virtual board plays."""
        raise NotImplementedError

    def type_name(self, name: str) -> None:
        """Type into the small dialog that asks, and agree."""
        dialog = self.window.findChildren(AskName)[-1]
        self.qtbot.keyClicks(dialog.field, name)
        self.agree(dialog)
        self.window.activateWindow()  # without a screen nobody does it for the user
        self.until(self.window.isActiveWindow)

    def agree(self, dialog: AskName) -> None:
        """Close the dialog."""
        raise NotImplementedError


class ByKeyboard(User):
    """Every key goes to whatever has the focus."""

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        self.qtbot.keyClick(focused if focused is not None else self.window, key, modifier)

    def tab_to(self, name: str) -> None:
        for _ in range(80):
            self.key(Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            assert focused is not None
            text = focused.text() if isinstance(focused, QPushButton) else ""
            if name in (focused.accessibleName(), text):
                return
        raise AssertionError(f"Tab never reached {name}")

    def go(self, page: str) -> None:
        number = [each.name for each in self.window.pages].index(page) + 1
        self.key(getattr(Qt.Key, f"Key_{number}"), _CTRL)
        assert self.window.current_page.name == page

    def next_step(self) -> None:
        self.key(Qt.Key.Key_Return, _CTRL)

    def press(self, name: str) -> None:
        self.tab_to(name)
        self.key(Qt.Key.Key_Space)

    def enter_number(self, name: str, value: int, steps: int) -> None:
        self.tab_to(name)
        self.qtbot.keyClicks(QApplication.focusWidget(), str(value))
        self.key(Qt.Key.Key_Return)

    def choose_label(self, number: int) -> None:
        self.key(getattr(Qt.Key, f"Key_{number + 1}"))

    def record(self) -> None:
        self.key(Qt.Key.Key_Space)

    def choose_motion(self, name: str) -> None:
        self.tab_to("What the virtual board plays")
        box = QApplication.focusWidget()
        assert isinstance(box, QComboBox)
        while box.currentData() != name:
            self.key(Qt.Key.Key_Down)

    def agree(self, dialog: AskName) -> None:
        self.qtbot.keyClick(dialog.field, Qt.Key.Key_Return)


class ByMouse(User):
    """Clicks and the wheel; only names are typed."""

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def go(self, page: str) -> None:
        self.click(self.window.navigation.button(page))
        assert self.window.current_page.name == page

    def next_step(self) -> None:
        self.click(self.window.current_page.action)

    def press(self, name: str) -> None:
        buttons = self.window.current_page.findChildren(QPushButton)
        self.click(next(each for each in buttons if each.text() == name and each.isVisible()))

    def enter_number(self, name: str, value: int, steps: int) -> None:
        fields = self.window.current_page.findChildren(NumberField)
        field = next(each for each in fields if each.accessibleName() == name)
        edit = field.findChild(QLineEdit)
        assert edit is not None
        self.click(edit)
        for _ in range(abs(steps)):
            turn = QPoint(0, 120 if steps > 0 else -120)
            here = QPointF(5, 5)
            wheel = QWheelEvent(
                here, field.mapToGlobal(here), QPoint(), turn, Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(field, wheel)

    def choose_label(self, number: int) -> None:
        labels = self.window.page("Collect").next_take.labels  # type: ignore[attr-defined]
        self.until(labels.group.buttons()[number].isVisible)
        self.click(labels.group.buttons()[number])

    def record(self) -> None:
        self.next_step()

    def choose_motion(self, name: str) -> None:
        box = self.window.page("Live").motion.motions  # type: ignore[attr-defined]
        box.activated.emit(box.findData(name))
        box.setCurrentIndex(box.findData(name))

    def agree(self, dialog: AskName) -> None:
        self.click(dialog.yes)


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
    """The start page makes a project; the page Board connects the virtual board."""
    session = user.session
    assert user.window.current_page is user.window.start
    user.next_step()
    user.until(lambda: session.document.project is not None)
    assert user.window.current_page.name == "Collect"
    user.go("Board")
    user.next_step()
    user.until(lambda: session.connection.connected)


def _name_two_labels(user: User) -> None:
    """An own gesture, and the class for doing nothing that is offered with it."""
    user.go("Collect")
    user.press("+ New label")
    user.type_name("swish")
    user.press("+ “nothing”: at rest, other movements")
    assert user.session.document.labels == ("swish", "nothing")


def _record_takes(user: User) -> None:
    """Five takes of each, every one whole."""
    session, collect = user.session, user.window.page("Collect")
    user.go("Collect")
    user.enter_number("Countdown", 0, -3)
    user.go("Collect")
    for number, label in enumerate(session.document.labels):
        user.choose_label(number)
        for _ in range(_TAKES):
            before = len(session.document.takes)
            user.record()
            user.until(lambda count=before: len(session.document.takes) == count + 1)  # type: ignore[misc]
            user.until(lambda: session.recorder.state is CaptureState.IDLE)
            take = session.document.takes[-1]
            assert (take.label, take.lost, take.overruns, take.ended) == (label, 0, 0, "")
            assert take.samples == 400
            assert take.rate_hz == pytest.approx(100.2, rel=0.002)  # the virtual sensor's clock is 0.2 % fast
    assert "good" in collect.verdict.text()  # type: ignore[attr-defined]


def _train(user: User) -> None:
    """One press; the curves draw themselves, and the notice leads to the figures."""
    session, train = user.session, user.window.page("Train")
    user.go("Train")
    user.enter_number("Epochs, at most", 12, -28)
    user.next_step()
    user.until(lambda: len(session.trainer.history) >= 2)
    assert train.action.text() == "■ Stop, keep the best"
    user.until(lambda: not session.trainer.busy)
    run = session.trainer.current
    assert run is not None, session.trainer.reason
    assert len(train.loss._training.getData()[0]) == len(session.trainer.history) <= 12  # type: ignore[attr-defined]
    user.go("Evaluate")
    evaluate = user.window.page("Evaluate")
    assert f"{run.int8.accuracy * 100:.1f} %" in evaluate.int8.figure.text()  # type: ignore[attr-defined]
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
    user.press("At rest")
    user.until(lambda: word.text() in ("nothing", "unknown"))
    assert session.live.decisions[-1].milliseconds > 0
    texts = [each.text() for each in user.window.page("Live").findChildren(QLabel) if each.isVisible()]
    assert not any("There is no class for doing nothing" in text for text in texts)
