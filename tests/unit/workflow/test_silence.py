"""A board that falls silent: said after 1 s, lost after 3 s, connected again by itself, and given up in the end."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest
from fakes.bench import Bench
from fakes.scripted_board import ScriptedBoard
from fakes.sessions import errors

from tinylab.boards.discovery import BoardPort
from tinylab.link.wire import Hello
from tinylab.workflow.board import connection as connection_module
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.board.silence import SilenceWatch

SILENT = "The board has sent no samples for 3 s."


# --- how long it is silent ------------------------------------------------------------------------------


def test_silence_is_counted_from_the_last_new_sample() -> None:
    watch = SilenceWatch()
    watch.look(0, 100.0)
    for tenth in range(1, 11):
        watch.look(0, 100.0 + tenth / 10)
    assert watch.seconds == pytest.approx(1.0)
    assert watch.look(10, 101.1)
    assert watch.seconds == 0.0
    assert not watch.look(10, 101.2)
    assert watch.seconds == pytest.approx(0.1)


def test_a_clock_that_jumps_or_runs_back_is_not_the_boards_silence() -> None:
    watch = SilenceWatch()
    watch.look(10, 0.0)
    watch.look(10, 7200.0)
    assert watch.seconds <= 0.25
    watch.look(10, 100.0)
    assert watch.seconds <= 0.25


def test_a_stream_that_begins_anew_is_not_silent() -> None:
    watch = SilenceWatch()
    watch.look(10, 0.0)
    watch.look(10, 0.2)
    watch.restart()
    assert not watch.look(0, 50.0)
    assert watch.seconds == 0.0


# --- the connection -------------------------------------------------------------------------------------


def test_a_second_without_samples_is_said_and_three_are_a_loss(bench: Bench) -> None:
    connection = bench.session.connection
    bench.connect()
    bench.run(lambda: connection.stream.samples > 0)
    assert connection.silent_s == 0.0
    bench.board.stall()
    assert bench.run(lambda: connection.silent_s > 0) == pytest.approx(1.0, abs=0.2)
    assert connection.state is LinkState.CONNECTED
    assert bench.run(lambda: connection.state is LinkState.LOST) == pytest.approx(2.0, abs=0.2)
    assert errors(bench.session) == [SILENT]
    assert connection.silent_s == 0.0


def test_a_slow_board_is_not_silent(bench: Bench) -> None:
    bench.connect()
    bench.session.connection.set_sampling(Sampling(25, 4))
    for _ in range(200):
        bench.step()
        assert bench.session.connection.silent_s == 0.0
    assert bench.session.connection.connected


def test_a_board_that_hung_is_connected_again_and_the_bad_news_goes(bench: Bench) -> None:
    connection = bench.session.connection
    bench.connect()
    bench.run(lambda: connection.stream.samples > 0)
    bench.board.reset()
    bench.run(lambda: connection.state is LinkState.LOST)
    bench.run(lambda: connection.connected and connection.stream.samples > 0, 2.0)
    bench.step()
    assert errors(bench.session) == []
    assert connection.attempts == 0


def test_the_pauses_get_longer_and_in_the_end_the_user_is_asked(bench: Bench) -> None:
    connection = bench.session.connection
    bench.connect()
    bench.run(lambda: connection.stream.samples > 0)
    bench.board.stall()
    bench.run(lambda: connection.state is LinkState.DISCONNECTED)
    pauses = np.diff(bench.board.opened_s[1:])
    assert pauses == pytest.approx([5 + 1, 5 + 2, 5 + 4, 5 + 8], abs=0.4)
    assert connection.wanted is None
    (notice,) = bench.session.notices.shown
    assert "no TinyLab firmware answers" in notice.message
    assert "tried to connect it again" in notice.hint
    opened = len(bench.board.opened_s)
    for _ in range(100):
        bench.step(0.2)
    assert len(bench.board.opened_s) == opened


def test_a_board_that_is_plugged_in_again_has_all_its_attempts(bench: Bench) -> None:
    connection = bench.session.connection
    bench.connect()
    bench.run(lambda: connection.stream.samples > 0)
    bench.board.stall()
    bench.run(lambda: connection.attempts == 3)
    bench.board.stalled_until_s = 0.0
    bench.board.unplug()
    bench.run(lambda: connection.attempts == 0)
    bench.board.plug()
    bench.run(lambda: connection.connected)


def test_disconnecting_ends_the_attempts(bench: Bench) -> None:
    connection = bench.session.connection
    bench.connect()
    bench.run(lambda: connection.stream.samples > 0)
    bench.board.stall()
    bench.run(lambda: connection.attempts == 1)
    connection.disconnect()
    opened = len(bench.board.opened_s)
    for _ in range(100):
        bench.step(0.2)
    assert connection.state is LinkState.DISCONNECTED
    assert len(bench.board.opened_s) == opened


def test_a_board_that_came_back_with_other_firmware_is_not_tried_again(bench: Bench) -> None:
    connection, board = bench.session.connection, bench.board
    bench.connect()
    good = board.hello

    def hello(**changes: float) -> Hello:
        return good(**{"protocol": 99, **changes})

    board.hello = hello  # type: ignore[method-assign]
    board.reset()
    bench.run(lambda: connection.state is LinkState.DISCONNECTED)
    assert errors(bench.session) == ["The firmware on the board speaks protocol 99, this TinyLab speaks 1."]
    assert len(board.opened_s) == 2


def test_another_serial_board_is_not_taken_for_the_lost_one(bench: Bench) -> None:
    connection, board = bench.session.connection, bench.board
    bench.connect()
    board.unplug()
    bench.run(lambda: connection.state is LinkState.LOST)
    other = BoardPort(board.port.name, "/dev/ttyOTHER", "serial")
    connection.ports = lambda: [other]  # type: ignore[method-assign]
    for _ in range(100):
        bench.step()
    assert connection.state is LinkState.LOST
    assert len(board.opened_s) == 1
    board.plug()
    connection.ports = lambda: [other, board.port]  # type: ignore[method-assign]
    bench.run(lambda: connection.connected)


class WaitsForTheTest(ScriptedBoard):
    """Stalls, and at 1 s lets the test do something before time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.stall()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def pass_time(self, seconds: float) -> None:
        super().pass_time(seconds)
        if seconds >= 1.0:
            self.reached.set()
            self.go_on.wait(60)


