"""Where TinyLab begins: the last project, or the start page; and everything that is done with whole projects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.windows import remove
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.data.space import bytes_used
from tinylab.ui.app import begin, users_recent_projects
from tinylab.ui.pages.start import ProjectCard
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.project_menu import ProjectMenu
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.question import AskName, Question
from tinylab.workflow.project.recent import RecentProjects
from tinylab.workflow.session import Session


@pytest.fixture
def fresh(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window without a project, on a computer that has seen none."""
    monkeypatch.setenv("TINYLAB_DATA_DIR", str(tmp_path / "data"))
    make_application("light")
    session = Session(fast_virtual_board=True, recent=users_recent_projects())
    made = MainWindow(session)
    made.show()
    qtbot.waitExposed(made)
    yield made
    remove(made)


def texts(window: MainWindow) -> str:
    QApplication.processEvents()
    return " ".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def test_without_a_project_the_start_page_is_shown_and_says_what_opens_the_others(fresh: MainWindow) -> None:
    assert fresh.stack.currentWidget() is fresh.start
    fresh.show_page("Train")
    assert fresh.stack.currentWidget() is fresh.start
    assert not fresh.navigation.button("Train").isEnabled()
    assert fresh.navigation.button("Train").toolTip() == "Open or make a project first."
    assert fresh.navigation.button("Board").isEnabled()
    assert "Open or make a project, and the pages at the left open with it." in texts(fresh)


def test_a_project_is_on_the_start_page_after_it_was_closed_and_a_click_opens_it(
    fresh: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    fresh.session.projects.new(tmp_path / "First.tinylab").result()
    assert fresh.stack.currentWidget() is fresh.page("Collect")
    fresh.session.recorder.add_label("wave")
    fresh.dialogs.close()
    assert fresh.stack.currentWidget() is fresh.start
    assert fresh.session.document.labels == ()
    card = fresh.start.findChild(ProjectCard)
    assert card is not None
    assert "wave" in texts(fresh)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: fresh.session.document.project is not None, timeout=20_000)
    assert fresh.session.document.labels == ("wave", "nothing")


