"""The page Explore by mouse and keyboard: the takes, the proposals, the split, and what they say."""

from __future__ import annotations

import pytest
from fakes.explorer import PEOPLE, explore_of, press, settle, texts
from fakes.made_projects import add, recording
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tinylab.data.editing.take_edits import Relabel, Trash
from tinylab.data.recording import Recording
from tinylab.evaluation.feature_map.neighbours import OddWindow
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.explore.page import ExplorePage
from tinylab.ui.pages.explore.side_list import SideList
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session

# --- takes ------------------------------------------------------------------------------------------------


def test_takes_of_two_labels_lie_over_each_other_on_one_scale_and_one_is_chosen(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.switch.buttons[1], Qt.MouseButton.LeftButton)
    settle(session)
    takes, views = page.takes, session.explore.take_views
    first, second = takes.plots
    assert first.getViewBox().viewRange()[1] == pytest.approx(second.getViewBox().viewRange()[1])
    takes.boxes[1].setCurrentIndex(takes.boxes[1].findData("nothing"))
    takes.boxes[1].activated.emit(2)
    settle(session)
    assert [each.label for each in views.laid] == ["shake", "nothing"]
    before = views.take_id
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    settle(session)
    assert views.take_id != before
    assert f"Take {views.take_id} · shake" in takes.take.text()
    assert "strongest at" in takes.take.text()
    middle = second.getViewBox().viewRect().center()
    second._choose_at(middle)
    settle(session)
    assert session.document.header(views.take_id).label == "nothing"  # type: ignore[union-attr]
    qtbot.mouseClick(takes.go, Qt.MouseButton.LeftButton)
    (view,) = page.window().findChildren(TakeView)
    view.close()


def test_nothing_of_a_take_stays_where_there_is_none(page: ExplorePage, session: Session) -> None:
    page.show_view(1)
    settle(session)
    assert len(page.takes.spectrum._spectrum.frequencies_hz) > 0
    session.document.trash([take.id for take in session.document.takes])
    settle(session)
    assert len(page.takes.spectrum._spectrum.frequencies_hz) == 0
    assert page.takes.take.text() == "There is no take with a label yet."