def test_an_attempt_to_connect_ends_soon_after_it_is_not_wanted_any_more(bench: Bench) -> None:
    board = WaitsForTheTest()
    bench.use(board)
    task = bench.session.connection.connect(board.port)
    assert board.reached.wait(60)
    bench.session.connection.disconnect()
    board.go_on.set()
    bench.run(lambda: not task.running)
    assert bench.clock.now() <= 1.2
    assert errors(bench.session) == []


def test_a_board_that_is_let_go_while_its_rate_changes_is_no_error(bench: Bench) -> None:
    bench.connect()
    bench.run(lambda: bench.session.connection.stream.samples > 0)
    bench.board.stall()
    bench.session.connection.set_sampling(Sampling(200, 4))
    bench.session.connection.disconnect()
    bench.run(lambda: not bench.session.tasks.running)
    bench.step()
    assert errors(bench.session) == []


def test_a_board_that_does_not_take_another_rate_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        connection_module, "LOST_AFTER_S", math.inf
    )  # it is silent meanwhile, and that is another test's
    bench.connect()
    bench.run(lambda: bench.session.connection.stream.samples > 0)
    bench.board.start = lambda message, sequence: None  # type: ignore[method-assign]
    bench.session.connection.set_sampling(Sampling(200, 4))
    bench.run(lambda: not bench.session.tasks.running)
    assert errors(bench.session) == ["The board does not answer Start."]
