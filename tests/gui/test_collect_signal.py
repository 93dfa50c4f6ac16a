"""The live signal on Collect: trigger, ring, tones, pausing, magnitude, range, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.lab import Lab, lab_in
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.collect.countdown_tones import CountdownTones
from tinylab.ui.pages.collect.ring_text import ring_state
from tinylab.ui.tools.tones import COUNT_HZ, END_HZ, GO_HZ
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Series, Start


@pytest.fixture
def lab(tmp_path: Path, qtbot: QtBot) -> Iterator[Lab]:
    with lab_in(tmp_path, qtbot) as made:
        yield made


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
