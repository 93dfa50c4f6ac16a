"""The window by keyboard alone: what has the focus gets the key, and what it has no use for the window gets."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.ui.shell.keys import key_table
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.session import Session

PAGES = ("Board", "Collect", "Explore", "Train", "Evaluate", "Deploy", "Live")
_MOST_STOPS = 120


def focused() -> QWidget:
    """The widget that gets the next key."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key to whatever has the focus."""
    qtbot.keyClick(focused(), key, modifier)


def tab_round(window: MainWindow, qtbot: QtBot) -> list[QWidget]:
    """Everything that Tab reaches from the page, in order, until it comes round."""
    stops: list[QWidget] = []
    for _ in range(_MOST_STOPS):
        press(qtbot, Qt.Key.Key_Tab)
        if focused() in stops:
            return stops
        stops.append(focused())
    raise AssertionError(f"Tab never came round; it stuck near {stops[-1]}")


def only(button: QAbstractButton, act: Callable[[], object]) -> None:
    """Have a button do this and nothing else, for what it does is not the question."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one that does nothing yet
        button.clicked.disconnect()
    button.clicked.connect(lambda *_: act())


@pytest.fixture(autouse=True)
def active(window: MainWindow, qtbot: QtBot) -> None:
    """The window has the keyboard."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_every_control_of_a_page_and_comes_round(
    window: MainWindow, trained: Session, qtbot: QtBot, name: str
) -> None:
    window.show_page(name)
    QApplication.processEvents()
    stops = tab_round(window, qtbot)
    wanted = [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and isinstance(each, QAbstractButton | QComboBox)
        and each.toolTip() != "Rename or remove"  # by keyboard: F2 and Del on the label
    ]
    missed = [each for each in wanted if each not in stops and not _in_group(each, stops)]
    assert [f"{type(each).__name__} {each.accessibleName() or each.toolTip() or each.text()}" for each in missed] == []


def _in_group(widget: QWidget, stops: list[QWidget]) -> bool:
    """Whether arrow keys reach it from a button of its group, as with all choices of one."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(each in stops for each in group.buttons())


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_space_and_enter_press_the_button_that_has_the_focus(
    window: MainWindow, trained: Session, qtbot: QtBot, key: Qt.Key
) -> None:
    pressed: list[QPushButton] = []
    tried = 0
    for name in PAGES:
        window.show_page(name)
        for button in window.current_page.findChildren(QPushButton):
            if button.isVisible() and button.isEnabled():
                only(button, lambda chosen=button: pressed.append(chosen))
                button.setFocus()
                press(qtbot, key)
                tried += 1
    assert tried >= 12
    assert len(pressed) == tried


def test_space_records_only_on_collect_and_only_while_no_field_or_button_has_the_focus(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[str] = []
    page = window.page("Collect")
    monkeypatch.setattr(page, "record_or_stop", lambda: recorded.append("take"))
    for name in PAGES:
        window.show_page(name)
        press(qtbot, Qt.Key.Key_Space)
    assert len(recorded) == 1
    window.show_page("Collect")
    strip = next(iter(page.takes.rows.values())).strip  # type: ignore[attr-defined]
    strip.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert len(recorded) == 2
    for field in page.findChildren(QLineEdit):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(focused(), "1 ")
    window.findChildren(QToolButton)[0].setFocus()
    assert len(recorded) == 2


def test_a_click_on_a_button_leaves_the_keyboard_with_the_page(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    page = window.page("Collect")
    label = page.next_take.labels.group.buttons()[1]  # type: ignore[attr-defined]
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton)
    assert session.recorder.next.label == session.document.labels[1]
    assert focused() is page


def test_enter_adds_a_person_and_space_then_records(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[str] = []
    window.show_page("Collect")
    page = window.page("Collect")
    monkeypatch.setattr(page, "record_or_stop", lambda: recorded.append("take"))
    page.next_take.people.add.setFocus()  # type: ignore[attr-defined]
    press(qtbot, Qt.Key.Key_Return)
    dialog = window.findChildren(AskName)[-1]
    qtbot.keyClicks(dialog.field, " Anna Lab ")
    assert recorded == []
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert session.recorder.next.subject == "Anna Lab"
    assert "Anna Lab" in session.people.names
    window.activateWindow()
    page.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert recorded == ["take"]


def test_walking_through_the_runs_changes_nothing_and_enter_chooses(
    window: MainWindow, trained: Session, qtbot: QtBot
) -> None:
    window.show_page("Train")
    runs = window.page("Train").runs  # type: ignore[attr-defined]
    runs.setFocus()
    assert trained.trainer.current is trained.trainer.runs[1]
    assert [index.row() for index in runs.selectionModel().selectedRows()] == [0]
    press(qtbot, Qt.Key.Key_Down)
    assert runs.currentRow() == 1
    assert trained.trainer.current is trained.trainer.runs[1]
    assert [index.row() for index in runs.selectionModel().selectedRows()] == [0]
    press(qtbot, Qt.Key.Key_Return)
    assert trained.trainer.current is trained.trainer.runs[0]
    assert [index.row() for index in runs.selectionModel().selectedRows()] == [1]
    press(qtbot, Qt.Key.Key_Tab)
    assert focused() is not runs


def test_ctrl_enter_is_the_primary_action_and_says_why_where_it_is_not_possible(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    window.show_page("Train")
    press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [notice.message for notice in session.notices.shown] == ["Record or import something first."]


def test_ctrl_enter_presses_the_primary_action_of_every_page(
    window: MainWindow, trained: Session, qtbot: QtBot
) -> None:
    for name in PAGES:
        window.show_page(name)
        action = window.current_page.action
        if not action.isVisible():
            continue
        action.setEnabled(True)
        pressed: list[str] = []
        only(action, lambda page=name, done=pressed: done.append(page))
        press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert pressed == [name]


def test_f1_lists_every_key(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, Qt.Key.Key_F1)
    dialog = window._keys
    assert dialog.isVisible()
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    table = key_table(len(window.pages))
    assert {line.keys for line in table} | {line.text for line in table} <= shown
    bound = {shortcut.key().toString() for shortcut in window.shortcuts}
    assert {"Ctrl+Z", "Ctrl+Shift+Z", "F1", "Ctrl+Return"} <= bound
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
