"""Boards that do something wrong in mid-take, each with what the verdict must say and how much is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from fakes.scripted_board import BLOCK, ScriptedBoard

from tinylab.link import wire
from tinylab.link.framing import encode

FAULT_AT = 150  # samples of the take are there then
WRAP = 2**32


@dataclass(frozen=True)
class InATake:
    """A board that does something in mid-take."""

    name: str
    make: Callable[[], ScriptedBoard]
    verdict: str  # what the verdict on the take says, or a part of it
    samples: int  # of 400 that are kept
    ended: bool = True  # whether the take ended early


def _when(fault: Callable[[ScriptedBoard], None]) -> Callable[[], ScriptedBoard]:
    """A good board to which something happens in mid-take; its take begins with its first sample."""

    def make() -> ScriptedBoard:
        board = ScriptedBoard()
        board.fault = lambda: fault(board)  # type: ignore[attr-defined]
        return board

    return make


def _stall_in_a_frame(board: ScriptedBoard) -> None:
    board.put(encode(board.block(), 1)[:30])
    board.stall()


def _vanish_in_a_frame(board: ScriptedBoard) -> None:
    board.put(encode(board.block(), 1)[:30])
    board.unplug()


def _only(answer: Callable[[ScriptedBoard], None]) -> Callable[[ScriptedBoard], None]:
    """From now on something else is sent for each block."""

    def fault(board: ScriptedBoard) -> None:
        board.send_block = lambda: answer(board)  # type: ignore[method-assign]

    return fault


def _set(**values: int) -> Callable[[ScriptedBoard], None]:
    """From now on something about the stream is otherwise."""

    def fault(board: ScriptedBoard) -> None:
        for name, value in values.items():
            setattr(board, name, getattr(board, name) + value)

    return fault


def _send(**changes: int) -> Callable[[ScriptedBoard], None]:
    """From now on these fields of a block are wrong."""
    return _only(lambda board: board.say(board.block(**changes)))


def _restart(board: ScriptedBoard) -> None:
    """It counts anew and its clock begins again, as after a reset of a board that streams by itself."""
    board.first_us = 5_000_000
    board.started_s, board.number = board.seconds, 0


def _overrun_twice(board: ScriptedBoard) -> None:
    board.overrun(0.52)
    board.at[board.number + 5 * BLOCK] = lambda: board.overrun(0.52)


def _slow(board: ScriptedBoard) -> None:
    """From now on a sample takes ten times as long, by the board's own clock, too."""
    slow = 10
    start_us, number, started = board.first_us + board.number * 10_000, board.number, board.seconds
    board.started_s = started - number * slow / 100
    board.rate_hz = 100 // slow
    board.first_us = start_us - number * slow * 10_000


class Wraps(ScriptedBoard):
    """Its sample number, the wire's 32 bits, begins anew in mid-take, and nothing is wrong."""

    def block(self, **changes: int) -> wire.Samples:
        return super().block(sample_number=(WRAP - FAULT_AT + self.number) % WRAP, **changes)


class ClockWraps(ScriptedBoard):
    """Its clock has 32 bits of µs and begins anew in mid-take."""

    def block(self, **changes: int) -> wire.Samples:
        return super().block(time_us=(WRAP - 10_000 * FAULT_AT + self.number * 10_000) % WRAP, **changes)


class NeverStreams(ScriptedBoard):
    """Says that it streams, and does not."""

    def start(self, message: wire.Start, sequence: int) -> None:
        super().start(message, sequence)
        self.streaming = False


class FarTime(ScriptedBoard):
    """Its clock shows a time from the beginning that no clock can show."""

    def block(self, **changes: int) -> wire.Samples:
        return super().block(time_us=2**63, **changes)


def _flood_of_answers(board: ScriptedBoard) -> None:
    for number in range(200):
        board.say(wire.Ack(3, number))


_SILENT = "The board has sent no samples for 3 s"
IN_A_TAKE = (
    InATake("stall", _when(ScriptedBoard.stall), _SILENT, FAULT_AT),
    InATake("stall in mid-frame", _when(_stall_in_a_frame), _SILENT, FAULT_AT),
    InATake("reset", _when(ScriptedBoard.reset), _SILENT, FAULT_AT),
    InATake("vanish", _when(ScriptedBoard.unplug), "The port /dev/ttyMINE has vanished", FAULT_AT),
    InATake("vanish in mid-frame", _when(_vanish_in_a_frame), "The port /dev/ttyMINE has vanished", FAULT_AT),
    InATake("empty blocks", _when(_send(counts=np.empty((0, 3), np.int16))), _SILENT, FAULT_AT),  # type: ignore[arg-type]
    InATake("zeros only", _when(_only(lambda board: board.put(b"\0" * 90))), _SILENT, FAULT_AT),
    InATake("garbage", _when(_only(lambda board: board.put(b"\xaa" * 90))), _SILENT, FAULT_AT),
    InATake("panic", _when(_only(lambda board: board.put(b"panic at 0x1234\r\n"))), _SILENT, FAULT_AT),
    InATake("answers instead of samples", _when(_only(_flood_of_answers)), _SILENT, FAULT_AT),
    InATake("time of 2^63", _when(_send(time_us=2**63)), "The board's clock jumped", FAULT_AT),
    InATake("time of 2^64", _when(_send(time_us=2**64 - 1)), "The board's clock jumped", FAULT_AT),
    InATake("time back by 100 s", _when(_set(first_us=-100_000_000)), "The board's clock ran backwards", FAULT_AT),
    InATake("time ahead by 100 s", _when(_set(first_us=100_000_000)), "The board's clock jumped", FAULT_AT),
    InATake("number jumps", _when(_send(sample_number=10**6)), "The board's sample number jumped by", FAULT_AT),
    InATake("numbers restart", _when(_restart), "The board began to count its samples anew", FAULT_AT),
    InATake("the same number again and again", _when(_send(sample_number=0)), "count its samples anew", FAULT_AT),
    InATake("overruns", _when(_overrun_twice), "40 samples lost (10.0 %), 40 of them by the sensor", 360, ended=False),
    InATake("its end is lost", _when(_set(number=300)), "250 samples lost (62.5 %)", FAULT_AT, ended=False),
    InATake("overruns of 2^32", _when(_send(overruns=WRAP - 1)), "good", 400, ended=False),
    InATake("a tenth of the rate", _when(_slow), "Hz instead of 100 Hz", 400, ended=False),
    InATake("numbers wrap", Wraps, "good", 400, ended=False),
    InATake("the clock wraps", ClockWraps, "good", 400, ended=False),
)
