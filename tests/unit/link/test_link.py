"""Questions and answers over a wire that swallows, refuses, mumbles and vanishes."""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np
import pytest
from fakes.board import FakeBoard
from fakes.scripted_board import ScriptedBoard, scripted
from fakes.waiting import wait_until

from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.asking import NoAnswerError
from tinylab.link.board import self_test, start_stream, statistics, stop_stream
from tinylab.link.framing import Frame, FrameReader
from tinylab.link.link import Link
from tinylab.link.transports import memory_pair

Records = list[logging.LogRecord]


def test_a_swallowed_question_is_asked_again() -> None:
    with FakeBoard() as board:
        board.swallow = 2
        stats = board.link.ask(wire.StatsAsk(), wire.Stats, timeout_s=0.05, tries=3)
    assert stats.uptime_ms == 1
    assert board.heard == [wire.StatsAsk()] * 3


def test_a_silent_board_is_an_error_with_advice() -> None:
    with FakeBoard() as board:
        board.swallow = 99
        with pytest.raises(LinkError, match="does not answer StatsAsk") as caught:
            board.link.ask(wire.StatsAsk(), wire.Stats, timeout_s=0.01, tries=3)
        wait_until(lambda: len(board.heard) == 3)
    assert "reset button" in caught.value.hint
    assert len(board.heard) == 3


def test_a_refusal_is_reported_in_the_boards_words_and_not_asked_again() -> None:
    with FakeBoard() as board:
        board.refusal = (wire.ErrorCode.UNSUPPORTED_RATE, "the sensor has no such rate")
        with pytest.raises(LinkError, match="refused: the sensor has no such rate"):
            start_stream(board.link, 123, 4)
    assert len(board.heard) == 1


@pytest.mark.parametrize(("code", "message"), [(5, "NO_MODEL"), (200, "code 200")])
def test_a_refusal_without_words_tells_its_code(code: int, message: str) -> None:
    with FakeBoard() as board:
        board.refusal = (code, "")
        with pytest.raises(LinkError, match=message):
            stop_stream(board.link)


def test_a_late_answer_to_an_older_question_is_not_taken_for_this_one() -> None:
    with FakeBoard() as board:
        board.send(wire.Ack(wire.Start.NUMBER, 200))
        board.swallow = 1
        asked = threading.Thread(target=lambda: board.link.ask(wire.Stop(), wire.Ack, timeout_s=0.2, tries=2))
        asked.start()
        wait_until(lambda: len(board.heard) == 1)
        board.send(wire.Ack(wire.Stop.NUMBER, 99))
        asked.join()
    assert len(board.heard) == 2


def test_a_port_that_vanishes_ends_the_question_at_once_and_every_later_one() -> None:
    with FakeBoard() as board:
        lost: list[LinkError] = []
        board.link.on_lost.append(lost.append)
        board.swallow = 99
        threading.Thread(target=lambda: (wait_until(lambda: bool(board.heard)), board.vanish())).start()
        with pytest.raises(LinkError, match="has vanished"):
            board.link.ask(wire.HelloAsk(), wire.Hello, timeout_s=60)
        with pytest.raises(LinkError, match="has vanished"):
            board.link.ask(wire.HelloAsk(), wire.Hello, timeout_s=60)
        wait_until(lambda: bool(lost))
        assert lost == [board.link.error]


def test_closing_on_purpose_is_no_loss() -> None:
    with FakeBoard() as board:
        lost: list[LinkError] = []
        board.link.on_lost.append(lost.append)
        board.link.close()
        board.link.close()
        assert lost == []
        assert board.link.error is None
        with pytest.raises(LinkError, match="closed"):
            board.link.ask(wire.HelloAsk(), wire.Hello)


def test_garbage_between_the_answers_is_counted_and_does_no_harm() -> None:
    with FakeBoard() as board:
        board.mumble(b"\0\x03ab\0" + bytes(range(1, 200)))
        board.mumble(b"\0")
        assert statistics(board.link) == wire.Stats(1, 2, 3, 4, 5, 6, 7)
        assert board.link.bad_frames == 2
        assert board.link.good_frames == 1


def test_answers_that_nobody_waits_for_do_not_fill_the_memory() -> None:
    with FakeBoard() as board:
        for number in range(1000):
            board.send(wire.Ack(3, number % 256))
        wait_until(lambda: board.link.good_frames == 1000)
        assert board.link._answers.qsize() <= 64
        assert board.link.ask(wire.StatsAsk(), wire.Stats).uptime_ms == 1


def test_a_loss_is_heard_also_where_too_many_answers_wait() -> None:
    with FakeBoard() as board:
        for number in range(100):
            board.send(wire.Ack(3, number))
        board.vanish()
        wait_until(lambda: board.link.error is not None and None in board.link._answers.queue)
        assert board.link._answers.queue[-1] is None


def test_a_board_that_floods_its_answers_cannot_keep_the_one_who_asks() -> None:
    board = ScriptedBoard()

    def flood(_: wire.Message, sequence: int) -> None:
        for _ in range(90):
            board.say(wire.Ack(3, 255 - sequence))

    board.hear = flood  # type: ignore[method-assign]
    with scripted(board) as (link, clock), pytest.raises(NoAnswerError, match="does not answer Stop"):
        link.ask(wire.Stop(), wire.Ack, timeout_s=1.0, tries=3)
    assert clock.now() == pytest.approx(3.0, abs=0.1)


