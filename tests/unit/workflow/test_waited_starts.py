"""Takes that begin by themselves when something moves, or when the board's button is pressed; with what was before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes.bench import TAKE, Bench
from fakes.scripted_board import BLOCK, ScriptedBoard

from tinylab.link import wire
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Start
from tinylab.workflow.capture.take_start import TakeStart

BY_MOTION = replace(TAKE, seconds=1.0, start=Start.MOTION, threshold_g=0.5, pre_roll_s=0.3)
BY_BUTTON = replace(BY_MOTION, start=Start.BUTTON)


class MovedBoard(ScriptedBoard):
    """Lies still; z is 1 g. Where it moves x is ±(2,000 + the number of its sample)."""

    def __init__(self, *moves: range) -> None:
        super().__init__()
        self.moves = moves

    def block(self, **changes: int) -> wire.Samples:
        numbers = np.arange(self.number, self.number + BLOCK)
        rows = np.zeros((BLOCK, 3), np.int16)
        rows[:, 2] = 513
        for move in self.moves:
            inside = (numbers >= move.start) & (numbers < move.stop)
            rows[inside, 0] = (2000 + numbers[inside]) * np.where(numbers[inside] % 2, 1, -1)
        return replace(super().block(**changes), counts=rows)


def wait_for_motion(bench: Bench, *moves: range) -> None:
    bench.use(MovedBoard(*moves))
    bench.connect()
    bench.begin_take(BY_MOTION)
    assert bench.session.recorder.state is CaptureState.WAITING


def test_a_take_begins_by_itself_with_what_was_before_the_motion(bench: Bench) -> None:
    wait_for_motion(bench, range(700, 780))
    bench.run(lambda: bench.session.recorder.state is CaptureState.RECORDING)
    bench.end_take()
    (take,) = bench.session.document.takes
    counts = bench.session.document.recording(take.id).counts
    assert (take.samples, take.lost, take.ended) == (100, 0, "")
    (moving,) = np.nonzero(counts[:, 0])
    first = abs(int(counts[moving[0], 0])) - 2000 - moving[0]  # number of the take's first sample
    assert 24 <= moving[0] <= 30, "the pre-roll of 0.3 s, but for the moment that it takes to see the motion"
    assert bench.session.recorder.first_sample == first


def test_what_moves_already_when_the_wait_begins_starts_nothing(bench: Bench) -> None:
    wait_for_motion(bench, range(400), range(900, 960))
    bench.run(lambda: bench.session.recorder.state is CaptureState.RECORDING)
    bench.end_take()
    (take,) = bench.session.document.takes
    counts = bench.session.document.recording(take.id).counts
    assert abs(counts[np.nonzero(counts[:, 0])[0][0], 0]) == 2900


def test_without_motion_it_waits_and_escape_leaves_nothing(bench: Bench) -> None:
    wait_for_motion(bench)
    bench.run(lambda: bench.clock.now() > 60)
    assert bench.session.recorder.state is CaptureState.WAITING
    bench.session.row.cancel()
    assert bench.session.recorder.state is CaptureState.IDLE
    assert bench.session.document.takes == ()


def test_a_trigger_that_is_dragged_down_counts_at_once(bench: Bench) -> None:
    wait_for_motion(bench, range(600, 604), range(1200, 1204))
    bench.session.recorder.set_next(replace(BY_MOTION, threshold_g=8.0))
    bench.run(lambda: bench.board.number > 700)
    assert bench.session.recorder.state is CaptureState.WAITING
    bench.session.recorder.set_next(replace(BY_MOTION, threshold_g=0.1))
    bench.run(lambda: bench.session.recorder.state is CaptureState.RECORDING)
    assert bench.session.recorder.first_sample > 1100


def test_only_the_pre_roll_is_held_while_it_waits(bench: Bench) -> None:
    wait_for_motion(bench)
    bench.run(lambda: bench.board.number > 3000)
    start = bench.session.recorder._start
    assert start is not None
    assert sum(len(block.counts) for block in start._held) <= 30 + 20 + 2 * BLOCK


def test_what_was_waited_for_may_be_told(bench: Bench) -> None:
    bench.use(MovedBoard())
    bench.connect()
    bench.begin_take(BY_BUTTON)
    bench.run(lambda: bench.board.number > 500)
    bench.session.recorder.begin_now()
    bench.session.recorder.begin_now()  # once more does nothing
    bench.run(lambda: bench.session.recorder.state is CaptureState.RECORDING)
    bench.end_take()
    (take,) = bench.session.document.takes
    assert (take.samples, take.lost) == (100, 0)
    assert 465 <= bench.session.recorder.first_sample <= 490


def test_the_boards_button_begins_the_take_and_the_next_press_does_nothing(bench: Bench) -> None:
    bench.use(MovedBoard())
    bench.connect()
    bench.begin_take(BY_BUTTON)
    bench.run(lambda: bench.board.number > 500)
    at = bench.board.number
    bench.board.say(wire.Button(1, 0))
    bench.board.say(wire.Button(1, 0))
    bench.run(lambda: bench.session.recorder.state is CaptureState.RECORDING)
    bench.end_take()
    (take,) = bench.session.document.takes
    assert (take.samples, take.lost) == (100, 0)
    assert bench.session.recorder.first_sample == at - 30
    link = bench.session.connection.linked
    assert link is not None and link.link.on_button == []


def test_a_firmware_that_does_not_report_its_button_is_said_before_anybody_waits(bench: Bench) -> None:
    class Older(MovedBoard):
        def hello(self, **changes: float) -> wire.Hello:
            return super().hello(**{**changes, "capabilities": wire.CAPABILITY_STREAM})

    bench.use(Older())
    bench.connect()
    bench.session.recorder.set_next(BY_BUTTON)
    bench.session.row.start()
    assert bench.session.recorder.state is CaptureState.IDLE
    assert not bench.session.row.running
    assert "does not report its buttons" in bench.session.notices.shown[-1].message


@pytest.mark.parametrize("wanted", [BY_MOTION, BY_BUTTON])
def test_a_board_that_goes_while_it_is_waited_for_is_said(bench: Bench, wanted: object) -> None:
    bench.use(MovedBoard())
    bench.connect()
    bench.begin_take(wanted)  # type: ignore[arg-type]
    bench.board.unplug()
    bench.run(lambda: bench.session.recorder.state is CaptureState.IDLE)
    assert bench.session.connection.state is LinkState.LOST
    assert bench.session.document.takes == ()
    assert any("Nothing was recorded" in notice.message for notice in bench.session.notices.shown)


def test_a_take_that_was_held_back_begins_where_its_motion_does(bench: Bench) -> None:
    bench.use(MovedBoard())
    bench.connect()
    starts: list[TakeStart] = []

    def hold(start: TakeStart) -> None:
        start.wait()
        starts.append(start)

    bench.session.recorder.starting.subscribe(hold)
    bench.session.recorder.set_next(TAKE)
    bench.session.recorder.record()
    bench.run(lambda: bool(starts))
    held = bench.board.number
    bench.run(lambda: bench.board.number > held + 200)
    writer = bench.session.recorder.writer
    assert writer is not None and writer.span == 0
    starts[0].begin_at(held + 105)
    bench.run(lambda: writer.span > 0)
    assert bench.session.recorder.first_sample == held + 105
    bench.end_take()
    assert bench.session.recorder.first_sample == held + 105
