"""What the stream says of itself: counters, gaps, the rate by the board's own clock."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.link.stream import SampleStream, StreamState
from tinylab.link.wire import Samples


def block(number: int, samples: int = 4, time_us: int = 0, overruns: int = 0) -> Samples:
    rows = np.arange(number, number + samples, dtype=np.int16)
    return Samples(time_us, number, overruns, np.stack([rows, -rows, rows], axis=1))


def test_an_unbroken_stream_has_lost_nothing_and_shows_its_true_rate() -> None:
    stream = SampleStream()
    assert stream.state() == StreamState()
    for number in range(0, 400, 4):
        stream.add(block(number, time_us=number * 9_980))
    state = stream.state()
    assert (state.samples, state.lost, state.overruns) == (400, 0, 0)
    assert state.rate_hz == pytest.approx(1e6 / 9_980)


def test_gaps_count_as_lost_and_do_not_bend_the_rate() -> None:
    stream = SampleStream()
    for number in (0, 4, 20, 24, 40, 44):
        stream.add(block(number, time_us=number * 10_000, overruns=number // 20))
    state = stream.state()
    assert (state.samples, state.lost, state.overruns) == (24, 24, 2)
    assert state.rate_hz == pytest.approx(100.0)


def test_samples_missing_at_the_very_start_are_lost_too() -> None:
    stream = SampleStream()
    stream.add(block(8))
    assert stream.state().lost == 8


@pytest.mark.parametrize("times", [[0, 1, 2], [5, 5, 5, 5, 5]])
def test_a_rate_that_cannot_be_told_is_zero(times: list[int]) -> None:
    stream = SampleStream()
    for number, time_us in enumerate(times):
        stream.add(block(number * 4, time_us=time_us))
    assert stream.state().rate_hz == 0.0


def test_a_board_that_counts_anew_gives_neither_losses_nor_a_negative_rate() -> None:
    stream = SampleStream()
    for number in range(0, 400, 4):
        stream.add(block(number, time_us=number * 10_000))
    for number in range(0, 40, 4):
        stream.add(block(number, time_us=5_000_000 + number * 20_000))
    assert stream.state().lost == 0
    assert stream.state().rate_hz == pytest.approx(50.0)


def test_the_ring_keeps_the_newest_and_hands_out_copies() -> None:
    stream = SampleStream(capacity=10)
    assert stream.snapshot(5).last_sample == -1
    for number in range(0, 24, 4):
        stream.add(block(number))
    snapshot = stream.snapshot(100)
    assert snapshot.last_sample == 23
    assert snapshot.counts[:, 0].tolist() == list(range(14, 24))
    assert stream.snapshot(3).counts[:, 1].tolist() == [-21, -22, -23]
    stream.add(block(24))
    assert snapshot.counts[-1, 0] == 23


def test_restarting_forgets_everything() -> None:
    stream = SampleStream()
    stream.add(block(8, overruns=3))
    stream.restart()
    assert stream.state() == StreamState()
    assert len(stream.snapshot(10).counts) == 0


@pytest.mark.parametrize("missing", [0, 12])
def test_the_sample_number_goes_on_across_its_wrap_and_losses_there_are_counted(missing: int) -> None:
    stream = SampleStream()
    for number in range(-40, 40, 4):
        if not -8 <= number < missing - 8:
            wire_number = number % 2**32
            stream.add(Samples((number + 40) * 10_000, wire_number, 0, np.full((4, 3), number, np.int16)))
    state = stream.state()
    assert (state.samples, state.lost) == (80 - missing, missing)
    assert state.rate_hz == pytest.approx(100.0)
    assert stream.snapshot(4).last_sample == 39


def test_a_number_that_jumps_is_a_new_beginning_and_no_loss_of_millions() -> None:
    stream = SampleStream()
    for number in (0, 4, 8, 12, 2**31, 2**31 + 4):
        stream.add(Samples(0, number, 0, np.zeros((4, 3), np.int16)))
    assert stream.state().lost == 0
    assert stream.state().samples == 24


def test_a_clock_that_runs_back_begins_the_rate_anew() -> None:
    stream = SampleStream()
    for number in range(0, 400, 4):
        stream.add(block(number, time_us=200_000_000 + number * 10_000))
    for number in range(400, 440, 4):
        stream.add(block(number, time_us=number * 20_000))
    assert stream.state().rate_hz == pytest.approx(50.0)


@pytest.mark.parametrize("time_us", [2**63, 2**64 - 1])
@pytest.mark.parametrize("overruns", [0, 2**32 - 1])
def test_huge_times_and_overruns_do_no_harm(time_us: int, overruns: int) -> None:
    stream = SampleStream()
    for number in range(0, 40, 4):
        stream.add(block(number, time_us=time_us, overruns=overruns))
    state = stream.state()
    assert (state.samples, state.lost, state.overruns, state.rate_hz) == (40, 0, overruns, 0.0)


def test_blocks_that_are_empty_or_longer_than_the_ring_do_no_harm() -> None:
    stream = SampleStream(capacity=10)
    stream.add(block(0, samples=0))
    assert (stream.state().samples, stream.snapshot(5).last_sample) == (0, -1)
    stream.add(block(0, samples=25))
    assert stream.snapshot(10).counts[:, 0].tolist() == list(range(15, 25))
    stream.add(block(25, samples=3))
    assert stream.snapshot(10).counts[:, 0].tolist() == list(range(18, 28))


@pytest.mark.parametrize("part", ["_count", "_write"])
def test_a_block_is_taken_whole_before_anybody_looks(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    stream = SampleStream()
    locked: list[bool] = []
    monkeypatch.setattr(stream, part, lambda _: locked.append(stream._lock.locked()))
    stream.add(block(0))
    assert locked == [True]


def test_the_screen_is_told_where_samples_are_missing_and_when_each_was_measured() -> None:
    stream = SampleStream(capacity=16)
    for number in (0, 4, 12, 16, 40):
        stream.add(block(number))
    whole = stream.snapshot(16)
    assert whole.gaps == ((4, 4), (12, 20))
    numbers = whole.counts[:, 0]
    assert (whole.offsets() == numbers - numbers[-1]).all()
    assert stream.snapshot(4).gaps == ()
    assert stream.snapshot(5).gaps == ((1, 20),)
    stream.restart()
    assert stream.snapshot(16).gaps == ()


def test_samples_that_miss_before_the_first_are_no_gap_to_draw() -> None:
    stream = SampleStream()
    stream.add(block(8))
    assert stream.snapshot(10).gaps == ()
