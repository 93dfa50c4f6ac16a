"""Labels are renamed, removed and compared; one for doing nothing is offered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.ui.pages.collect.label_list import LabelList
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.theme import theme
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.project.label_names import look_alike
from tinylab.workflow.session import Session


@pytest.fixture
def labels(window: MainWindow) -> LabelList:
    window.show_page("Collect")
    found: LabelList = window.page("Collect").next_take.labels  # type: ignore[attr-defined]
    return found


def asked(window: MainWindow) -> AskName:
    return window.findChildren(AskName)[-1]


def test_a_label_is_renamed_with_its_takes_by_keyboard_and_undone(
    window: MainWindow, takes: list[Recording], session: Session, labels: LabelList, qtbot: QtBot
) -> None:
    old = session.document.labels[1]
    session.recorder.choose_label(old)
    count = session.document.takes_by_label[old]
    button = labels.group.buttons()[1]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_F2)
    dialog = asked(window)
    dialog.field.setText("  swing ")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert session.document.labels[1] == "swing"
    assert session.document.takes_by_label["swing"] == count
    assert session.recorder.next.label == "swing"
    session.document.undo()
    assert session.document.labels[1] == old
    assert session.document.takes_by_label[old] == count


def test_a_name_that_looks_like_another_is_asked_about(
    window: MainWindow, session: Session, labels: LabelList, qtbot: QtBot
) -> None:
    session.recorder.add_label("punch")
    labels.ask_for_label()
    dialog = asked(window)
    for name, reason in (
        ("", "needs a name"),
        (" punch ", "There is a label “punch” already."),
        ("Punch", "“punch” is there already and looks the same. Press again to have both."),
    ):
        dialog.field.setText(name)
        dialog.agree()
        assert reason in dialog.reason.text()
    assert session.document.labels == ("punch", "nothing")
    dialog.agree()
    assert session.document.labels == ("punch", "nothing", "Punch")


def test_removing_a_label_takes_its_takes_along_and_undo_brings_all_back(
    window: MainWindow, takes: list[Recording], session: Session, labels: LabelList, qtbot: QtBot
) -> None:
    first = session.document.labels[0]
    session.recorder.choose_label(first)
    before = [take.id for take in session.document.takes]
    button = labels.group.buttons()[0]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Delete)
    assert first not in session.document.labels
    assert all(take.label != first for take in session.document.takes)
    assert session.recorder.next.label == session.document.labels[0]
    notice = session.notices.shown[-1]
    assert f"“{first}” and its" in notice.message
    notice.actions[0].act()
    assert session.document.labels[0] == first
    assert [take.id for take in session.document.takes] == before


def test_the_menu_of_a_label_offers_both(
    window: MainWindow, takes: list[Recording], labels: LabelList, qtbot: QtBot
) -> None:
    menu = labels.group.buttons()[0]._menu()  # type: ignore[attr-defined]
    assert [action.text().split("\t")[0] for action in menu.actions()] == ["Rename …", "Remove"]


def test_the_dots_beside_a_label_take_the_colour_of_another_theme(takes: list[Recording], labels: LabelList) -> None:
    more = labels.group.buttons()[0].more  # type: ignore[attr-defined]
    light = more.icon().pixmap(16, 16).toImage()
    theme.choose("dark")
    dark = more.icon().pixmap(16, 16).toImage()
    theme.choose("light")
    assert light != dark
    assert more.icon().pixmap(16, 16).toImage() == light


def test_with_the_first_label_comes_one_for_doing_nothing_and_it_may_be_removed(
    window: MainWindow, session: Session, labels: LabelList, qtbot: QtBot
) -> None:
    session.recorder.add_label("punch")
    assert session.document.labels == ("punch", "nothing")
    assert session.recorder.next.label == "punch"
    assert not labels.offer.isVisible()
    labels.remove("nothing")
    assert session.document.labels == ("punch",)
    assert labels.offer.isVisible()
    qtbot.mouseClick(labels.offer, Qt.MouseButton.LeftButton)
    assert session.document.labels == ("punch", "nothing")
    assert session.recorder.next.label == "nothing"
    assert not labels.offer.isVisible()


@pytest.mark.parametrize("first", ["nothing", "Idle", "at rest"])
def test_a_first_label_that_means_doing_nothing_comes_alone(session: Session, first: str) -> None:
    session.recorder.add_label(first)
    assert session.document.labels == (first,)


def test_the_class_for_doing_nothing_is_advised_where_results_are_shown(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    counts = session.document.takes_by_label
    assert len(set(counts.values())) == 1, "all labels have as many takes"
    assert "There is no class for doing nothing" in window.page("Collect").advice.text()  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", ["Train", "Evaluate", "Deploy", "Live"])
def test_pages_with_results_advise_it(window: MainWindow, trained: Session, page: str) -> None:
    run = trained.trainer.current
    assert run is not None
    from dataclasses import replace

    other = replace(run, labels=("wave", "shake", "punch")[: len(run.labels)])
    trained.trainer.runs[-1] = other
    trained.trainer.choose(other)
    window.show_page(page)
    QApplication.processEvents()
    from test_window import shown_texts

    shown = shown_texts(window.page(page))
    assert "There is no class for doing nothing" in shown or page == "Live"


@pytest.mark.parametrize(
    ("name", "like"), [("Punch", "punch"), ("left  turn", "left turn"), ("left_turn", "left turn"), ("punch", "")]
)
def test_what_looks_the_same(name: str, like: str) -> None:
    assert look_alike(name, ["punch", "left turn"]) == like


def test_a_run_is_deleted_after_a_question(window: MainWindow, trained: Session, qtbot: QtBot) -> None:
    from tinylab.ui.widgets.question import Question

    window.show_page("Train")
    page = window.page("Train")
    page.runs.setFocus()  # type: ignore[attr-defined]
    page.runs.setCurrentCell(0, 0)  # type: ignore[attr-defined]
    qtbot.keyClick(page.runs, Qt.Key.Key_Delete)  # type: ignore[attr-defined]
    question = window.findChildren(Question)[-1]
    assert isinstance(question.yes, QPushButton)
    question.agree()
    assert len(trained.trainer.runs) == 1
    assert trained.trainer.current is trained.trainer.runs[0]
    assert len(trained.document.open_project().runs.all()[0]) == 1
