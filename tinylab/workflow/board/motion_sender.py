"""Speaks to a virtual board's control channel in a thread of its own, so that nobody waits for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tinylab.errors import BoardError, CancelledError, TinyLabError
from tinylab.log.faults import unforeseen
from tinylab.text import tr
from tinylab.virtualboard.service.client import Control
from tinylab.virtualboard.service.registry import RunningBoard

_JOIN_S = 15.0  # longer than a call of the control channel can take


@dataclass(frozen=True, slots=True)
class Command:
    """What a board is asked to do, and who hears of it, in the sender's thread."""

    board: RunningBoard
    act: Callable[[Control], object]
    done: Callable[[object], None] = lambda _: None  # with what `act` returned
    failed: Callable[[TinyLabError], None] = lambda _: None  # CancelledError where a newer one took its place


class MotionSender:
    """One thread with one connection. While a command is carried out, of those that wait only the newest is kept."""

    def __init__(self, connect: Callable[[RunningBoard], Control] = Control) -> None:
        self._connect = connect
        self._wake = threading.Condition()
        self._next: Command | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._control: tuple[RunningBoard, Control] | None = None

    def send(self, command: Command) -> None:
        """Have it done soon; returns at once."""
        with self._wake:
            if self._closed:
                return
            replaced, self._next = self._next, command
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="simulated motion", daemon=True)
                self._thread.start()
            self._wake.notify()
        if replaced is not None:
            replaced.failed(CancelledError(tr("Another motion took its place.")))

    def close(self) -> None:
        """End the thread, also where a board does not answer; may be called twice."""
        with self._wake:
            self._closed = True
            self._wake.notify()
            control, thread = self._control, self._thread
        if control is not None:
            control[1].abort()
        if thread is not None:
            thread.join(_JOIN_S)

    def _run(self) -> None:
        while (command := self._take()) is not None:
            try:
                answer = command.act(self._control_of(command.board))
            except TinyLabError as error:
                command.failed(error)
            except Exception:  # noqa: BLE001 - the thread goes on, the log says where
                unforeseen("moving the virtual board")
                command.failed(BoardError(tr("The virtual board could not be moved."), hint=tr("Start it again.")))
            else:
                command.done(answer)
        self._hang_up()

    def _take(self) -> Command | None:
        """The newest command, once there is one; None where the sender is closed."""
        with self._wake:
            self._wake.wait_for(lambda: self._closed or self._next is not None)
            command, self._next = self._next, None
            return None if self._closed else command

    def _control_of(self, board: RunningBoard) -> Control:
        if self._control is None or self._control[0] != board:
            self._hang_up()
            with self._wake:
                self._control = (board, self._connect(board))
        return self._control[1]

    def _hang_up(self) -> None:
        with self._wake:
            control, self._control = self._control, None
        if control is not None:
            with contextlib.suppress(TinyLabError):
                control[1].close()
