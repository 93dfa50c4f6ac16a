"""Where a training run can stand: the table of its states."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final


class RunState(Enum):
    """Where the run stands."""

    IDLE = auto()
    PREPARING = auto()
    TRAINING = auto()
    QUANTIZING = auto()
    DONE = auto()
    FAILED = auto()


class RunEvent(Enum):
    """What can happen to it."""

    TRAIN = auto()
    PREPARED = auto()
    TRAINED = auto()
    FINISH = auto()
    FAIL = auto()
    CANCEL = auto()
    SHOW = auto()  # a stored run is shown


_S, _E = RunState, RunEvent
BUSY = (_S.PREPARING, _S.TRAINING, _S.QUANTIZING)
_RESTING = (_S.IDLE, _S.DONE, _S.FAILED)
TABLE: Final = {
    **{(state, _E.TRAIN): _S.PREPARING for state in _RESTING},
    **{(state, _E.SHOW): _S.DONE for state in _RESTING},
    **{(state, _E.FAIL): _S.FAILED for state in BUSY},
    **{(state, _E.CANCEL): _S.IDLE for state in (*BUSY, _S.DONE, _S.FAILED)},
    (_S.PREPARING, _E.PREPARED): _S.TRAINING,
    (_S.TRAINING, _E.TRAINED): _S.QUANTIZING,
    (_S.QUANTIZING, _E.FINISH): _S.DONE,
}
