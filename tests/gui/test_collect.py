"""The page Collect: rows, waits, marks, people, balance; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.lab import Lab, lab_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.collect.balance_strip import missing_text
from tinylab.ui.pages.collect.roster import AskRoster
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Series, Start


@pytest.fixture
def lab(tmp_path: Path, qtbot: QtBot) -> Iterator[Lab]:
    with lab_in(tmp_path, qtbot) as made:
        yield made


def test_ten_takes_come_from_one_press_of_space(lab: Lab) -> None:
    lab.plan(series=Series.ROW, takes=10)
    assert lab.page.action.text() == "● Record 10   Space"
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.session.row.pausing and len(lab.session.row.ids) == 3)
    assert "Take 4 of 10." in lab.page.sentence.text()
    lab.bench.run(lambda: not lab.session.row.running)
    assert [take.label for take in lab.session.document.takes] == ["wave"] * 10
    assert lab.page.takes.rows["wave"].model.rowCount() == 10


def test_a_take_is_dropped_by_backspace_and_by_its_button_while_the_row_goes_on(lab: Lab) -> None:
    lab.plan(series=Series.ROW, takes=3)
    lab.click(lab.page.action)
    lab.bench.run(lambda: lab.session.row.pausing)
    lab.hit(Qt.Key.Key_Backspace)
    lab.bench.run(lambda: lab.session.row.pausing and len(lab.session.row.ids) == 2)
    lab.click(lab.page.verdict.again)
    lab.bench.run(lambda: not lab.session.row.running)
    assert len(lab.session.document.takes) == 3
    assert len(lab.session.document.trashed) == 2


def test_k_keeps_what_the_verdict_blames_and_the_question_goes(lab: Lab) -> None:
    lab.plan(seconds=2.0)
    lab.bench.board.at[lab.bench.board.number + 60] = lambda: setattr(
        lab.bench.board, "number", lab.bench.board.number + 20
    )
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.session.recorder.last is not None)
    assert "20 samples lost" in lab.page.verdict.text.text()
    assert lab.page.verdict.keep.isVisible()
    lab.hit(Qt.Key.Key_K)
    assert "Kept." in lab.page.verdict.text.text()
    assert not lab.page.verdict.keep.isVisible()
    assert len(lab.session.document.takes) == 1


def test_holding_a_number_while_a_long_take_runs_marks_a_region(lab: Lab) -> None:
    lab.click(lab.page.next_take.labels.no_label)
    lab.plan(free=True)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.span >= 100)
    lab.press(Qt.Key.Key_3)
    lab.bench.run(lambda: lab.span >= 200)
    lab.page.tick()
    assert lab.page.plot.regions._bands[0].isVisible()
    lab.release(Qt.Key.Key_3)
    lab.bench.run(lambda: lab.span >= 300)
    punch = lab.page.next_take.labels.group.buttons()[2]
    lab.click(punch)
    lab.bench.run(lambda: lab.span >= 400)
    lab.click(punch)
    lab.hit(Qt.Key.Key_Space)
    (take,) = lab.session.document.takes
    assert take.label == ""
    regions = lab.session.document.regions(take.id)
    assert [region.label for region in regions] == ["punch", "punch"]
    assert all(90 <= region.count <= 110 for region in regions)
    assert list(lab.page.takes.rows)[-1] == ""
    assert lab.page.next_take.balance.of_label("punch") == 2


def test_numbers_choose_the_label_while_nothing_long_is_recorded(lab: Lab) -> None:
    lab.hit(Qt.Key.Key_3)
    assert lab.session.recorder.next.label == "punch"
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.span > 10)
    lab.hit(Qt.Key.Key_1)
    lab.bench.run(lambda: lab.state is CaptureState.IDLE)
    assert lab.session.document.takes[0].label == "punch"
    assert lab.session.document.regions(lab.session.document.takes[0].id) == ()


def test_a_take_that_waits_can_be_begun_by_hand_and_the_button_says_so(lab: Lab) -> None:
    lab.plan(start=Start.MOTION, threshold_g=8.0)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.state is CaptureState.WAITING)
    assert lab.page.action.text() == "▶ Begin now   Space"
    lab.bench.run(lambda: lab.bench.board.number > 200)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: len(lab.session.document.takes) == 1)


def test_a_class_list_is_pasted_and_people_are_chosen_by_mouse_and_keys(lab: Lab) -> None:
    people = lab.page.next_take.people
    lab.click(people.paste)
    dialog = lab.window.findChildren(AskRoster)[-1]
    assert not dialog.yes.isEnabled()
    dialog.field.setPlainText("1. Ada\n2. Ben\n\nÇelik, ada")
    assert dialog.found.text() == "3 names"
    lab.click(dialog.yes)
    assert lab.session.people.names == ("Ada", "Ben", "Çelik")
    lab.window.activateWindow()
    lab.click(people.group.buttons()[1])
    assert lab.session.recorder.next.subject == "Ben"
    lab.hit(Qt.Key.Key_PageDown)
    assert lab.session.recorder.next.subject == "Çelik"
    lab.hit(Qt.Key.Key_PageDown)
    assert lab.session.recorder.next.subject == "Ada"
    lab.click(people.group.buttons()[0])
    assert lab.session.recorder.next.subject == "", "once more: nobody in particular"


def test_what_is_missing_is_said_and_follows_each_take(lab: Lab) -> None:
    lab.plan(series=Series.ROW, takes=2)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: not lab.session.row.running)
    assert missing_text(lab.page.next_take.balance) == "missing: 2 × nothing, 2 × punch"
    assert lab.page.balance.missing.text() == "missing: 2 × nothing, 2 × punch"
    lab.session.document.undo()
    assert "1 × nothing" in lab.page.balance.missing.text()


def test_settings_are_read_only_while_a_row_runs(lab: Lab) -> None:
    lab.plan(series=Series.ROW, takes=2)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.span > 0)
    assert not lab.page.next_take.how.count.isEnabled()
    lab.hit(Qt.Key.Key_Escape)
    assert lab.page.next_take.how.count.isEnabled()
    assert QApplication.focusWidget() is not None


def test_the_keys_of_the_page_work_while_a_card_has_the_focus(lab: Lab) -> None:
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: len(lab.session.document.takes) == 1)
    strip = lab.page.takes.rows["wave"].strip
    strip.setFocus()
    lab.qtbot.keyClick(strip, Qt.Key.Key_K)
    assert lab.session.recorder.last is not None and lab.session.recorder.last.kept
    lab.qtbot.keyClick(strip, Qt.Key.Key_P)
    assert lab.page.signal.paused.text() == "paused"
    lab.qtbot.keyClick(strip, Qt.Key.Key_3)
    assert lab.session.recorder.next.label == "punch"
