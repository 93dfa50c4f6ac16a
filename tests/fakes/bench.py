"""A session with scripted boards on its ports, in a time that the test moves."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from fakes.scripted_board import BoardClock, ScriptedBoard
from tinylab.boards.discovery import BoardPort
from tinylab.link.link import Link
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.session import Session

_STEP_S = 0.05
_PUMP_S = 0.2  # of the board's time between two pumps of a command that waits
_MOST_S = 120.0  # of the board's time
TAKE = NextTake("wave", "Anna", seconds=4.0, countdown_s=0.0)


class Bench:
    """Moves the time of a session and of its boards."""

    def __init__(self, session: Session, board: ScriptedBoard) -> None:
        self.session, self.board = session, board
        self.clock = BoardClock()
        session.inbox.now = self.clock.now
        connection = session.connection
        connection.clock, connection.open_link = self.clock, self._open
        connection.ports = self._ports  # type: ignore[method-assign]
        self.use(board)

    def use(self, board: ScriptedBoard) -> None:
        """Put another board in the place of the one that is there."""
        self.board = board
        self.clock.boards.append(board)
        board.pass_time(self.clock.now())

    def _open(self, port: BoardPort) -> Link:
        assert port == self.board.port
        return self.board.open(self.clock)

    def _ports(self) -> list[BoardPort]:
        return [self.board.port] if self.board.plugged else []

    def step(self, seconds: float = _STEP_S) -> None:
        """Let a little time pass; what runs in a thread moves the time itself as it waits."""
        if self.session.tasks.running:
            assert self.session.inbox.wait(lambda: not self.session.tasks.running, 60)
        else:
            self.clock.advance(seconds)
            self.session.inbox.pump()

    def move_as_it_is_pumped(self) -> None:
        """From now on time moves at each pump, as for a command that waits for its task."""
        self.session.inbox.now = self._now_after_a_step

    def _now_after_a_step(self) -> float:
        if not self.session.tasks.running:
            self.clock.advance(_PUMP_S)
        return self.clock.now()

    def run(self, until: Callable[[], bool], most_s: float = _MOST_S) -> float:
        """Let time pass until something holds; returns how much passed, fails where it takes too long."""
        began = self.clock.now()
        while not until():
            assert self.clock.now() - began < most_s, f"it never came true; {self.session.notices.shown}"
            self.step()
        return self.clock.now() - began

    def connect(self) -> float:
        """Connect the board, or have that fail; returns how long it took."""
        began = self.clock.now()
        task = self.session.connection.connect(self.board.port)
        self.run(lambda: not task.running)
        return self.clock.now() - began

    def begin_take(self, take: NextTake = TAKE) -> None:
        """Begin to record."""
        self.session.recorder.set_next(take)
        self.session.recorder.record()
        self.run(lambda: self.session.recorder.state is not CaptureState.COUNTDOWN)

    def end_take(self, most_s: float = _MOST_S) -> float:
        """Wait for the end of the take; returns how long that took."""
        return self.run(lambda: self.session.recorder.state is CaptureState.IDLE, most_s)


@contextlib.contextmanager
def bench_in(folder: Path) -> Iterator[Bench]:
    """A bench with a good board and a new project in `folder`."""
    session = Session()
    session.projects.new(folder / "bench.tinylab").result()
    try:
        yield Bench(session, ScriptedBoard())
    finally:
        session.close()
