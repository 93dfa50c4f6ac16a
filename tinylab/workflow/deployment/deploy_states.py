"""Where a deployment and its five steps can stand: the table of its states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tinylab.workflow.deployment.deploy_job import DeployStep


class DeployState(Enum):
    """Where the deployment stands."""

    IDLE = auto()
    CHECKING = auto()
    BUILDING = auto()
    TRYING = auto()
    FLASHING = auto()
    PROVING = auto()
    BUILT = auto()  # built and tried, no board was touched
    PROVEN = auto()
    FAILED = auto()


class DeployEvent(Enum):
    """What can happen to it."""

    START = auto()
    CHECKED = auto()
    BUILT = auto()
    TRIED = auto()
    FLASHED = auto()
    FINISH = auto()
    FAIL = auto()
    CANCEL = auto()
    FORGET = auto()  # another project was opened


_S, _E = DeployState, DeployEvent
BUSY: Final = (_S.CHECKING, _S.BUILDING, _S.TRYING, _S.FLASHING, _S.PROVING)
_RESTING: Final = (_S.IDLE, _S.BUILT, _S.PROVEN, _S.FAILED)
TABLE: Final = {
    **{(state, _E.START): _S.CHECKING for state in _RESTING},
    **{(state, _E.FORGET): _S.IDLE for state in _RESTING},
    **{(state, _E.FAIL): _S.FAILED for state in BUSY},
    **{(state, _E.CANCEL): _S.IDLE for state in BUSY},
    (_S.CHECKING, _E.CHECKED): _S.BUILDING,
    (_S.BUILDING, _E.BUILT): _S.TRYING,
    (_S.TRYING, _E.TRIED): _S.FLASHING,
    (_S.FLASHING, _E.FLASHED): _S.PROVING,
    (_S.FLASHING, _E.FINISH): _S.BUILT,
    (_S.PROVING, _E.FINISH): _S.PROVEN,
}
AFTER: Final = {
    DeployStep.CHECK: _E.CHECKED,
    DeployStep.BUILD: _E.BUILT,
    DeployStep.TRY: _E.TRIED,
    DeployStep.FLASH: _E.FLASHED,
}


class DeployStepState(Enum):
    """Where one step stands."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    SKIPPED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class DeployStepStatus:
    """A step's state and a short text about it."""

    state: DeployStepState = DeployStepState.WAITING
    text: str = ""


FRESH: Final = dict.fromkeys(DeployStep, DeployStepStatus())
