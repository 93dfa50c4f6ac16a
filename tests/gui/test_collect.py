"""The page Collect: rows, waits, marks, people, the ring and its tones, pausing; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.bench import Bench, bench_in
from fakes.windows import remove
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.collect.balance_strip import missing_text
from tinylab.ui.pages.collect.countdown_tones import CountdownTones
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.pages.collect.ring_text import ring_state
from tinylab.ui.pages.collect.roster import AskRoster
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.tools.tones import COUNT_HZ, END_HZ, GO_HZ
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Series, Start


class Lab:
    """A window whose board and whose time the test moves."""

    def __init__(self, window: MainWindow, bench: Bench, qtbot: QtBot) -> None:
        self.window, self.bench, self.qtbot = window, bench, qtbot
        self.session = bench.session
        page = window.page("Collect")
        assert isinstance(page, CollectPage)
        self.page = page

    def plan(self, **changes: object) -> None:
        self.session.recorder.set_next(replace(self.session.recorder.next, sound=False, **changes))  # type: ignore[arg-type]

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyPress(self.window, key)

    def release(self, key: Qt.Key) -> None:
        self.qtbot.keyRelease(self.window, key)

    def hit(self, key: Qt.Key) -> None:
        self.press(key)
        self.release(key)

    def click(self, button: QPushButton) -> None:
        self.qtbot.waitUntil(button.isVisible)  # a new one appears with the next event
        assert button.isEnabled()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    @property
    def state(self) -> CaptureState:
        return self.session.recorder.state

    @property
    def span(self) -> int:
        writer = self.session.recorder.writer
        return writer.span if writer is not None else 0


@pytest.fixture
def lab(tmp_path: Path, qtbot: QtBot) -> Iterator[Lab]:
    make_application("light")
    with bench_in(tmp_path) as bench:
        bench.connect()
        bench.session.recorder.add_label("wave")
        bench.session.recorder.add_label("punch")
        bench.session.recorder.choose_label("wave")
        window = MainWindow(bench.session)
        window._frame.stop()  # the test moves the time
        window.resize(1024, 700)
        window.show()
        window.show_page("Collect")
        window.activateWindow()
        made = Lab(window, bench, qtbot)
        made.plan(seconds=0.5, countdown_s=0.0, pause_s=1.0, series=Series.ONE)
        yield made
        remove(window)


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


def test_the_trigger_is_dragged_in_the_plot_typed_and_suggested(lab: Lab) -> None:
    how, lane = lab.page.next_take.how, lab.page.signal.lane
    assert not lane.isVisible()
    how.start.setCurrentIndex(how.start.findData(Start.MOTION))
    how.start.activated.emit(how.start.currentIndex())
    assert lane.isVisible() and how.suggest.isVisible()
    lane.trigger.setValue(1.5)
    lane.trigger.sigPositionChangeFinished.emit(lane.trigger)
    assert lab.session.recorder.next.threshold_g == 1.5
    assert how.trigger.value() == 1.5
    lane.setFocus()
    lab.qtbot.keyClick(lane, Qt.Key.Key_Down)
    assert lab.session.recorder.next.threshold_g == pytest.approx(1.5 / 1.15, abs=0.01)
    lab.bench.run(lambda: lab.bench.board.number > 300)
    lab.page.tick()
    assert len(lane._levels) > 100
    lab.click(how.suggest)
    assert 0.03 <= lab.session.recorder.next.threshold_g < 0.5


def test_a_take_that_waits_can_be_begun_by_hand_and_the_button_says_so(lab: Lab) -> None:
    lab.plan(start=Start.MOTION, threshold_g=8.0)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.state is CaptureState.WAITING)
    assert lab.page.action.text() == "▶ Begin now   Space"
    lab.bench.run(lambda: lab.bench.board.number > 200)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: len(lab.session.document.takes) == 1)


def test_the_ring_counts_waits_and_says_go(lab: Lab) -> None:
    recorder, row = lab.session.recorder, lab.session.row
    labels = lab.session.document.labels
    assert ring_state(recorder, row, labels) is None
    lab.plan(countdown_s=3.0, series=Series.ROW, takes=2, seconds=2.0)
    lab.hit(Qt.Key.Key_Space)
    seen = []
    lab.bench.run(lambda: bool(seen.append(ring_state(recorder, row, labels)) or lab.state is CaptureState.RECORDING))
    texts = list(dict.fromkeys(state.text for state in seen if state is not None))
    assert texts[:3] == ["3", "2", "1"]
    assert texts[3:] in ([], ["GO"])
    lab.bench.run(lambda: lab.span >= 20)
    state = ring_state(recorder, row, labels)
    assert state is not None and state.text == "GO" and state.below.endswith("s left")
    lab.page.tick()
    assert lab.page.ring.isVisible()
    lab.bench.run(lambda: lab.span >= 100)
    assert ring_state(recorder, row, labels) is None, "it would hide the movement"
    lab.bench.run(lambda: row.pausing)
    state = ring_state(recorder, row, labels)
    assert state is not None and state.below == "take 2 of 2"


def test_the_tone_counts_and_can_be_switched_off(lab: Lab) -> None:
    played: list[float] = []
    tones = CountdownTones(lab.session.recorder, played.append)
    lab.session.inbox.every_pump(lambda _: tones.tick())
    lab.session.recorder.set_next(replace(lab.session.recorder.next, countdown_s=3.0, sound=True))
    lab.page._tones.close()
    lab.page._tones._play = lambda _: None
    lab.session.row.start()
    lab.bench.run(lambda: not lab.session.row.running)
    assert played == [COUNT_HZ] * 3 + [GO_HZ, END_HZ]
    lab.plan()
    lab.session.row.start()
    lab.bench.run(lambda: not lab.session.row.running)
    assert len(played) == 5


def test_pausing_stops_the_picture_and_not_the_recording(lab: Lab) -> None:
    lab.plan(seconds=4.0)
    lab.hit(Qt.Key.Key_Space)
    lab.bench.run(lambda: lab.span >= 100)
    lab.hit(Qt.Key.Key_P)
    lab.page.tick()
    seen = lab.page.plot._values.copy()
    lab.bench.run(lambda: lab.span >= 200)
    lab.page.tick()
    assert np.array_equal(lab.page.plot._values, seen)
    assert lab.page.signal.paused.text() == "paused, still recording"
    lab.bench.run(lambda: lab.state is CaptureState.IDLE)
    assert lab.session.document.takes[0].lost == 0
    lab.click(lab.page.signal.pause)
    lab.page.tick()
    assert not np.array_equal(lab.page.plot._values, seen)


def test_how_much_is_shown_the_magnitude_and_a_fixed_range(lab: Lab) -> None:
    signal = lab.page.signal
    lab.bench.run(lambda: lab.bench.board.number > 900)
    signal.seconds.setCurrentIndex(signal.seconds.findText("2 s"))
    lab.click(signal.magnitude)
    signal.range.setCurrentIndex(signal.range.findText("±8 g"))
    signal.range.activated.emit(signal.range.currentIndex())
    lab.page.tick()
    box = signal.plot.getViewBox().viewRange()
    assert box[0] == pytest.approx([-2.0, 0.0])
    assert box[1] == pytest.approx([-8.0, 8.0])
    assert len(signal.plot._values) == 200
    assert signal.plot._magnitude.isVisible()
    assert "|a|" in signal.plot.reading_at(-1.0)


def test_lost_samples_are_a_grey_gap_that_no_line_crosses(lab: Lab) -> None:
    board = lab.bench.board
    board.at[board.number + 50] = lambda: setattr(board, "number", board.number + 100)
    first = board.number
    lab.bench.run(lambda: board.number > first + 400)
    lab.page.tick()
    band = lab.page.plot._gaps._bands[0]
    low, high = band.getRegion()
    assert high - low == pytest.approx(1.01)
    assert np.isnan(lab.page.plot._curves[0].yData).sum() == 1


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
