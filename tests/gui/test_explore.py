"""The page Explore by mouse and keyboard: the map, the takes, the proposals, the split, and what they say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.lab import lab_in
from fakes.made_projects import add, recording, recordings
from fakes.windows import remove
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tinylab.data.editing.region_edits import AddRegion
from tinylab.data.editing.take_edits import Relabel, Trash
from tinylab.data.recording import Recording
from tinylab.evaluation.feature_map.neighbours import OddWindow
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.explore.page import ExplorePage
from tinylab.ui.pages.explore.side_list import SideList
from tinylab.ui.plots.feature_map import MapPlot
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.explore.picture import Layout
from tinylab.workflow.session import Session

PEOPLE = ("Anna", "Bert", "Cem", "Dora")
_numbers = itertools.count()


def made_takes() -> tuple[Recording, ...]:
    """Twelve takes of 3 s, ids 1 to 12: four people perform three labels; 4 to 8 are of “wave”."""
    labels = ("shake", "wave", "nothing")
    return tuple(
        recording(label, number * 4 + i, seconds=3.0, subject=PEOPLE[i])
        for number, label in enumerate(labels)
        for i in range(4)
    )


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all of these tests; each opens a project of its own."""
    make_application("light")
    session = Session()
    session.projects.new(tmp_path_factory.mktemp("explore") / "first.tinylab").result()
    made = MainWindow(session)
    made.resize(1024, 700)
    made.show()
    yield made
    remove(made)


@pytest.fixture
def session(window: MainWindow, tmp_path: Path) -> Session:
    """Its session, with a new project that is empty."""
    session = window.session
    session.projects.new(tmp_path / f"explore {next(_numbers)}.tinylab").result()
    session.notices.clear()
    return session


@pytest.fixture
def page(window: MainWindow, session: Session) -> ExplorePage:
    """Explore with twelve takes, when everything is drawn."""
    add(session.document, *made_takes())
    found = explore_of(window)
    settle(session)
    return found


def explore_of(window: MainWindow) -> ExplorePage:
    window.show_page("Explore")
    window.activateWindow()
    found = window.page("Explore")
    assert isinstance(found, ExplorePage)
    return found


def settle(session: Session) -> None:
    """Until nothing is looked at in a thread."""
    explore = session.explore

    def still() -> bool:
        QApplication.processEvents()
        working = (explore.feature_map.task, explore.proposals.task)
        return not any((explore.checks.busy, explore.take_views.busy, *working))

    assert session.inbox.wait(still, 60.0)
    QApplication.processEvents()  # what was drawn last is shown


def press(page: ExplorePage, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """A key while no field or button has the focus."""
    page.setFocus()
    qtbot.keyClick(page, key, modifier or Qt.KeyboardModifier.NoModifier)


def texts(widget: QWidget) -> str:
    found = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    return " ".join([*found, *(each.text() for each in widget.findChildren(QPushButton) if each.isVisible())])


def place(plot: MapPlot, x: float, y: float) -> QPoint:
    found: QPoint = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))
    return found


def draw_around(plot: MapPlot, qtbot: QtBot, rows: list[int], modifier: Qt.KeyboardModifier) -> None:
    """Draw a line around these points, with the mouse."""
    points = plot.points[rows]
    (left, low), (right, high) = points.min(axis=0) - 1e-3, points.max(axis=0) + 1e-3
    corners = [(left, low), (right, low), (right, high), (left, high)]
    left_button, target = Qt.MouseButton.LeftButton, plot.viewport()
    qtbot.mousePress(target, left_button, modifier, pos=place(plot, *corners[0]) + QPoint(-4, 4))
    for (x, y), shift in zip(corners[1:], (QPoint(4, 4), QPoint(4, -4), QPoint(-4, -4)), strict=True):
        qtbot.mouseMove(target, place(plot, x, y) + shift)
    qtbot.mouseRelease(target, left_button, modifier, pos=place(plot, *corners[3]) + QPoint(-4, -4))


