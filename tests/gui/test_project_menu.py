"""The project's menu: a copy and an export are written where the user says; a dialog that is closed does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.exchange.menu import read_path
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.notices import Tone
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.opening import load_project


def choose(window: MainWindow, name: str) -> None:
    """Click an entry of the menu."""
    (action,) = [action for action in window.project_button.menu().actions() if action.text() == name]
    action.trigger()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the next dialogs for a file's name answer; empty where the user closes one."""
    queue: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (queue.pop(0), ""))
    return queue


def test_takes_are_exported(
    window: MainWindow, takes: list[Recording], answers: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    answers += ["", str(tmp_path / "out")]
    choose(window, "Export takes …")
    assert window.session.tasks.running == ()
    choose(window, "Export takes …")
    qtbot.waitUntil(lambda: bool(window.session.notices.shown), timeout=60_000)
    assert window.session.notices.shown[-1].message == f"{len(takes)} takes exported to {tmp_path / 'out'}."
    assert len(read_path(tmp_path / "out").recordings) == len(takes)
    menu = next(a for a in window.project_button.menu().actions() if a.text() == "Export takes as").menu()
    entries = {action.text(): action for action in menu.actions()}
    assert len(entries) == 4
    answers.append(str(tmp_path / "all"))
    entries["CSV, one long table with labels …"].trigger()
    message = f"{len(takes)} takes exported to {tmp_path / 'all.csv'}."
    qtbot.waitUntil(lambda: window.session.notices.shown[-1].message == message, timeout=60_000)


def test_a_copy_is_saved_and_a_name_that_is_taken_is_refused(
    window: MainWindow, takes: list[Recording], answers: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    answers += ["", str(tmp_path / "Copy"), str(tmp_path / "Copy")]
    choose(window, "Save a copy …")
    choose(window, "Save a copy …")
    qtbot.waitUntil(lambda: bool(window.session.notices.shown), timeout=60_000)
    assert window.session.notices.shown[-1].tone is Tone.GOOD
    loaded = load_project(tmp_path / "Copy.tinylab", read_only=True)
    assert isinstance(loaded.contents, Contents)
    assert len(loaded.contents.headers) == len(takes)
    loaded.contents.project.close()
    choose(window, "Save a copy …")
    qtbot.waitUntil(lambda: window.session.notices.shown[-1].tone is Tone.ERROR, timeout=60_000)
    assert "exists already" in window.session.notices.shown[-1].message
