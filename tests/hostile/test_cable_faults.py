"""Faults of the virtual board in mid-take: all twenty by script, and on the real emulator as a trial."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cable_faults import FAULTS, Fault
from fakes.bench import TAKE, Bench, bench_in
from fakes.scripted_board import ScriptedBoard
from fakes.sessions import connect, pump
from trials import one_by_one, run_trial

from tinylab.boards.catalog import boards
from tinylab.boards.discovery import virtual_port
from tinylab.data.recording import Header
from tinylab.data.verdict import Grade, judge
from tinylab.virtualboard.service.client import VirtualBoardProcess, start_virtual_board
from tinylab.workflow.board.virtual import base_image
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.session import Session

FAULT_AT = 150  # samples are there then
MOST_S = 5.0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A session in a time of its own."""
    with bench_in(tmp_path) as made:
        yield made


def what_is_wrong(fault: Fault, take: Header) -> str:
    """Why a take is not what should become of one with this fault."""
    if fault.verdict not in str(judge(take)):
        return f"the verdict is “{judge(take)}”"
    if bool(take.ended) != fault.ends or take.samples + take.lost != take.asked:
        return f"{take.samples} stored, {take.lost} lost, {take.asked} asked, ended “{take.ended}”"
    return ""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_the_cable_in_mid_take_is_told_and_the_next_take_works(bench: Bench, fault: Fault) -> None:
    board = bench.board
    bench.connect()
    bench.begin_take()
    at = board.number + FAULT_AT
    board.at[at] = lambda: fault.happen(board)
    bench.run(lambda: at not in board.at)
    passed = bench.end_take()
    assert passed <= MOST_S or not fault.ends
    last = bench.session.recorder.last
    assert last is not None
    assert what_is_wrong(fault, last.take) == ""
    assert last.take.samples >= FAULT_AT
    if fault.then == "plug":
        board.plug()
    if fault.then == "new":
        bench.use(ScriptedBoard())  # plugged into the same port
    bench.run(lambda: bench.session.connection.connected and bench.session.connection.stream.samples > 0)
    bench.begin_take()
    bench.end_take()
    assert bench.session.recorder.last is not None
    assert (bench.session.recorder.last.take.samples, bench.session.recorder.last.verdict.grade) == (400, Grade.GOOD)
    assert len(bench.session.document.takes) == 2


# --- the same on the emulator ---------------------------------------------------------------------------


class RealBoard:
    """The control channel, in the words of `FaultyBoard`."""

    def __init__(self, process: VirtualBoardProcess, image: Path) -> None:
        self._process, self._image = process, image
        control = process.control
        self.unplug, self.plug, self.reset, self.stall = control.unplug, control.plug, control.reset, control.stall
        self.lose_bytes, self.flip_bits, self.overrun = control.lose_bytes, control.flip_bits, control.overrun
        self.shutdown = control.shutdown

    def power_cut(self) -> None:
        self._process.control.power_cut_next_flash()
        (self._process.board.drive / "firmware.hex").write_bytes(self._image.read_bytes())


def record(session: Session, take: NextTake) -> Header:
    """Record a take to its end."""
    session.recorder.set_next(take)
    return session.recorder.record().result(60)


def attempt_in(folder: Path, number: int) -> str:
    """Let a fault happen to a board in real time; returns what is wrong with what became of it."""
    fault, image = FAULTS[number], base_image(boards()[0])
    session = Session()
    session.projects.new(folder / f"{number}.tinylab").result()
    try:
        with start_virtual_board("Anna", image) as process:
            connect(session, virtual_port(process.board))
            session.recorder.set_next(TAKE)
            task = session.recorder.record()
            pump(session, lambda: session.recorder.share > 0.1)
            fault.happen(RealBoard(process, image))
            pump(session, lambda: session.recorder.state is CaptureState.IDLE)
            wrong = what_is_wrong(fault, task.result(1))
            if fault.then == "plug":
                process.control.plug()
            if fault.then != "new":
                pump(session, lambda: session.connection.connected and session.connection.stream.samples > 0)
                return wrong or _wrong_with_the_next(session)
        session.connection.disconnect()
        with start_virtual_board("Bert", image) as process:
            connect(session, virtual_port(process.board))
            return wrong or _wrong_with_the_next(session)
    finally:
        session.close()


def _wrong_with_the_next(session: Session) -> str:
    following = record(session, NextTake("wave", "Anna", seconds=0.5, countdown_s=0.0))
    return "" if (following.samples, following.lost) == (50, 0) else f"the next take is “{judge(following)}”"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.timeout(900)
def test_the_virtual_boards_faults_do_the_same_on_the_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))
    attempts = one_by_one(lambda number: attempt_in(tmp_path, number))
    run_trial("faults of the virtual board in mid-take", count=len(FAULTS), seed=2, attempts=attempts)
