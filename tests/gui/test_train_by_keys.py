"""Train without a mouse: settings by keys, wrong ones said, the training started, its test opened, the next run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.ui.pages.evaluate import EvaluatePage
from tinylab.ui.pages.train import TrainPage
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.session import Session

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window: MainWindow, takes: list[Recording], qtbot: QtBot) -> TrainPage:
    assert takes
    window.show_page("Train")
    found = window.page("Train")
    assert isinstance(found, TrainPage)
    return found


def choose(box: QComboBox, key: str, qtbot: QtBot) -> None:
    """Walk to an entry with the arrow keys."""
    box.setFocus()
    steps = box.findData(key) - box.currentIndex()
    for _ in range(abs(steps)):
        qtbot.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    assert box.currentData() == key


def write(field: NumberField, text: str, qtbot: QtBot) -> str:
    """Type a number over the old one; returns what is said of it."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return field.remark


def train(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    runs = len(session.trainer.runs)
    qtbot.keyClick(window, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: len(session.trainer.runs) > runs and not session.trainer.busy, timeout=60_000)


def test_a_tree_is_chosen_trained_judged_and_trained_otherwise_by_keys(
    page: TrainPage, window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    choices = page.choices
    choose(choices.family, "tree", qtbot)
    assert write(choices.window_s, "1,5", qtbot) == ""
    assert "more than 20" in write(choices.window_s, "99", qtbot)
    assert "stays" in write(choices.stride_s, "-0,5", qtbot)
    choose(choices.decides, "stride", qtbot)
    choose(choices.split, "recording", qtbot)
    windows = session.trainer.settings.windows
    assert (windows.window_s, windows.decides, windows.split, windows.suggested) == (1.5, "stride", "recording", False)
    train(window, session, qtbot)
    run = session.trainer.current
    assert run is not None and run.settings.windows == windows and run.settings.network.family == "tree"
    _open_its_test(window, qtbot)
    window.show_page("Train")
    choose(choices.decides, "movement", qtbot)
    train(window, session, qtbot)
    again = session.trainer.current
    assert again is not None and again.recipe.by_movement and not run.recipe.by_movement
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert session.trainer.settings.windows.decides == "stride", "settings are a step of undo"


def _open_its_test(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("Evaluate")
    page = window.page("Evaluate")
    assert isinstance(page, EvaluatePage) and page.closed.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Return, CONTROL)
    assert page.matrix.isVisible() and not page.closed.isVisible()
    before = page.matrix._selected
    page.matrix.setFocus()
    qtbot.keyClick(page.matrix, Qt.Key.Key_Down)
    assert page.matrix._selected != before or before == (len(page.matrix._labels) - 1, before[1])
