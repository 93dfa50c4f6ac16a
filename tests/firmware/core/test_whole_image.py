"""The very image that a micro:bit runs, on the virtual machine: it answers, streams, classifies, and recovers."""

from __future__ import annotations

import binascii
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from board_under_test import UNIQUE_ID, BoardUnderTest
from cobs import cobs

from tinylab.deploy.firmware import Build
from tinylab.link import wire
from tinylab.link.framing import Frame, encode

HERE = Path(__file__).parent
SAMPLES, PREDICTIONS = wire.FLAG_SAMPLES, wire.FLAG_PREDICTIONS


def samples_of(frames: list[Frame]) -> list[wire.Samples]:
    return [frame.message for frame in frames if isinstance(frame.message, wire.Samples)]


def counts_of(samples: list[wire.Samples]) -> np.ndarray:
    return np.concatenate([message.counts for message in samples])


def stream(board: BoardUnderTest, rate_hz: int, seconds: float, range_g: int = 8) -> list[wire.Samples]:
    board.ask(wire.Start(rate_hz, range_g, SAMPLES), wire.Ack, seconds=0.0035)
    return samples_of(board.run(seconds))


def test_hello_says_who_and_what(board: BoardUnderTest, capture_build: Build) -> None:
    hello = board.ask(wire.HelloAsk(), wire.Hello)
    assert hello.protocol == wire.PROTOCOL_VERSION
    assert (hello.board_id, hello.unique_id, hello.sensor_id) == (2, UNIQUE_ID, 1)
    assert hello.build_id.hex() == capture_build.build_id
    assert (hello.labels, hello.model_hash, hello.capabilities) == (
        0,
        bytes(8),
        wire.CAPABILITY_STREAM | wire.CAPABILITY_BUTTON,
    )
    assert (hello.rate_hz, hello.range_g) == (50, 8)
    assert hello.g_per_count == pytest.approx(0.0039)


@pytest.mark.parametrize("rate_hz", [10, 25, 50, 100, 200, 400])
def test_every_sample_arrives_once_and_in_time(board: BoardUnderTest, rate_hz: int) -> None:
    seconds = 10.0
    samples = stream(board, rate_hz, seconds)
    counts = counts_of(samples)
    assert len(counts) == pytest.approx(seconds * rate_hz * 1.002, abs=0.25 * rate_hz)
    numbers = [message.sample_number for message in samples]
    sizes = [len(message.counts) for message in samples]
    assert numbers == [0, *np.cumsum(sizes)[:-1]]
    assert max(sizes) <= 36
    assert samples[-1].overruns == 0
    gaps = np.diff([message.time_us for message in samples])
    assert gaps.max() < (100_000 if rate_hz >= 50 else 250_000)
    measured_hz = 1e6 / np.polyfit(numbers, [message.time_us for message in samples], 1)[0]
    assert measured_hz == pytest.approx(rate_hz * 1.002, rel=0.001)


@pytest.mark.parametrize(("range_g", "g_per_count"), [(2, 0.00098), (4, 0.00195), (8, 0.0039), (16, 0.01172)])
def test_gravity_is_one_g_at_every_range(board: BoardUnderTest, range_g: int, g_per_count: float) -> None:
    counts = counts_of(stream(board, 100, 1.0, range_g))
    assert counts.mean(axis=0) * g_per_count == pytest.approx([0, 0, 1], abs=0.01)
    assert board.ask(wire.HelloAsk(), wire.Hello).g_per_count == pytest.approx(g_per_count)


def test_stop_stops_and_start_begins_anew(board: BoardUnderTest) -> None:
    assert samples_of(board.run(0.2)) == []
    assert stream(board, 50, 1.0)[0].sample_number == 0
    board.ask(wire.Stop(), wire.Ack)
    assert board.run(2.0) == []
    again = stream(board, 100, 0.5)
    assert again[0].sample_number == 0
    assert len(counts_of(again)) <= 51  # nothing old was left in the FIFO


def test_sleeping_costs_hardly_any_cycles(board: BoardUnderTest) -> None:
    stream(board, 50, 0.1)
    before = board.machine.clock.counter.cycles
    board.run(5.0)
    assert board.machine.clock.counter.cycles - before < 0.002 * 5.0 * 64e6


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (wire.Start(60, 8, SAMPLES), wire.ErrorCode.UNSUPPORTED_RATE),
        (wire.Start(50, 3, SAMPLES), wire.ErrorCode.UNSUPPORTED_RANGE),
        (wire.LabelAsk(0, 0), wire.ErrorCode.NO_MODEL),
        (wire.Selftest(0, np.zeros((3, 3), np.int16)), wire.ErrorCode.NO_MODEL),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    board: BoardUnderTest, message: wire.Message, code: wire.ErrorCode
) -> None:
    error = board.ask(message, wire.Error)
    assert (error.code, error.about_message) == (code, message.NUMBER)
    assert error.text.endswith(".")


