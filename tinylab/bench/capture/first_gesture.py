"""From two labels without takes to a board that knows them: what the script itself takes, and what the machine does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from tinylab.bench.capture.recording import session_with_project
from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.session import Session

LABEL: Final = "swish"
SCRIPT_BOUND_S, WORK_BOUND_S = 32.0, 28.0
_MOST_S = 300.0


class ScriptCount:
    """Adds up what a user waits for while takes are recorded, as the script plans it: the board is in virtual time."""

    def __init__(self, session: Session) -> None:
        self.countdowns_s = self.pauses_s = self.takes_s = 0.0
        self._session, self._before = session, CaptureState.IDLE
        session.recorder.table.changed.subscribe(lambda _: self._follow())

    def _follow(self) -> None:
        recorder, row = self._session.recorder, self._session.row
        before, self._before = self._before, recorder.state
        if recorder.state is CaptureState.COUNTDOWN and before is not CaptureState.COUNTDOWN:
            if row.ids:
                self.pauses_s += recorder.next.pause_s
            else:
                self.countdowns_s += recorder.next.countdown_s

    def figures(self) -> dict[str, float]:
        """Seconds of each, and of all together."""
        takes_s = sum(take.samples / take.rate_asked_hz for take in self._session.document.takes)
        parts = {"takes_s": takes_s, "countdowns_s": self.countdowns_s, "pauses_s": self.pauses_s}
        return {name: round(value, 2) for name, value in {**parts, "script_s": sum(parts.values())}.items()}


def first_gesture_figures(report: Callable[[str], None]) -> dict[str, Any]:
    """A row of the takes that are offered for each of two labels, then training, build and flash, as offered, too."""
    report(tr("Recording two labels, training, building and flashing"))
    with session_with_project() as session:
        session.warm_up()  # as at the start of the window
        session.boards.connect_virtual().result(_MOST_S)
        session.recorder.set_next(NextTake(sound=False))
        session.recorder.add_label(LABEL)
        count = ScriptCount(session)
        for label in session.document.labels:
            record_row(session, label)
        script = count.figures()
        began = time.monotonic()
        run = session.trainer.train().result(_MOST_S)
        trained = time.monotonic()
        deployed = session.deployer.flash().result(_MOST_S)
        work_s = time.monotonic() - began
    return {
        **script,
        "takes": len(session.document.labels) * NextTake().takes,
        "train_s": round(trained - began, 2),
        "deploy_s": {name: round(seconds, 2) for name, seconds in deployed.seconds.items()},
        "train_build_flash_s": round(work_s, 2),
        "accuracy": round(run.int8.accuracy, 4),
        "holds": script["script_s"] <= SCRIPT_BOUND_S and work_s <= WORK_BOUND_S,
    }


def record_row(session: Session, label: str) -> None:
    """What one press records; raises TinyLabError where it does not end."""
    session.recorder.choose_label(label)
    session.row.start()
    if not session.inbox.wait(lambda: not session.row.running, _MOST_S):
        raise TinyLabError(tr("The row of takes did not end."), hint=tr("Try again on a quieter machine."))
