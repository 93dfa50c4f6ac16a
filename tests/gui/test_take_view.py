"""One take, large: regions drawn, dragged and held by number; handles, keys, fields; several takes by menu and drag."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.pages.collect.take_menu import TakeMenu
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.theme import DARK, LIGHT, theme
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.session import Session


@pytest.fixture
def view(window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot) -> Iterator[TakeView]:
    window.show_page("Collect")
    made = TakeView(session, session.document.takes[0].id, window)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    yield made
    made.close()


def place_of(view: TakeView, seconds: float) -> QPoint:
    box = view.plot.getViewBox()
    (_, _), (low, high) = box.viewRange()
    scene = box.mapViewToScene(QPointF(seconds, low + 0.3 * (high - low)))
    return view.plot.mapFromScene(scene)


def drag(view: TakeView, qtbot: QtBot, start: float, end: float) -> None:
    target = view.plot.viewport()
    qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=place_of(view, start))
    qtbot.mouseMove(target, place_of(view, (start + end) / 2))
    qtbot.mouseMove(target, place_of(view, end))
    qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=place_of(view, end))


def test_a_region_is_drawn_moved_relabelled_and_removed(view: TakeView, session: Session, qtbot: QtBot) -> None:
    take = session.document.takes[0]
    qtbot.keyClick(view, Qt.Key.Key_M)
    assert view.plot.drawing
    drag(view, qtbot, 2.0, 4.0)
    (region,) = session.document.regions(take.id)
    assert region.label == take.label
    assert region.start == pytest.approx(2.0 * take.rate_hz, abs=4)
    assert region.count == pytest.approx(2.0 * take.rate_hz, abs=6)
    item = view.plot._items[0]
    item.setRegion((1.0, 3.0))
    (moved,) = session.document.regions(take.id)
    assert moved.start == pytest.approx(1.0 * take.rate_hz, abs=1)
    qtbot.keyClick(view, Qt.Key.Key_M)
    qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, 2.0))
    assert view.unmark.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_2)
    assert session.document.regions(take.id)[0].label == session.document.labels[1]
    assert session.document.takes[0].label == take.label, "the take keeps its own"
    qtbot.keyClick(view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert session.document.regions(take.id) == ()
    session.document.undo()
    assert len(session.document.regions(take.id)) == 1


def test_names_of_regions_take_the_colour_of_another_theme(view: TakeView, session: Session) -> None:
    take = session.document.takes[0]
    session.take_actions.add_region(take.id, take.label, 0, 100)
    (caption,) = view.plot._captions
    theme.choose("dark")
    dark = caption.color.name()
    theme.choose("light")
    assert dark == QColor(DARK.text).name()
    assert caption.color.name() == QColor(LIGHT.text).name()


def test_a_name_is_as_long_as_what_is_seen_of_its_region(view: TakeView, session: Session) -> None:
    take = session.document.takes[0]
    count = round(0.6 * take.rate_hz)
    session.take_actions.add_region(take.id, "a rather long name", count, 2 * count)
    session.take_actions.add_region(take.id, "after it", 2 * count, 8 * count)
    QApplication.processEvents()
    short, after = view.plot._captions
    assert short.toPlainText().endswith("…")
    assert short.mapRectToScene(short.boundingRect()).right() <= after.mapRectToScene(after.boundingRect()).left() + 8
    assert after.toPlainText() == "after it"
    view.plot.set_home((0.6, 1.2), None)
    QApplication.processEvents()
    assert short.toPlainText() == "a rather long name"


def test_a_number_held_while_it_plays_marks_a_region(view: TakeView, session: Session, qtbot: QtBot) -> None:
    seconds = [50.0]
    session.inbox.now = lambda: seconds[0]
    take = session.document.takes[0]
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert session.player.take_id == take.id
    seconds[0] += 1.0
    qtbot.keyPress(view, Qt.Key.Key_2)
    seconds[0] += 2.0
    qtbot.keyRelease(view, Qt.Key.Key_2)
    (region,) = session.document.regions(take.id)
    assert region.label == session.document.labels[1]
    assert (region.start / take.rate_hz, region.count / take.rate_hz) == (
        pytest.approx(1.0, abs=0.05), pytest.approx(2.0, abs=0.05),
    )  # fmt: skip
    qtbot.keyPress(view, Qt.Key.Key_1)
    seconds[0] += 100.0
    session.inbox.pump()
    view._tick()
    assert session.player.take_id is None
    last = session.document.regions(take.id)[-1]
    assert last.start + last.count == take.samples, "the end of the take ends what is held"


def test_the_handles_trim_and_undo_brings_it_back(view: TakeView, session: Session) -> None:
    take = session.document.takes[0]
    left, right = view.plot.handles.lines
    left.setValue(1.0)
    left.sigPositionChangeFinished.emit(left)
    assert session.document.takes[0].samples == pytest.approx(take.samples - take.rate_hz, abs=2)
    right.setValue(3.0)
    right.sigPositionChangeFinished.emit(right)
    assert session.document.takes[0].seconds == pytest.approx(3.0, abs=0.05)
    session.document.undo()
    session.document.undo()
    assert session.document.takes[0] == take


def test_a_take_is_split_where_it_was_clicked(view: TakeView, session: Session, qtbot: QtBot) -> None:
    take, count = session.document.takes[0], len(session.document.takes)
    qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, 3.0))
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert len(session.document.takes) == count + 1
    assert session.document.takes[0].seconds == pytest.approx(3.0, abs=0.1)
    session.document.undo()
    assert session.document.takes[0] == take


def test_what_a_take_says_of_itself_is_changed_in_its_fields(view: TakeView, session: Session, qtbot: QtBot) -> None:
    side = view.side
    side.label.setCurrentIndex(1)
    side.label.activated.emit(1)
    assert session.document.takes[0].label == session.document.labels[1]
    edit = side.subject.lineEdit()
    assert edit is not None
    edit.setText(" New Person ")
    edit.editingFinished.emit()
    assert session.document.takes[0].subject == "New Person"
    side.side.setCurrentIndex(side.side.findData("test"))
    side.side.activated.emit(side.side.currentIndex())
    assert session.document.takes[0].split == "test"
    side.note.setText("left hand")
    side.note.editingFinished.emit()
    side.note.editingFinished.emit()
    assert session.document.takes[0].note == "left hand"
    for _ in range(4):
        session.document.undo()
    assert side.note.text() == ""
    assert session.document.takes[0].split == ""
    side.label.setCurrentIndex(side.label.findData(""))
    side.label.activated.emit(side.label.currentIndex())
    assert session.document.takes[0].label == ""
    assert view.title.text() == "unlabelled"


def texts(menu: QMenu) -> list[str]:
    return [action.text().split("\t")[0] for action in menu.actions() if action.text()]


def act(menu: QMenu, *path: str) -> None:
    for name in path[:-1]:
        chosen = next(action for action in menu.actions() if action.text() == name)
        found = chosen.menu()
        assert isinstance(found, QMenu)
        menu = found
    next(action for action in menu.actions() if action.text().split("\t")[0] == path[-1]).trigger()


def asked_menu(window: MainWindow, ids: list[int]) -> TakeMenu:
    page = window.page("Collect")
    assert isinstance(page, CollectPage)
    page._show_menu(ids, QPoint(5, 5))
    return page.findChildren(TakeMenu)[-1]


def test_the_menu_acts_on_several_takes_at_once(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    ids = [take.id for take in session.document.takes][:3]
    menu = asked_menu(window, ids)
    assert texts(menu) == ["Label", "Who", "Used to", "Session …", "Merge 3 takes", "Delete 3"]
    act(menu, "Label", session.document.labels[2])
    assert {session.document.header(i).label for i in ids} == {session.document.labels[2]}  # type: ignore[union-attr]
    act(asked_menu(window, ids), "Used to", "Test")
    assert {session.document.header(i).split for i in ids} == {"test"}  # type: ignore[union-attr]
    act(asked_menu(window, ids), "Who", "Somebody else …")
    dialog = window.findChildren(AskName)[-1]
    dialog.field.setText("Zoe")
    dialog.agree()
    assert {session.document.header(i).subject for i in ids} == {"Zoe"}  # type: ignore[union-attr]
    act(asked_menu(window, ids), "Delete 3")
    assert len(session.document.trashed) == 3
    for menu in window.findChildren(TakeMenu):
        menu.close()


def test_the_menu_of_one_take_opens_plays_cuts_and_notes(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    first = session.document.takes[0].id
    menu = asked_menu(window, [first])
    assert {"Open", "Play", "Trim to motion", "Split by motion", "Split at the gaps", "Note …"} <= set(texts(menu))
    act(menu, "Play")
    assert session.player.take_id == first
    session.player.stop()
    act(menu, "Note …")
    dialog = window.findChildren(AskName)[-1]
    dialog.field.setText("slow")
    dialog.agree()
    assert session.document.takes[0].note == "slow"
    act(menu, "Open")
    view = window.findChildren(TakeView)[-1]
    view.close()
    menu.close()


def test_takes_that_are_dragged_onto_another_label_get_it(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    page = window.page("Collect")
    assert isinstance(page, CollectPage)
    first, second = list(page.takes.rows.values())[:2]
    index = first.model.index(0)
    first.strip.selectionModel().select(index, first.strip.selectionModel().SelectionFlag.Select)
    (moved,) = page.takes.selected_ids()
    assert first.model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    second.dropped.emit(second._name)
    take = session.document.header(moved)
    assert take is not None
    assert take.label == second._name
    QApplication.processEvents()