def test_messages_it_does_not_know_or_of_the_wrong_length_are_refused(board: BoardUnderTest) -> None:
    for body, code in ((b"\x44\x01", 1), (b"\x01\x01x", 2), (b"\x02\x01\x32", 2)):
        crc = binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little")
        board.machine.receive(cobs.encode(body + crc) + b"\0")
        [frame] = board.run(0.1)
        assert isinstance(frame.message, wire.Error)
        assert frame.message.code == code
    assert board.ask(wire.StatsAsk(), wire.Stats).frames_bad == 2


def test_garbage_on_the_line_is_counted_and_survived(board: BoardUnderTest) -> None:
    random = np.random.default_rng(3)
    board.machine.receive(random.bytes(5000) + b"\0")
    board.run(1.0)
    stats = board.ask(wire.StatsAsk(), wire.Stats)
    assert stats.frames_bad > 5
    assert stats.frames_good == 1
    assert stats.uptime_ms == pytest.approx(1010, abs=60)


def test_reset_acknowledges_and_starts_again(board: BoardUnderTest) -> None:
    resets = board.machine.resets
    board.ask(wire.Reset(), wire.Ack, seconds=0.05)
    board.run(0.2)
    assert board.machine.resets == resets + 1
    assert board.ask(wire.HelloAsk(), wire.Hello).uptime_ms < 250


def test_an_overrun_shows_in_the_sample_numbers_and_is_counted(board: BoardUnderTest) -> None:
    stream(board, 100, 1.0)
    board.machine.hold(1.0)
    samples = samples_of(board.run(2.0))
    jumps = [
        (after.sample_number - before.sample_number - len(before.counts), after.overruns)
        for before, after in pairwise(samples)
        if after.sample_number != before.sample_number + len(before.counts)
    ]
    assert len(jumps) <= 1
    overruns = samples[-1].overruns
    assert overruns == pytest.approx(100 - 32, abs=8)
    numbers = [message.sample_number for message in samples]
    measured_hz = 1e6 / np.polyfit(numbers, [message.time_us for message in samples], 1)[0]
    assert measured_hz == pytest.approx(100.2, rel=0.01)


@pytest.mark.parametrize("held_s", [0.5, 1.0])
def test_no_decision_is_made_across_a_hole(model_board: BoardUnderTest, held_s: float) -> None:
    model_board.ask(wire.Start(50, 8, SAMPLES | PREDICTIONS), wire.Ack, seconds=0.0035)
    frames = model_board.run(1.0)
    model_board.machine.hold(held_s + 0.64)  # the FIFO alone bridges 32 samples
    frames += model_board.run(3.0)
    samples = samples_of(frames)
    assert samples[-1].overruns > 0
    came = {block.sample_number + i for block in samples for i in range(len(block.counts))}
    predictions = [frame.message for frame in frames if isinstance(frame.message, wire.Prediction)]
    assert len(predictions) > 10
    for prediction in predictions:
        assert came >= set(range(prediction.sample_number - 9, prediction.sample_number + 1))


def test_hello_knows_the_network(model_board: BoardUnderTest) -> None:
    hello = model_board.ask(wire.HelloAsk(), wire.Hello)
    assert (hello.labels, hello.window_samples, hello.stride_samples) == (3, 10, 5)
    assert (hello.model_rate_hz, hello.model_range_g) == (50, 8)
    assert hello.model_hash == bytes((8, 7, 6, 5, 4, 3, 2, 1))
    assert hello.capabilities == 31


def test_labels_come_back_unchanged_in_pieces(model_board: BoardUnderTest) -> None:
    assert model_board.ask(wire.LabelAsk(0, 0), wire.Label).text == 'a"%\nä'.encode()
    text = b""
    while len(text) < 300:
        piece = model_board.ask(wire.LabelAsk(1, len(text)), wire.Label)
        assert (piece.offset, piece.total) == (len(text), 300)
        text += piece.text
    assert text == bytes(ord("a") + i % 26 for i in range(300))
    assert model_board.ask(wire.LabelAsk(1, 301), wire.Error).code == wire.ErrorCode.BAD_INDEX
    assert model_board.ask(wire.LabelAsk(3, 0), wire.Error).code == wire.ErrorCode.BAD_INDEX


def test_predictions_see_the_very_samples_that_are_streamed(model_board: BoardUnderTest) -> None:
    model_board.motion.pose(0.5, 0.0, 1.0)
    model_board.ask(wire.Start(50, 8, SAMPLES | PREDICTIONS), wire.Ack, seconds=0.0035)
    frames = model_board.run(5.0)
    counts = counts_of(samples_of(frames))
    predictions = [frame.message for frame in frames if isinstance(frame.message, wire.Prediction)]
    assert [p.sample_number for p in predictions] == list(range(9, 9 + 5 * len(predictions), 5))
    assert len(predictions) > 40
    for prediction in predictions:
        window = counts[prediction.sample_number - 9 : prediction.sample_number + 1]
        assert prediction.outputs.tolist() == [(int(window[0, 0]) + 8) >> 4, (int(window[-1, 2]) + 8) >> 4, 0]
        assert 0 < prediction.network_cycles < 400
        assert 100 < prediction.features_cycles < 2000
    assert [p.decision for p in predictions][:3] == [wire.NO_DECISION, 1, 1]