def test_the_fingerprint_shows_in_what_takes_and_classes_differ(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    page.show_view(1)
    settle(session)
    takes = page.takes
    qtbot.mouseClick(takes.kinds.buttons[1], Qt.MouseButton.LeftButton)
    shown = takes.prints._prints
    assert shown is not None and len(shown.rows) == 12
    takes.prints.setFocus()
    for _ in range(3):
        qtbot.keyClick(takes.prints, Qt.Key.Key_Down)
    assert shown.take_ids == (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8), "label by label"
    assert session.explore.take_views.take_id == 4, "three rows below take 1"
    qtbot.mouseClick(takes.of.buttons[1], Qt.MouseButton.LeftButton)
    classes = takes.prints._prints
    assert classes is not None and set(classes.rows) == {"shake", "wave", "nothing"}
    names, columns = takes.prints.numbers()
    assert len(names) == len(columns) == 1 + len(classes.features)
    qtbot.mouseClick(takes.kinds.buttons[2], Qt.MouseButton.LeftButton)
    row = [takes.table.item(0, column).text() for column in range(6)]  # type: ignore[union-attr]
    assert row[:5] == ["shake", "4", "4", "12.0 s", "3.0 s"]
    assert row[5].endswith(" g")


# --- proposals --------------------------------------------------------------------------------------------


def test_proposals_are_accepted_corrected_and_left_by_keys_alone(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    add(session.document, recording("", 70, "shake", seconds=3.0), recording("", 71, "wave", seconds=3.0))
    page.setFocus()
    page.show_view(2)
    settle(session)
    view, proposals = page.proposals, session.explore.proposals
    assert {each.take_id for each in proposals.all or ()} >= {13, 14}
    sure = [float(view.table.item(row, 3).text()[:-2]) for row in range(view.table.rowCount())]  # type: ignore[union-attr]
    assert sure == sorted(sure), "most doubtful first"
    first = proposals.current
    assert first is not None
    press(page, qtbot, Qt.Key.Key_Right)
    after = proposals.current
    assert after is not None and after != first
    press(page, qtbot, Qt.Key.Key_Left)
    assert proposals.current == first
    press(page, qtbot, Qt.Key.Key_Return)
    assert [r.label for r in session.document.regions(first.take_id)] == [first.label]
    proposals.choose([each.take_id for each in proposals.all or ()].index(after.take_id))
    press(page, qtbot, Qt.Key.Key_3)
    assert [r.label for r in session.document.regions(after.take_id)] == [session.document.labels[2]]


def test_odd_windows_are_in_the_same_list_and_may_be_right_as_they_are(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    page.show_view(2)
    settle(session)
    view, proposals = page.proposals, session.explore.proposals
    proposals.set_odd([OddWindow(0, 6, 0.0, "wave", "shake", 1.0)])
    row = next(row for row, each in enumerate(proposals.all or ()) if each.take_id == 6)
    view.table.cellClicked.emit(row, 0)
    assert "1 window lies among “shake”" in view.question.text()
    assert view.asked.text.text().startswith("wave · take 6")
    press(page, qtbot, Qt.Key.Key_Backspace)
    assert all(each.take_id != 6 for each in proposals.all or ())
    assert session.document.header(6).label == "wave"  # type: ignore[union-attr]


def test_copies_are_named_and_deleted_but_for_one(page: ExplorePage, session: Session, qtbot: QtBot) -> None:
    again = session.document.recording(3)
    add(session.document, Recording(again.header.with_changes(id=0, subject="Zoe"), again.counts.copy()))
    page.show_view(2)
    settle(session)
    view = page.proposals
    assert view.copies_text.text() == "The same samples are in takes 3, 13."
    qtbot.mouseClick(view.delete_copies, Qt.MouseButton.LeftButton)
    assert {take.id for take in session.document.trashed} == {13}
    assert not view.copies.isVisible()


# --- the split --------------------------------------------------------------------------------------------


def test_the_split_is_seen_with_its_reason_and_people_move_by_keys_and_menu(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.switch.buttons[3], Qt.MouseButton.LeftButton)
    split, view = page.split, session.explore.split_sides.view
    assert split.reason.text() == view.sentence
    assert split.balances["test"]._counts == {"shake": 1, "wave": 1, "nothing": 1}
    test, learn = split.lists["test"], split.lists["train"]
    test.setFocus()
    test.setCurrentRow(0)
    name = test.chosen[0].removeprefix("person:")
    qtbot.keyClick(test, Qt.Key.Key_Left)
    assert {take.split for take in session.document.takes if take.subject == name} == {"validation"}
    assert "not say which" in split.empty.text.text() or split.columns.isVisible()
    if not split.columns.isVisible():
        session.document.undo()
    menu = learn.menu()
    learn.setCurrentRow(0)
    learn.item(0).setSelected(True)
    moved = learn.chosen[0].removeprefix("person:")
    next(each for each in menu.actions() if each.text() == "Move to Test").trigger()
    menu.close()
    assert {take.split for take in session.document.takes if take.subject == moved} == {"test"}
    qtbot.mouseClick(split.again, Qt.MouseButton.LeftButton)
    assert session.trainer.settings.windows.split == "auto"
    assert session.explore.split_sides.view.sides


def test_single_takes_move_too_and_a_person_on_both_sides_is_said(page: ExplorePage, session: Session) -> None:
    page.show_view(3)
    split = page.split
    split.by.buttons[1].click()
    lists: dict[str, SideList] = split.lists
    key = lists["train"]._key(0)
    lists["train"].item(0).setSelected(True)
    lists["test"].take_from(lists["train"])  # it was dragged there
    take = session.document.header(int(key.removeprefix("take:")))
    assert take is not None and take.split == "test"
    assert "is in training and in test" in split.warning.text()


# --- what they say ----------------------------------------------------------------------------------------


def test_advice_leads_to_the_takes_the_label_and_the_view(
    window: MainWindow, page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    add(session.document, recording("wave", 90, "shake", seconds=3.0, subject="Anna"))
    settle(session)
    panel = texts(page.advice)
    assert "Too few takes" in panel and "4 people recorded" in panel
    assert page.action.text() == "Record “shake”"
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page.name == "Collect"
    assert session.recorder.next.label == "shake"
    explore_of(window)
    wrong = session.explore.facts.facts["takes.unlike_their_class"].takes
    assert 13 in wrong
    name = "Show me the take" if len(wrong) == 1 else f"Show me the {len(wrong)} takes"
    button = next(each for each in page.advice.findChildren(QPushButton) if each.text() == name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    collect = window.page("Collect")
    assert isinstance(collect, CollectPage)
    assert sorted(collect.takes.selected_ids()) == sorted(wrong)


def test_a_good_set_is_to_be_trained_and_good_news_are_there(window: MainWindow, session: Session) -> None:
    page = explore_of(window)
    people = [recording(label, 9 * n + i, seconds=2.5, subject=PEOPLE[i % 4])
              for n, label in enumerate(("shake", "wave", "nothing")) for i in range(10)]  # fmt: skip
    add(session.document, *people)
    settle(session)
    doubted = session.explore.facts.facts["takes.unlike_their_class"].takes
    session.document.do(Trash(doubted)) if doubted else None
    settle(session)
    assert "4 people recorded, so unseen people can be tested on." in texts(page.advice)
    assert page.action.text() == "Train a network"
    session.document.do(Relabel((1,), ""))
    settle(session)
    button = next(each for each in page.advice.findChildren(QPushButton)
                  if each.text() == "Show me" and "no label" in each.accessibleDescription())  # fmt: skip
    button.click()
    assert page.view == "proposals"
    settle(session)
