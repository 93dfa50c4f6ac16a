"""A take knows what was asked: numbers and times across their wraps, losses counted once, and why it ended."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.projects import block, dump, planned
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinylab.data.project import Project
from tinylab.data.takes import Block, TakeWriter
from tinylab.errors import DataError

WRAP = 2**32


def begin(project: Project, asked: int = 50) -> TakeWriter:
    return project.begin_take(planned(asked=asked))


def test_a_take_is_whole_when_all_that_was_asked_for_is_there(project: Project) -> None:
    writer = begin(project, 60)
    assert project.headers()[0] == []
    for first in range(100, 160, 10):
        assert not writer.over
        writer.add(block(first, overruns=4))
    assert writer.over
    assert writer.share == 1.0
    writer.add(block(160))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.overruns, take.ended) == (60, 60, 0, 0, "")
    assert take.rate_hz == pytest.approx(100.0)
    assert project.recording(take.id).counts[::10, 0].tolist() == [100, 110, 120, 130, 140, 150]
    assert project.headers()[0] == [take]


def test_the_last_block_is_cut_to_what_was_asked_for(project: Project) -> None:
    writer = begin(project, 25)
    for first in (0, 10, 20):
        writer.add(block(first))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost) == (25, 25, 0)


def test_losses_in_between_count_once_also_those_of_the_sensor(project: Project) -> None:
    writer = begin(project, 55)
    for first, overruns in ((0, 5), (10, 5), (35, 8), (45, 9)):
        writer.add(block(first, overruns=overruns))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.overruns) == (40, 55, 15, 4)
    assert take.rate_hz == pytest.approx(100.0)


def test_losses_at_the_end_count(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0))
    writer.add(block(80))  # the rest of what was asked for never came
    assert writer.over
    assert (writer.finish().samples, project.headers()[0][0].lost) == (10, 40)


def test_a_take_that_ended_early_says_why_and_counts_what_is_missing(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0))
    writer.end("The board was unplugged.")
    writer.end("Another reason.")
    writer.add(block(10))
    take = writer.finish()
    assert (take.samples, take.lost, take.ended) == (10, 40, "The board was unplugged.")


def test_a_take_that_the_user_ends_has_lost_nothing(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0))
    writer.add(block(10))
    writer.stop()
    assert writer.over
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.ended) == (20, 20, 0, "")


def test_sample_numbers_go_on_across_their_wrap(project: Project) -> None:
    writer = begin(project, 40)
    for number in (WRAP - 15, WRAP - 5, 15):
        writer.add(block(number % WRAP, time_us=(number if number > 20 else WRAP + number) * 10_000, count=10))
    take = writer.finish()
    assert (take.samples, take.lost, take.ended) == (30, 10, "")
    assert project.samples.gaps(take.id)[0].missing == 10


def test_a_clock_of_32_bits_goes_on_across_its_wrap_and_beyond(project: Project) -> None:
    writer = begin(project, 60)
    for first in range(0, 60, 10):
        writer.add(block(first, time_us=(WRAP - 150_000 + first * 10_000) % WRAP))
    take = writer.finish()
    assert (take.samples, take.ended) == (60, "")
    assert take.rate_hz == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (block(0), "began to count its samples anew"),
        (block(5), "began to count its samples anew"),
        (block(2**20, time_us=200_000), "sample number jumped by"),
        (block(10, time_us=60_000_000), "clock jumped"),
        (block(10, time_us=2**33 - 5), "clock jumped"),
        (block(10, time_us=2**63), "clock"),
        (block(10, time_us=2**64 - 1), "clock"),
    ],
)
def test_a_stream_that_jumps_or_restarts_ends_the_take_and_says_so(
    project: Project, second: Block, message: str
) -> None:
    writer = begin(project)
    writer.add(block(0))
    writer.add(second)
    writer.add(block(10))
    assert writer.over
    take = writer.finish()
    assert (take.samples, take.lost) == (10, 40)
    assert message in take.ended


def test_a_block_that_is_longer_than_the_take_is_cut(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0, count=5000))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.ended) == (50, 50, 0, "")


def test_an_empty_block_is_no_sample(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0, counts=np.empty((0, 3), np.int16), time_us=2**63))
    assert (writer.share, writer.over) == (0.0, False)


_NUMBERS = st.one_of(st.integers(0, 400), st.sampled_from([2**31 - 1, 2**31, 2**32 - 20, 2**32 - 1]))
_TIMES = st.one_of(st.integers(0, 4_000_000), st.sampled_from([2**32 - 1, 2**53, 2**62 - 1, 2**62, 2**63, 2**64 - 1]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocks=st.lists(
        st.tuples(_NUMBERS, _TIMES, st.sampled_from([0, 5, 2**32 - 1]), st.integers(0, 300)), min_size=1, max_size=8
    )
)
def test_whatever_a_board_sends_makes_a_take_or_a_sentence(project: Project, blocks: list[tuple[int, ...]]) -> None:
    writer = begin(project, 200)
    for number, time_us, overruns, count in blocks:
        writer.add(Block(number, time_us, overruns, np.zeros((count, 3), np.int16)))
    writer.end("The board vanished.")
    try:
        take = writer.finish()
    except DataError as error:
        assert "no sample arrived" in error.message
        return
    assert 0 < take.samples <= 200
    assert take.samples + take.lost == take.asked == 200
    assert bool(take.ended) != (writer.sequence.expected is not None and writer.sequence.whole)
    assert len(project.recording(take.id).counts) == take.samples


def test_a_clock_that_runs_backwards_ends_the_take(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0, first_us=2**40))
    writer.add(block(10, first_us=2**40 - 1_000_000))
    assert "ran backwards" in writer.finish().ended


@pytest.mark.parametrize("time_us", [2**63, -1])
def test_a_first_block_whose_time_cannot_be_leaves_no_take(project: Project, time_us: int) -> None:
    writer = begin(project)
    writer.add(block(0, time_us=time_us))
    assert "cannot be" in writer.ended
    with pytest.raises(DataError, match="no sample arrived"):
        writer.finish()
    assert dump(project)["signals"] == []


def test_what_is_stored_is_never_replaced(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0))
    counts = np.zeros((10, 3), np.int16)
    with pytest.raises(DataError), project._database.transaction():
        project.samples.append(writer.signal_id, 0, 0, 0, counts)
    assert project.recording(writer.finish().id).counts[9, 0] == 9


def test_a_clock_that_stands_still_does_not_cost_the_take(project: Project) -> None:
    writer = begin(project, 30)
    for first in (0, 10, 20):
        writer.add(block(first, time_us=77))
    assert (writer.finish().rate_hz, project.headers()[0][0].jitter_us) == (100.0, 0.0)


def test_a_take_without_a_sample_leaves_nothing_behind(project: Project) -> None:
    before = dump(project)
    writer = begin(project)
    with pytest.raises(DataError, match="no sample arrived"):
        writer.finish()
    assert dump(project) == before


def test_a_discarded_take_is_gone_and_samples_that_come_late_are_refused(project: Project) -> None:
    before = dump(project)
    writer = begin(project)
    writer.add(block(0))
    writer.discard()
    with pytest.raises(DataError, match="late"):
        writer.add(block(10))
    assert dump(project) == before


def test_samples_that_come_after_the_end_are_refused(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0))
    writer.finish()
    before = dump(project)
    with pytest.raises(DataError, match="late"):
        writer.add(block(10))
    assert dump(project) == before


def test_a_recorded_take_is_one_step_of_undo(project: Project) -> None:
    writer = begin(project, 10)
    writer.add(block(0))
    take = writer.finish()
    assert project.journal.undo_text == "record “wave”"
    project.undo()
    assert project.headers()[0] == []
    assert project.labels() == []
    project.redo()
    assert project.headers()[0] == [take]
    assert len(project.recording(take.id).counts) == 10
