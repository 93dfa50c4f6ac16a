"""Several takes from one press: paused, dropped, kept, cut; and a row that a lost board ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.bench import TAKE, Bench

from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake, Series

ROW = replace(TAKE, seconds=0.5, series=Series.ROW, takes=4, pause_s=1.0)


@pytest.fixture
def row_bench(bench: Bench) -> Bench:
    bench.connect()
    return bench


def start(bench: Bench, take: NextTake = ROW) -> None:
    bench.session.recorder.set_next(take)
    bench.session.row.start()


def until_over(bench: Bench) -> None:
    bench.run(lambda: not bench.session.row.running)


def test_one_press_records_so_many_takes_with_pauses(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    until_over(row_bench)
    takes = session.document.takes
    assert [take.samples for take in takes] == [50] * 4
    assert [take.id for take in takes] == session.row.ids
    assert {(take.label, take.subject, take.session) for take in takes} == {("wave", "Anna", takes[0].session)}
    assert takes[0].session
    assert row_bench.clock.now() >= 4 * 0.5 + 3 * 1.0 - 0.01
    session.document.undo()
    assert len(session.document.takes) == 3, "each take is a step of its own"


def test_a_take_that_is_dropped_in_the_pause_is_recorded_once_more(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    row_bench.run(lambda: session.row.pausing and len(session.row.ids) == 2)
    unwanted = session.row.ids[-1]
    session.row.drop()
    assert session.row.pausing
    until_over(row_bench)
    assert len(session.document.takes) == 4
    assert unwanted not in {take.id for take in session.document.takes}
    assert [take.id for take in session.document.trashed] == [unwanted]


def test_a_running_take_that_is_dropped_leaves_nothing_and_the_row_goes_on(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    row_bench.run(lambda: session.recorder.state is CaptureState.RECORDING and session.recorder.share > 0.3)
    session.row.drop()
    assert session.row.running
    until_over(row_bench)
    assert len(session.document.takes) == 4
    assert session.document.trashed == ()


def test_escape_ends_the_row_and_what_was_recorded_stays(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    row_bench.run(lambda: len(session.row.ids) == 2 and session.recorder.share > 0.3)
    session.row.cancel()
    assert not session.row.running
    assert len(session.document.takes) == 2


def test_stop_keeps_the_running_take_and_ends_the_row(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    row_bench.run(lambda: len(session.row.ids) == 1 and session.recorder.share > 0.3)
    session.row.stop()
    assert not session.row.running
    assert session.document.takes[0].samples == 50
    assert len(session.document.takes) == 2


def test_stop_in_the_pause_ends_the_row(row_bench: Bench) -> None:
    start(row_bench)
    row_bench.run(lambda: row_bench.session.row.pausing)
    row_bench.session.row.stop()
    assert not row_bench.session.row.running
    assert len(row_bench.session.document.takes) == 1


def test_a_board_that_goes_ends_the_row_and_it_is_said(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    row_bench.run(lambda: len(session.row.ids) == 1 and session.recorder.share > 0.3)
    row_bench.board.unplug()
    until_over(row_bench)
    assert len(session.document.takes) == 2
    assert any("The row ended after 2 of 4 takes." in notice.message for notice in session.notices.shown)


def test_one_take_is_cut_into_so_many_of_the_same_length_and_undo_gives_it_back_whole(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench, replace(ROW, series=Series.CUT))
    until_over(row_bench)
    assert [take.samples for take in session.document.takes] == [50] * 4
    parts = [session.document.recording(take.id).counts[0, 0] for take in session.document.takes]
    assert [int(each - parts[0]) for each in parts] == [0, 50, 100, 150]
    session.document.undo()
    assert [take.samples for take in session.document.takes] == [200]


def test_a_single_take_is_recorded_again_in_the_place_of_the_last(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench, replace(ROW, series=Series.ONE))
    until_over(row_bench)
    (first,) = session.document.takes
    session.row.drop()
    until_over(row_bench)
    (second,) = session.document.takes
    assert second.id != first.id
    assert [take.id for take in session.document.trashed] == [first.id]


def test_a_take_is_kept_by_a_word_and_recording_again_without_a_take_does_nothing(row_bench: Bench) -> None:
    session = row_bench.session
    session.row.keep()
    session.row.drop()
    assert session.recorder.state is CaptureState.IDLE
    start(row_bench, replace(ROW, series=Series.ONE))
    until_over(row_bench)
    session.row.keep()
    assert session.recorder.last is not None and session.recorder.last.kept


def test_a_take_of_free_length_ends_when_it_is_stopped(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench, replace(ROW, free=True))
    row_bench.run(lambda: session.recorder.writer is not None and session.recorder.writer.span >= 700)
    session.row.stop()
    (take,) = session.document.takes
    assert take.samples == take.asked >= 700
    assert (take.lost, take.ended) == (0, "")


def test_a_take_of_free_length_whose_board_goes_has_lost_nothing_but_its_end(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench, replace(ROW, free=True))
    row_bench.run(lambda: session.recorder.writer is not None and session.recorder.writer.span >= 300)
    row_bench.board.unplug()
    until_over(row_bench)
    (take,) = session.document.takes
    assert take.lost == 0
    assert take.ended


@pytest.mark.parametrize("pausing", [False, True])
def test_another_project_ends_the_row_and_nothing_is_recorded_into_it(
    row_bench: Bench, tmp_path: Path, pausing: bool
) -> None:
    session = row_bench.session
    first = session.document.open_project().path
    start(row_bench)
    row_bench.run(lambda: session.row.pausing is pausing and len(session.row.ids) == 1 and (
        pausing or session.recorder.share > 0.3
    ))  # fmt: skip
    session.projects.new(tmp_path / "another.tinylab").result()
    assert not session.row.running
    began = row_bench.clock.now()
    row_bench.run(lambda: row_bench.clock.now() > began + 5)
    assert session.recorder.state is CaptureState.IDLE
    assert session.document.takes == ()
    session.projects.open(first).result()
    assert len(session.document.takes) == (1 if pausing else 2)


def test_undoing_the_last_take_in_the_pause_does_not_disturb_the_row(row_bench: Bench) -> None:
    session = row_bench.session
    start(row_bench)
    row_bench.run(lambda: session.row.pausing and len(session.row.ids) == 2)
    session.document.undo()
    session.row.drop()
    until_over(row_bench)
    assert not session.row.running
    assert len(session.document.takes) == 4