def test_the_last_project_is_opened_again(fresh: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "Last.tinylab"
    fresh.session.projects.new(path).result()
    fresh.close()
    session = Session(fast_virtual_board=True, recent=users_recent_projects())
    window = MainWindow(session)
    session.boards.connect_virtual = lambda: None  # type: ignore[assignment, method-assign]
    session.warm_up = lambda: None  # type: ignore[assignment, method-assign]
    begin(window, None)
    qtbot.waitUntil(lambda: session.document.project is not None, timeout=20_000)
    assert session.document.project is not None
    assert session.document.project.path == path
    remove(window)


def test_a_last_project_that_is_gone_or_damaged_leaves_the_start_page_with_a_word(
    fresh: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "Last.tinylab"
    fresh.session.projects.new(path).result()
    fresh.close()
    path.write_bytes(b"no project at all" * 100)
    session = Session(fast_virtual_board=True, recent=users_recent_projects())
    window = MainWindow(session)
    window.show()
    session.boards.connect_virtual = lambda: None  # type: ignore[assignment, method-assign]
    session.warm_up = lambda: None  # type: ignore[assignment, method-assign]
    begin(window, None)
    qtbot.waitUntil(lambda: bool(session.notices.shown), timeout=20_000)
    assert "Last.tinylab" in session.notices.shown[0].message
    assert window.stack.currentWidget() is window.start
    assert "No project" in window.windowTitle()
    path.unlink()
    assert session.projects.recent.all() == []
    remove(window)


def test_rename_keeps_everything_and_leaves_one_file(
    window: MainWindow, takes: list[Recording], session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    before = [take.label for take in session.document.takes]
    window.dialogs.rename()
    dialog = window.findChild(AskName)
    assert dialog is not None
    for wrong, reason in (("", "needs a name"), ("a/b", "cannot contain"), ("..", "needs a name")):
        dialog.field.setText(wrong)
        dialog.agree()
        assert reason in dialog.reason.text()
    dialog.field.setText("Tuesday")
    dialog.agree()
    qtbot.waitUntil(lambda: "Tuesday" in window.windowTitle(), timeout=20_000)
    qtbot.waitUntil(lambda: not (tmp_path / "Lab.tinylab").exists(), timeout=20_000)
    assert sorted(path.name for path in tmp_path.glob("*.tinylab")) == ["Tuesday.tinylab"]
    assert [take.label for take in session.document.takes] == before
    assert session.document.undo()
    assert session.document.takes == ()


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(
    window: MainWindow, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "Taken.tinylab").write_bytes(b"x")
    session.projects.rename("Taken").then(failed=session.notices.show_error)
    qtbot.waitUntil(lambda: bool(session.notices.shown), timeout=20_000)
    assert "exists already" in session.notices.shown[0].message
    assert session.document.project is not None
    assert session.document.project.path == tmp_path / "Lab.tinylab"
    assert (tmp_path / "Taken.tinylab").read_bytes() == b"x"


def test_delete_asks_first(
    window: MainWindow, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinylab.ui.widgets.project_dialogs.remove_file", Path.unlink)
    window.dialogs.delete()
    question = window.findChild(Question)
    assert question is not None
    question.reject()
    assert session.document.project is not None
    window.dialogs.delete()
    window.findChildren(Question)[-1].agree()
    assert not (tmp_path / "Lab.tinylab").exists()
    assert window.stack.currentWidget() is window.start
    assert [notice.message for notice in session.notices.shown] == ["“Lab.tinylab” is removed."]


def test_a_file_that_cannot_be_removed_is_said(window: MainWindow, session: Session) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    assert not session.projects.delete(refuse)
    assert session.notices.shown[0].message == "“Lab.tinylab” could not be removed: Permission denied."


def test_new_and_open_ask_for_a_file(
    fresh: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "New.tinylab")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    qtbot.mouseClick(fresh.start.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: fresh.session.document.project is not None, timeout=20_000)
    fresh.dialogs.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    assert fresh.session.document.project is None
    fresh.dialogs.ask_for_file()
    qtbot.waitUntil(lambda: fresh.session.document.project is not None, timeout=20_000)
    assert "New" in fresh.windowTitle()


def test_the_menu_offers_the_other_projects_and_greys_what_needs_one(
    window: MainWindow, session: Session, tmp_path: Path
) -> None:
    session.projects.new(tmp_path / "R&D.tinylab").result()
    menu = window.findChild(ProjectMenu)
    assert menu is not None
    menu.refresh()
    assert "Lab" in [action.text() for action in menu.recent.actions()]
    session.projects.open(tmp_path / "Lab.tinylab").result()
    menu.refresh()
    assert "R&&D" in [action.text() for action in menu.recent.actions()]
    session.projects.close_project()
    menu.refresh()
    grey = {action.text() for action in menu.actions() if not action.isEnabled()}
    assert {"Rename …", "Delete …", "Save a copy …", "Close project"} <= grey


def test_the_space_a_project_takes_is_shown(window: MainWindow, takes: list[Recording], session: Session) -> None:
    window.bottom.refresh()
    assert session.document.project is not None
    assert f"{bytes_used(session.document.project.path) / 1000:.0f} kB" in window.bottom.saved.text()


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '[{"path": 3}]', "[" * 5000, '{"a": 1}', "\\udcff"])
def test_a_damaged_list_of_projects_is_an_empty_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "recent.json"
    file.write_text(content, encoding="utf-8", errors="surrogateescape")
    recent = RecentProjects(file)
    assert recent.all() == []
    project = tmp_path / "a.tinylab"
    project.write_bytes(b"1234")
    recent.note(project, 3, ("wave",), is_open=True)
    (found,) = recent.all()
    assert (found.path, found.takes, found.labels, found.bytes_used) == (project, 3, ("wave",), 4)
    assert recent.last_open() == found


def test_a_command_leaves_no_trace_in_the_users_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_DATA_DIR", str(tmp_path / "data"))
    session = Session(fast_virtual_board=True)
    session.projects.new(tmp_path / "Of a command.tinylab").result()
    session.close()
    assert not (tmp_path / "data").exists()
    assert users_recent_projects().all() == []


def test_a_list_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    recent = RecentProjects(tmp_path / "file" / "recent.json")
    recent.note(tmp_path / "a.tinylab", 1, (), is_open=True)
    assert recent.all() == []