# --- faults in the reader thread ------------------------------------------------------------------------


class Broken(FrameReader):
    """A decoder with a fault of its own."""

    def feed(self, data: bytes) -> list[Frame]:
        raise IndexError("planted in the decoder")


def test_a_fault_in_the_reader_is_a_loss_with_a_reason_and_the_log_has_where(expects_unforeseen: Records) -> None:
    ours, theirs = memory_pair("a pair")
    lost: list[LinkError] = []
    link = Link(theirs, Broken())
    link.on_lost.append(lost.append)
    ours.write(b"anything")
    with pytest.raises(LinkError, match="ended for a reason that we did not foresee"):
        link.ask(wire.HelloAsk(), wire.Hello, timeout_s=60)
    wait_until(lambda: bool(lost))
    assert lost == [link.error]
    [record] = expects_unforeseen
    assert record.exc_info is not None
    assert "planted in the decoder" in str(record.exc_info[1])
    assert "link" in (record.threadName or "")
    link.close()
    ours.close()


def test_a_fault_in_the_stream_is_a_loss_too(monkeypatch: pytest.MonkeyPatch, expects_unforeseen: Records) -> None:
    with FakeBoard() as board:
        monkeypatch.setattr(board.link.stream, "add", lambda _: 1 // 0)
        board.stream(0, [[1, 2, 3]])
        wait_until(lambda: board.link.error is not None)
    assert len(expects_unforeseen) == 1


@pytest.mark.parametrize("kind", ["samples", "prediction"])
def test_a_listener_that_raises_is_logged_once_and_harms_no_other(kind: str, expects_unforeseen: Records) -> None:
    calls: list[str] = []

    def fail(_: object) -> None:
        calls.append("fails")
        raise RuntimeError("planted in a listener")

    with FakeBoard() as board:
        listeners: list[Any] = board.link.on_samples if kind == "samples" else board.link.on_prediction  # type: ignore[assignment]
        listeners += [fail, lambda _: calls.append("works")]
        for number in range(3):
            if kind == "samples":
                board.stream(number, [[1, 2, 3]])
            else:
                board.send(wire.Prediction(number, -1, 5, 6, np.array([1, 2], np.int8)))
        wait_until(lambda: len(calls) == 6)
        assert calls == ["fails", "works"] * 3
        assert board.link.error is None
        assert board.link.ask(wire.StatsAsk(), wire.Stats).uptime_ms == 1
    [record] = expects_unforeseen
    assert "a listener to fake board" in record.getMessage()


def test_a_listener_to_losses_that_raises_harms_no_other(expects_unforeseen: Records) -> None:
    with FakeBoard() as board:
        lost: list[LinkError] = []
        board.link.on_lost += [lambda _: 1 // 0, lost.append]  # type: ignore[list-item]
        board.vanish()
        wait_until(lambda: bool(lost))
        assert lost == [board.link.error]
    assert len(expects_unforeseen) == 1


# --- the self-test --------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [1, 38, 39, 40, 50, 400])
def test_a_window_goes_out_in_pieces_and_its_outputs_come_back(samples: int) -> None:
    window = np.arange(samples * 3, dtype=np.int16).reshape(-1, 3) + 7
    with FakeBoard(
        classify=lambda got: np.array([got.sum() % 100, len(got) % 100, got[-1, 2] % 100], np.int8)
    ) as board:
        board.window_samples = samples
        answer = self_test(board.link, window)
    assert answer.outputs.tolist() == [int(window.sum()) % 100, samples % 100, int(window[-1, 2]) % 100]
    assert (answer.features_cycles, answer.network_cycles) == (11, 22)
    assert np.array_equal(np.concatenate([piece.counts for piece in board.heard]), window)  # type: ignore[union-attr]


def test_a_window_of_the_wrong_length_is_refused_by_the_board() -> None:
    with FakeBoard() as board, pytest.raises(LinkError):
        board.refusal = (wire.ErrorCode.BAD_INDEX, "no such piece")
        self_test(board.link, np.zeros((50, 3), np.int16))


def test_a_window_without_samples_is_refused_before_anything_is_sent() -> None:
    with FakeBoard() as board, pytest.raises(LinkError, match="without samples"):
        self_test(board.link, np.zeros((0, 3), np.int16))
    assert board.heard == []


# --- samples and decisions ------------------------------------------------------------------------------


def test_samples_reach_the_recorder_and_decisions_the_watcher() -> None:
    with FakeBoard() as board:
        blocks: list[wire.Samples] = []
        decisions: list[wire.Prediction] = []
        board.link.on_samples.append(blocks.append)
        board.link.on_prediction.append(decisions.append)
        start_stream(board.link, 100, 4, predictions=True)
        board.stream(0, [[1, 2, 3], [4, 5, 6]])
        board.send(wire.Prediction(1, -1, 5, 6, np.array([1, 2], np.int8)))
        wait_until(lambda: bool(decisions))
        assert blocks[0].counts.tolist() == [[1, 2, 3], [4, 5, 6]]
        assert decisions[0].decision == wire.NO_DECISION
        assert board.link.stream.snapshot(10).counts.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert board.heard == [wire.Stop(), wire.Start(100, 4, wire.FLAG_SAMPLES | wire.FLAG_PREDICTIONS)]
