"""Boards that do everything wrong: each gets a sentence within 5 s, what arrived is kept, and the next one works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from boards_at_the_door import AT_THE_DOOR, AtTheDoor
from boards_in_a_take import FAULT_AT, IN_A_TAKE, FarTime, InATake, NeverStreams
from fakes.bench import Bench, bench_in
from fakes.scripted_board import ScriptedBoard
from fakes.sessions import errors

from tinylab.data.verdict import Grade
from tinylab.workflow.board.link_states import LinkState

MOST_S = 5.0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A session in a time of its own."""
    with bench_in(tmp_path) as made:
        yield made


def the_next_take_works(bench: Bench) -> None:
    """With a good board in the place of the bad one."""
    bench.session.connection.disconnect()
    bench.use(ScriptedBoard())
    bench.connect()
    bench.begin_take()
    bench.end_take()
    last = bench.session.recorder.last
    assert last is not None
    assert (last.take.samples, last.take.lost, last.verdict.grade) == (400, 0, Grade.GOOD)


def test_there_are_enough_of_them() -> None:
    names = [case.name for case in (*AT_THE_DOOR, *IN_A_TAKE)]
    assert len(set(names)) == len(names) >= 27


@pytest.mark.parametrize("case", AT_THE_DOOR, ids=lambda case: case.name)
def test_what_answers_at_the_door_is_told_apart_in_words(bench: Bench, case: AtTheDoor) -> None:
    bench.use(case.make())
    assert bench.connect() <= MOST_S + 0.1
    assert bench.session.connection.state is LinkState.DISCONNECTED
    (notice,) = bench.session.notices.shown
    assert case.message in notice.message
    assert case.hint in notice.hint
    assert notice.message.isprintable()
    the_next_take_works(bench)


@pytest.mark.parametrize("case", IN_A_TAKE, ids=lambda case: case.name)
def test_what_happens_in_mid_take_ends_it_in_words_and_what_came_is_kept(bench: Bench, case: InATake) -> None:
    board = case.make()
    bench.use(board)
    bench.connect()
    bench.begin_take()
    first = board.number
    board.at[first + FAULT_AT] = getattr(board, "fault", lambda: None)
    bench.run(lambda: first + FAULT_AT not in board.at)
    passed = bench.end_take()
    assert passed <= MOST_S or not case.ended
    last = bench.session.recorder.last
    assert last is not None
    assert case.verdict in str(last.verdict)
    assert (last.take.samples, last.take.lost) == (case.samples, 400 - case.samples)
    assert bool(last.take.ended) == case.ended
    assert len(bench.session.document.recording(last.take.id).counts) == case.samples
    the_next_take_works(bench)
    assert len(bench.session.document.takes) == 2


def test_a_board_that_says_it_streams_and_does_not_is_tried_again_and_then_given_up(bench: Bench) -> None:
    board = NeverStreams()
    bench.use(board)
    bench.connect()
    bench.begin_take()
    assert bench.end_take(MOST_S) <= MOST_S
    assert "Nothing was recorded: The board has sent no samples for 3 s." in errors(bench.session)
    assert bench.session.document.takes == ()
    bench.run(lambda: bench.session.connection.state is LinkState.DISCONNECTED)
    assert bench.session.connection.wanted is None
    assert "tried to connect it again" in bench.session.notices.shown[-1].hint
    the_next_take_works(bench)


def test_a_board_whose_clock_shows_what_cannot_be_is_told_at_its_first_sample(bench: Bench) -> None:
    bench.use(FarTime())
    bench.connect()
    bench.begin_take()
    assert bench.end_take(MOST_S) < 0.5
    assert "Nothing was recorded: The board's clock shows a time that cannot be." in errors(bench.session)
    assert bench.session.document.takes == ()
    the_next_take_works(bench)