def test_predictions_need_the_networks_rate_and_range(model_board: BoardUnderTest) -> None:
    assert model_board.ask(wire.Start(100, 8, PREDICTIONS), wire.Error).code == wire.ErrorCode.UNSUPPORTED_RATE
    assert model_board.ask(wire.Start(50, 4, PREDICTIONS), wire.Error).code == wire.ErrorCode.UNSUPPORTED_RANGE
    assert model_board.ask(wire.Start(100, 4, SAMPLES), wire.Ack).about_message == wire.Start.NUMBER


def test_selftest_takes_a_window_in_pieces_even_while_streaming(model_board: BoardUnderTest) -> None:
    window = np.arange(30, dtype=np.int16).reshape(10, 3) * 16 - 100
    expected = [(int(window[0, 0]) + 8) >> 4, (int(window[-1, 2]) + 8) >> 4, 0]
    model_board.ask(wire.Start(50, 8, SAMPLES | PREDICTIONS), wire.Ack)
    for _ in range(2):
        model_board.ask(wire.Selftest(0, window[:6]), wire.Ack)
        result = model_board.ask(wire.Selftest(6, window[6:]), wire.SelftestResult)
        assert result.outputs.tolist() == expected
    again = model_board.ask(wire.Selftest(6, window[6:]), wire.SelftestResult)  # the answer was lost
    assert again.outputs.tolist() == expected
    for at in range(9):  # as small as pieces can be
        model_board.ask(wire.Selftest(at, window[at : at + 1]), wire.Ack)
    assert model_board.ask(wire.Selftest(9, window[9:]), wire.SelftestResult).outputs.tolist() == expected
    assert model_board.ask(wire.Selftest(0, window[:0]), wire.Error).code == wire.ErrorCode.BAD_LENGTH
    model_board.ask(wire.Selftest(0, window[:2]), wire.Ack)
    assert model_board.ask(wire.Selftest(5, window[5:]), wire.Error).code == wire.ErrorCode.BAD_INDEX
    assert model_board.ask(wire.Selftest(2, window[:9]), wire.Error).code == wire.ErrorCode.BAD_INDEX


def test_live_decisions_and_self_tests_do_not_disturb_each_other(model_board: BoardUnderTest) -> None:
    model_board.ask(wire.Start(50, 8, SAMPLES | PREDICTIONS), wire.Ack, seconds=0.0035)
    window = np.full((10, 3), 160, np.int16)
    frames = [*model_board.run(1.03)]
    for _ in range(4):
        model_board.send(wire.Selftest(0, window))
        frames += model_board.run(0.7)
    counts = counts_of(samples_of(frames))
    predictions = [frame.message for frame in frames if isinstance(frame.message, wire.Prediction)]
    results = [frame.message for frame in frames if isinstance(frame.message, wire.SelftestResult)]
    assert [result.outputs.tolist() for result in results] == [[10, 10, 0]] * 4
    assert len(predictions) > 20
    for prediction in predictions:
        window = counts[prediction.sample_number - 9 : prediction.sample_number + 1]
        assert prediction.outputs.tolist() == [(int(window[0, 0]) + 8) >> 4, (int(window[-1, 2]) + 8) >> 4, 0]


def test_the_device_drops_frames_rather_than_samples_when_the_wire_is_full(board: BoardUnderTest) -> None:
    board.send(wire.Start(400, 8, SAMPLES))
    board.machine.receive(b"".join(encode(wire.HelloAsk(), 1) for _ in range(400)))
    frames = board.run(3.0)
    samples = samples_of(frames)
    stats = board.ask(wire.StatsAsk(), wire.Stats)
    hellos = sum(isinstance(frame.message, wire.Hello) for frame in frames)
    assert hellos + stats.frames_dropped >= 400
    assert samples[-1].overruns == 0
    assert board.reader.bad == 0


def test_the_decisions_first_letter_is_shown_until_the_stream_stops(model_board: BoardUnderTest) -> None:
    dark = ["....."] * 5
    assert model_board.machine.display() == dark
    model_board.motion.pose(1.0, 0.0, 0.0)
    model_board.ask(wire.Start(50, 8, PREDICTIONS), wire.Ack)
    model_board.run(2.0)
    letter_a = [".###.", "#...#", "#####", "#...#", "#...#"]
    assert model_board.machine.display() == letter_a
    model_board.ask(wire.Stop(), wire.Ack)
    assert model_board.machine.display() == dark
