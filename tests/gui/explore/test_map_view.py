"""The feature map by mouse and keyboard: clouds, the linked signal, the lasso, colours, the live window."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from fakes.explorer import PEOPLE, explore_of, press, settle
from fakes.lab import lab_in
from fakes.made_projects import add, recordings
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tinylab.data.editing.region_edits import AddRegion
from tinylab.errors import CancelledError, TinyLabError
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.explore.page import ExplorePage
from tinylab.ui.plots.feature_map import MapPlot
from tinylab.ui.plots.lasso import inside
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.explore.picture import Layout
from tinylab.workflow.session import Session


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


def test_a_line_with_bays_holds_what_lies_inside_and_nothing_else() -> None:
    bay = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (3.0, 4.0), (3.0, 1.0), (1.0, 1.0), (1.0, 4.0), (0.0, 4.0)])
    points = np.array([(0.5, 3.0), (2.0, 3.0), (3.5, 3.0), (2.0, 0.5), (-1.0, 0.5), (-1.0, 3.0), (5.0, 3.0)])
    assert inside(bay, points).tolist() == [True, False, True, True, False, False, False]


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


def test_names_keep_away_from_each_other_also_in_a_smaller_window(window: MainWindow, session: Session) -> None:
    page = explore_of(window)
    plot = page.map.plot
    add(session.document, *recordings(("a shake of hands", "shake", "wave", "nothing"), 3))
    window.resize(1280, 1100)
    settle(session)
    window.resize(1024, 700)
    QApplication.processEvents()
    boxes = [item.mapRectToScene(item.boundingRect()) for item in plot.clouds._items if isinstance(item, pg.TextItem)]
    assert len(boxes) == 4
    for one, other in itertools.combinations(boxes, 2):
        assert not one.adjusted(3, 5, -3, -5).intersects(other.adjusted(3, 5, -3, -5))


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
    assert session.document.project is not None
    session.projects.new(session.document.project.path.with_name("another.tinylab")).result()
    assert page.map.colours.currentIndex() == 0, "another project begins with labels"


def test_what_takes_long_shows_its_progress_and_can_be_cancelled(
    page: ExplorePage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature_map = session.explore.feature_map

    def slowly(numbers: object, task: object) -> object:
        task.report("arranging 24 windows", 0.4)  # type: ignore[attr-defined]
        while not task.cancelled():  # type: ignore[attr-defined]
            task.pause(0.01)  # type: ignore[attr-defined]
        raise CancelledError("Cancelled.")

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


def test_what_fails_is_said_also_where_the_map_of_before_is_shown(
    page: ExplorePage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_numbers: object, _task: object) -> object:
        raise TinyLabError("The training worker ended.")

    below, failed = page.map.below, page.map.failed
    with monkeypatch.context() as patch:
        patch.setattr(session.explore.feature_map, "_embedded", dies)
        qtbot.mouseClick(page.map.layouts.buttons[1], Qt.MouseButton.LeftButton)
        settle(session)
    assert below.currentWidget() is failed
    assert failed.reason.text() == "The training worker ended. The map of before is shown."
    monkeypatch.setattr(session.explore.feature_map, "_embedded", lambda numbers, _task: numbers[:, :2])
    qtbot.mouseClick(failed.again, Qt.MouseButton.LeftButton)
    settle(session)
    assert below.currentWidget() is page.map.note
    assert session.explore.feature_map.picture.layout is Layout.TSNE  # type: ignore[union-attr]


def test_what_fails_is_said_with_a_way_out(
    window: MainWindow, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
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
