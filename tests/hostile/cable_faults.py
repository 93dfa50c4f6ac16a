"""Twenty things that go wrong with a virtual board in mid-take, in commands that every board of the tests knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class FaultyBoard(Protocol):
    """Faults on command: the virtual board's control channel has them, and so has the scripted board."""

    def unplug(self) -> None: ...
    def plug(self) -> None: ...
    def reset(self) -> None: ...
    def stall(self, seconds: float) -> None: ...
    def lose_bytes(self, count: int) -> None: ...
    def flip_bits(self, count: int) -> None: ...
    def overrun(self, seconds: float) -> None: ...
    def power_cut(self) -> None: ...
    def shutdown(self) -> None: ...


@dataclass(frozen=True)
class Fault:
    """What happens, and what becomes of the take."""

    name: str
    happen: Callable[[FaultyBoard], None]
    verdict: str  # a part of what the verdict says
    ends: bool = False  # whether the take ends early
    then: str = ""  # what must be done before the next take: "plug" it in, or take a "new" board


def _in_order(*happen: Callable[[FaultyBoard], None]) -> Callable[[FaultyBoard], None]:
    def all_of(board: FaultyBoard) -> None:
        for each in happen:
            each(board)

    return all_of


def _stall(seconds: float) -> Callable[[FaultyBoard], None]:
    return lambda board: board.stall(seconds)


def _lose(count: int) -> Callable[[FaultyBoard], None]:
    return lambda board: board.lose_bytes(count)


def _flip(count: int) -> Callable[[FaultyBoard], None]:
    return lambda board: board.flip_bits(count)


def _overrun(seconds: float) -> Callable[[FaultyBoard], None]:
    return lambda board: board.overrun(seconds)


def _unplug(board: FaultyBoard) -> None:
    board.unplug()


def _plug(board: FaultyBoard) -> None:
    board.plug()


def _reset(board: FaultyBoard) -> None:
    board.reset()


_VANISHED, _SILENT, _LOST = "has vanished", "has sent no samples for 3 s", "samples lost"
FAULTS = (
    Fault("unplugged", _unplug, _VANISHED, ends=True, then="plug"),
    Fault("unplugged and plugged in at once", _in_order(_unplug, _plug), _VANISHED, ends=True),
    Fault("unplugged twice", _in_order(_unplug, _plug, _unplug), _VANISHED, ends=True, then="plug"),
    Fault("a reset", _reset, _SILENT, ends=True),
    Fault("two resets", _in_order(_reset, _reset), _SILENT, ends=True),
    Fault("a reset while the port is stalled", _in_order(_stall(1.0), _reset), _SILENT, ends=True),
    Fault("a stall of 0.5 s", _stall(0.5), "good"),
    Fault("a stall of 2 s", _stall(2.0), "good"),
    Fault("a stall of 6 s", _stall(6.0), _SILENT, ends=True),
    Fault("a stall in mid-frame", _in_order(_lose(20), _stall(6.0)), _SILENT, ends=True),
    Fault("one byte lost", _lose(1), _LOST),
    Fault("200 bytes lost", _lose(200), _LOST),
    Fault("600 bytes lost", _lose(600), _LOST),
    Fault("one bit flipped", _flip(1), _LOST),
    Fault("100 bits flipped", _flip(100), _LOST),
    Fault("600 bits flipped", _flip(600), _LOST),
    Fault("an overrun of 2 s", _overrun(2.0), "of them by the sensor"),
    Fault("all at once", _in_order(_lose(50), _flip(50), _overrun(1.0)), _LOST),
    Fault("a power cut while it is flashed", lambda board: board.power_cut(), _VANISHED, ends=True, then="new"),
    Fault("its process ends", lambda board: board.shutdown(), _VANISHED, ends=True, then="new"),
)
