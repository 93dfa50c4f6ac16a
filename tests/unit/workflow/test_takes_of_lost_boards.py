"""A take whose board vanishes, falls silent or is not read for a while: kept, and marked with the reason."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.bench import Bench

from tinylab.data.takes import TakeWriter
from tinylab.data.verdict import Grade
from tinylab.link.wire import Samples
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.board.opened_board import Sampling

SILENT = "The board has sent no samples for 3 s."


@pytest.mark.parametrize("change", ["rate", "range", "project"])
def test_an_unplugged_board_is_noticed_after_every_change(bench: Bench, tmp_path: Path, change: str) -> None:
    session = bench.session
    bench.connect()
    session.sampling.choose(Sampling(200, 4) if change == "rate" else Sampling(100, 8))
    if change == "project":
        session.projects.new(tmp_path / "another.tinylab").result()
    bench.run(lambda: session.connection.stream.samples > 0 and not session.tasks.running)
    linked = session.connection.linked
    assert linked is not None
    measured = (linked.identity.hello.rate_hz, linked.identity.hello.range_g)
    assert measured == {"rate": (200, 4), "range": (100, 8), "project": (100, 4)}[change]
    bench.begin_take()
    bench.run(lambda: session.recorder.share > 0.3)
    bench.board.unplug()
    assert bench.end_take() < 0.5
    assert session.connection.state is LinkState.LOST
    (take,) = session.document.takes
    assert take.ended == "The port /dev/ttyMINE has vanished."
    assert take.samples >= 0.3 * take.asked


def test_a_take_goes_on_after_the_computer_has_slept(bench: Bench) -> None:
    bench.connect()
    bench.begin_take()
    bench.run(lambda: bench.session.recorder.share > 0.4)
    bench.clock.sleep(2 * 3600.0)
    bench.session.inbox.pump()
    bench.end_take()
    last = bench.session.recorder.last
    assert last is not None
    assert (last.take.samples, last.verdict.grade) == (400, Grade.GOOD)
    assert bench.session.connection.connected


def test_what_a_board_sent_while_the_computer_slept_is_counted_as_lost(bench: Bench) -> None:
    bench.connect()
    bench.begin_take()
    bench.run(lambda: bench.session.recorder.share >= 0.4)
    bench.clock.sleep(2.0, boards_awake=True)
    assert bench.end_take() < 0.6
    last = bench.session.recorder.last
    assert last is not None
    assert (last.take.asked, last.take.lost, last.take.ended) == (400, 200, "")


def test_a_board_that_went_on_for_hours_while_the_computer_slept_ends_the_take(bench: Bench) -> None:
    bench.connect()
    bench.begin_take()
    bench.run(lambda: bench.session.recorder.share >= 0.4)
    bench.clock.sleep(2 * 3600.0, boards_awake=True)
    assert bench.end_take() < 0.3
    last = bench.session.recorder.last
    assert last is not None
    assert "sample number jumped by" in last.take.ended
    assert last.take.samples >= 160


@pytest.mark.parametrize("days", [1, -1])
def test_the_date_of_the_computer_may_change_in_mid_take(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    bench.connect()
    bench.begin_take()
    bench.run(lambda: bench.session.recorder.share > 0.4)
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + days * 86400)
    bench.end_take()
    last = bench.session.recorder.last
    assert last is not None
    assert (last.take.samples, last.verdict.grade) == (400, Grade.GOOD)


def test_a_take_that_has_not_begun_says_why_it_never_did(bench: Bench) -> None:
    bench.connect()
    bench.session.recorder.set_next(replace(bench.session.recorder.next, label="wave", countdown_s=60.0))
    task = bench.session.recorder.record()
    bench.board.stall()
    bench.run(lambda: not task.running)
    assert task.error is not None
    assert task.error.message == f"The take did not begin: {SILENT}"


def test_what_cannot_be_stored_for_a_reason_nobody_foresaw_ends_the_take(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: list[object]
) -> None:
    bench.connect()
    bench.begin_take()
    bench.run(lambda: bench.session.recorder.share > 0.3)

    def fail(*_: object) -> None:
        raise OverflowError("planted in the writer")

    monkeypatch.setattr(TakeWriter, "add", fail)
    assert bench.end_take() < 0.5
    (take,) = bench.session.document.takes
    assert "did not foresee" in take.ended
    assert take.samples >= 120
    assert len(expects_unforeseen) == 1


def test_a_fault_in_the_reader_thread_is_a_loss_with_a_reason_and_the_take_is_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: list[object]
) -> None:
    bench.connect()
    bench.begin_take()
    bench.run(lambda: bench.session.recorder.share > 0.3)
    linked = bench.session.connection.linked
    assert linked is not None

    def fail(_: Samples) -> None:
        raise MemoryError("planted in the stream")

    monkeypatch.setattr(linked.link.stream, "add", fail)
    assert bench.end_take() < 0.5
    (take,) = bench.session.document.takes
    assert "ended for a reason that we did not foresee" in take.ended
    assert take.samples >= 120
    assert len(expects_unforeseen) == 1
    bench.run(lambda: bench.session.connection.connected)