# --- the map ----------------------------------------------------------------------------------------------


def test_without_takes_it_says_what_is_missing_and_offers_to_record(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    page = explore_of(window)
    assert "as soon as two labels have 3 takes each" in page.empty.text.text()
    assert page.action.text() == "Record takes"
    add(session.document, *recordings(("shake",), 2))
    assert "So far: shake 2." in page.empty.text.text()
    qtbot.mouseClick(page.to_collect, Qt.MouseButton.LeftButton)
    assert window.current_page.name == "Collect"


def test_two_labels_with_three_takes_each_are_two_clouds_with_their_names_in_them(
    window: MainWindow, session: Session
) -> None:
    page = explore_of(window)
    add(session.document, *recordings(("shake", "wave"), 3))
    settle(session)
    assert page.map_place.currentWidget() is page.map
    assert {name for name, *_ in page.map.plot.clouds.names} == {"shake", "wave"}
    assert len(page.map.plot.points) == len(session.explore.feature_map.picture.windows)  # type: ignore[union-attr]


def test_a_click_shows_the_window_on_its_signal_plays_it_and_goes_to_its_take(
    window: MainWindow, page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    plot, card = page.map.plot, page.map.window_card
    row = int(plot.points[:, 0].argmax())  # far from all others
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place(plot, *plot.points[row]))
    assert plot.chosen == row
    picture = session.explore.feature_map.picture
    assert picture is not None
    take_id, start = int(picture.windows.take_ids[row]), float(picture.windows.starts_s[row])
    assert f"take {take_id}" in card.text.text()
    assert card.plot._region.getRegion() == pytest.approx((start, start + picture.window_s))
    assert picture.windows.labels[row] in plot.describe(row)
    qtbot.mouseClick(card.play, Qt.MouseButton.LeftButton)
    assert session.player.take_id == take_id
    assert session.player.position_s == pytest.approx(start, abs=0.5)
    press(page, qtbot, Qt.Key.Key_Space)
    assert session.player.take_id is None
    qtbot.mouseClick(card.go, Qt.MouseButton.LeftButton)
    (view,) = window.findChildren(TakeView)
    assert view.take is not None and view.take.id == take_id
    view.close()


def test_arrow_keys_go_through_the_windows_of_a_class_and_through_the_classes(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    plot, labels = page.map.plot, session.document.labels
    picture = session.explore.feature_map.picture
    assert picture is not None
    found = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(plot, key)
        assert plot.chosen is not None
        found.append(picture.windows.labels[plot.chosen])
    assert found == [labels[0], labels[0], labels[1], labels[1], labels[0]]
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    (view,) = page.window().findChildren(TakeView)
    view.close()
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(plot.marked) == 2
    assert page.map.below.currentWidget() is page.map.bar
    press(page, qtbot, Qt.Key.Key_Escape)
    assert plot.marked == []


def test_a_lasso_relabels_regions_and_whole_takes_says_so_before_and_trashes(
    page: ExplorePage, session: Session, qtbot: QtBot
) -> None:
    session.document.do(AddRegion(5, "wave", 0, 150))
    settle(session)
    plot, bar, picture = page.map.plot, page.map.bar, session.explore.feature_map.picture
    assert picture is not None
    rows = np.flatnonzero(np.isin(picture.windows.take_ids, [5, 6])).tolist()
    qtbot.mouseClick(page.map.lasso, Qt.MouseButton.LeftButton)
    draw_around(plot, qtbot, rows, Qt.KeyboardModifier.NoModifier)
    assert set(rows) <= set(plot.marked)
    assert not page.map.lasso.isChecked(), "one line for one press"
    page.map.catch(rows)
    assert bar.text.text() == f"{len(rows)} windows of 2 takes"
    menu = bar.menu()
    assert menu.actions()[0].text() == "Gives a new label to 1 whole take and 1 region:"
    next(each for each in menu.actions() if each.text() == "shake").trigger()
    menu.close()
    assert [region.label for region in session.document.regions(5)] == ["shake"]
    assert session.document.header(5).label == "wave"  # type: ignore[union-attr]
    assert session.document.header(6).label == "shake"  # type: ignore[union-attr]
    session.document.undo()
    assert session.document.header(6).label == "wave"  # type: ignore[union-attr]
    settle(session)
    draw_around(plot, qtbot, rows, Qt.KeyboardModifier.ShiftModifier)
    page.map.catch(rows)
    press(page, qtbot, Qt.Key.Key_Delete)
    assert {take.id for take in session.document.trashed} == {5, 6}


def test_colours_say_who_performed_and_what_the_verdict_is(page: ExplorePage, session: Session) -> None:
    for choice, names in ((1, set(PEOPLE)), (2, {"no session"}), (3, {"good"}), (4, {"not tested"})):
        page.map.colours.setCurrentIndex(choice)
        page.map.colours.activated.emit(choice)
        shown = {each.name for each in page.map._groups}
        assert shown == names or (choice == 3 and shown <= {"good", "usable with remarks", "record again"})
        assert page.map.legend.count() > 0
    assert sum(len(each.rows) for each in page.map._groups) == len(page.map.plot.points)


def test_what_takes_long_shows_its_progress_and_can_be_cancelled(
    page: ExplorePage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature_map = session.explore.feature_map

    def slowly(numbers: object, task: object) -> object:
        task.report("arranging 24 windows", 0.4)  # type: ignore[attr-defined]
        while not task.cancelled():  # type: ignore[attr-defined]
            task.pause(0.01)  # type: ignore[attr-defined]
        raise feature_map_error()

    monkeypatch.setattr(feature_map, "_embedded", slowly)
    qtbot.mouseClick(page.map.layouts.buttons[1], Qt.MouseButton.LeftButton)
    assert session.inbox.wait(lambda: feature_map.task is not None and feature_map.task.fraction == 0.4, 60.0)
    page.tick()
    assert page.map.below.currentWidget() is page.map.busy
    assert (page.map.doing.text(), page.map.progress.value()) == ("arranging 24 windows", 400)
    qtbot.mouseClick(page.map.cancel, Qt.MouseButton.LeftButton)
    settle(session)
    assert (feature_map.layout, page.map.layouts.current) == (Layout.PCA, 0)
    assert page.map.below.currentWidget() is page.map.note


def feature_map_error() -> Exception:
    from tinylab.errors import CancelledError

    return CancelledError("Cancelled.")


def test_what_fails_is_said_with_a_way_out(
    window: MainWindow, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinylab.errors import TinyLabError

    page, feature_map = explore_of(window), session.explore.feature_map

    def fails(_layout: object) -> object:
        def work(_task: object) -> object:
            raise TinyLabError("The disk went away.")

        return work

    with monkeypatch.context() as patch:
        patch.setattr(feature_map, "_features", fails)
        add(session.document, *recordings(("shake", "wave"), 3))
        settle(session)
        assert page.empty.text.text() == "The disk went away."
    qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    settle(session)
    assert page.map_place.currentWidget() is page.map


def test_the_live_window_moves_in_the_map_with_its_tail(tmp_path: Path, qtbot: QtBot) -> None:
    with lab_in(tmp_path, qtbot) as lab:
        add(lab.session.document, *recordings(("shake", "wave"), 3))
        page = explore_of(lab.window)
        settle(lab.session)
        plot = page.map.plot
        page.tick()
        for _ in range(60):
            lab.bench.step()
            page.tick()
        assert plot._you.isVisible() and 2 < len(plot._tail.points()) <= 14
        lab.session.connection.disconnect()
        lab.bench.step(1.0)
        page.tick()
        assert not plot._you.isVisible()


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
