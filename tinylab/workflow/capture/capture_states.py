"""Where the recording of a take can stand: the table of its states."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final


class CaptureState(Enum):
    """Where the take stands."""

    IDLE = auto()
    COUNTDOWN = auto()
    WAITING = auto()  # for motion, or for the board's button
    RECORDING = auto()


class CaptureEvent(Enum):
    """What can happen to it."""

    RECORD = auto()
    WAIT = auto()
    BEGIN = auto()
    FINISH = auto()
    CANCEL = auto()


_S, _E = CaptureState, CaptureEvent
TABLE: Final = {
    (_S.IDLE, _E.RECORD): _S.COUNTDOWN,
    (_S.COUNTDOWN, _E.WAIT): _S.WAITING,
    (_S.COUNTDOWN, _E.BEGIN): _S.RECORDING,
    (_S.WAITING, _E.BEGIN): _S.RECORDING,
    (_S.RECORDING, _E.FINISH): _S.IDLE,
    (_S.WAITING, _E.FINISH): _S.IDLE,
    (_S.COUNTDOWN, _E.CANCEL): _S.IDLE,
    (_S.WAITING, _E.CANCEL): _S.IDLE,
    (_S.RECORDING, _E.CANCEL): _S.IDLE,
}
