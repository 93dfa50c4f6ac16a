"""The window as one meets it for the first time: navigation, keys, notices, themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.ui.shell.bell import Bell
from tinylab.ui.shell.notice_overlay import NoticeOverlay
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.theme import theme
from tinylab.ui.widgets.banner import Banner
from tinylab.workflow.notices import NoticeAction, Tone
from tinylab.workflow.session import Session

PAGES = ("Board", "Collect", "Explore", "Train", "Evaluate", "Deploy", "Live")


def shown_texts(widget: QWidget) -> str:
    """All visible text below a widget."""
    QApplication.processEvents()
    labels = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    return " ".join([*labels, *(each.text() for each in widget.findChildren(QPushButton) if each.isVisible())])


def test_every_page_is_one_key_away(window: MainWindow, qtbot: QtBot) -> None:
    for number, name in enumerate(PAGES, start=1):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        assert window.stack.currentWidget() is window.page(name)


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_page_says_what_to_do_next(window: MainWindow, name: str) -> None:
    window.show_page(name)
    texts = shown_texts(window.page(name))
    hints = ("Connect", "Record or import", "Train one first", "Train a network", "Load", "two labels")
    assert any(hint in texts for hint in hints)


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_every_page_draws_in_both_themes(window: MainWindow, takes: list[Recording], choice: str, qtbot: QtBot) -> None:
    theme.choose(choice)
    for name in PAGES:
        window.show_page(name)
        picture = window.grab().toImage()
        corner = picture.pixelColor(picture.width() - 4, picture.height() // 2)
        assert corner.name().upper() == theme.tokens.background
    theme.choose("light")


def test_an_error_becomes_a_banner_that_can_be_dismissed(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    session.notices.show(Tone.ERROR, "The port has vanished.", "Plug the board in again.")
    banner = window.findChild(Banner)
    assert banner is not None
    assert "The port has vanished." in shown_texts(banner)
    session.notices.dismiss(session.notices.shown[0])
    qtbot.waitUntil(lambda: window.findChild(Banner) is None)


def test_a_notice_lies_over_the_page_and_pushes_nothing(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    window.show_page("Collect")
    before = window.page("Collect").geometry()
    session.notices.show(Tone.ERROR, "The port has vanished.", "Plug the board in again.")
    QApplication.processEvents()
    assert window.page("Collect").geometry() == before
    assert window.overlay.isVisible()
    one = window.overlay.height()
    assert one >= 40
    session.notices.show(Tone.ERROR, "The take ended.", "What arrived is kept.")
    assert window.overlay.height() >= 2 * one
    session.notices.dismiss(session.notices.shown[0])
    assert window.overlay.height() == one
    for size in ((1024, 700), (1400, 900)):
        window.resize(*size)
        QApplication.processEvents()
        assert window.stack.rect().contains(window.overlay.geometry())
        edge = window.page("Collect").side_edge()
        assert edge is not None
        assert window.overlay.geometry().right() < edge, "what can be set at the right stays free"
    window.show_page("Train")
    middle = window.overlay.geometry().center()
    assert window.overlay.isAncestorOf(window.stack.childAt(middle)) or window.stack.childAt(middle) is window.overlay
    assert QApplication.activeWindow() is not window.findChild(Banner)


def test_the_bell_counts_what_came_and_lists_it_when_it_has_left(window: MainWindow, session: Session) -> None:
    bell = window.findChild(Bell)
    assert bell is not None
    session.notices.show(Tone.GOOD, "Saved.")
    session.notices.tick(0.0)
    session.notices.tick(100.0)
    assert window.findChild(NoticeOverlay).shown_numbers == []
    assert bell.text() == "1"
    bell.open_list()
    assert "Saved." in shown_texts(bell.list)
    assert bell.text() == ""
    bell.list.hide()


def test_a_notice_does_what_its_button_says(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    done: list[str] = []
    session.notices.show(
        Tone.INFO, "Something was set aside.", "", NoticeAction("Keep it", lambda: done.append("kept"))
    )
    banner = window.findChild(Banner)
    assert banner is not None
    keep = next(each for each in banner.findChildren(QPushButton) if each.text() == "Keep it")
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    assert done == ["kept"]
    assert session.notices.shown == ()


def test_labels_are_shown_as_typed_and_never_as_markup(window: MainWindow, session: Session) -> None:
    session.recorder.add_label("<b>bold</b> & “quoted”\n100 %")
    window.show_page("Collect")
    assert "<b>bold</b> & “quoted” 100 %"[:19] in shown_texts(window.page("Collect"))


def test_digits_choose_the_label(window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot) -> None:
    window.show_page("Collect")
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_2)
    assert session.recorder.next.label == session.document.labels[1]


def test_undo_brings_a_deleted_take_back(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    before = len(session.document.takes)
    page = window.page("Collect")
    strip = next(iter(page.takes.rows.values())).strip  # type: ignore[attr-defined]
    strip.setFocus()
    strip.setCurrentIndex(strip.model().index(0, 0))
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert len(session.document.takes) == before - 1
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(session.document.takes) == before
    redo = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_Z, redo)
    assert len(session.document.takes) == before - 1


def test_record_without_a_board_cannot_be_pressed_and_says_why(window: MainWindow, takes: list[Recording]) -> None:
    window.show_page("Collect")
    action = window.page("Collect").action
    assert not action.isEnabled()
    assert action.toolTip() == "Connect a board first."


def test_every_control_has_a_name_for_screen_readers(window: MainWindow, takes: list[Recording]) -> None:
    from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider

    nameless = [
        f"{page.name}: {type(each).__name__}"
        for page in window.pages
        for kind in (QAbstractSpinBox, QComboBox, QSlider)
        for each in page.findChildren(kind)
        if not each.accessibleName()
    ]
    assert nameless == []


def test_another_project_replaces_the_one_that_is_shown(window: MainWindow, session: Session, tmp_path: Path) -> None:
    session.projects.new(tmp_path / "Second.tinylab").result()
    assert "Second" in window.windowTitle()
    assert session.document.takes == ()


def test_pages_fit_the_smallest_window(window: MainWindow, takes: list[Recording], qtbot: QtBot) -> None:
    window.resize(1024, 700)
    for name in PAGES:
        window.show_page(name)
        page = window.page(name)
        qtbot.waitUntil(lambda shown=page: shown.width() <= 1024 - 176)  # type: ignore[misc]
        assert page.minimumSizeHint().height() <= 700 - 52 - 34, name
