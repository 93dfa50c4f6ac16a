"""What the ring over the signal says at each moment of a take."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtGui import QColor

from tinylab.text import tr
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.ring import RingState
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Start
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.capture.take_row import TakeRow

_GO_S = 0.7  # of a take; after that the ring would hide the movement


def ring_state(recorder: Recorder, row: TakeRow, labels: Sequence[str]) -> RingState | None:
    """What the ring shows now; nothing while nothing is recorded, and in the middle of a long take."""
    wanted = recorder.next
    colour = class_colour(labels.index(wanted.label)) if wanted.label in labels and not wanted.unlabelled else None
    if recorder.state is CaptureState.COUNTDOWN:
        left = recorder.countdown_left_s
        whole = wanted.pause_s if row.pausing else wanted.countdown_s
        below = tr("take {n} of {all}", n=len(row.ids) + 1, all=row.asked) if row.in_row else ""
        return RingState(str(max(1, math.ceil(left - 1e-6))), below, left / whole if whole > 0 else 0.0, colour)
    if recorder.state is CaptureState.WAITING:
        by_motion = wanted.start is Start.MOTION
        return RingState(tr("Ready"), tr("move to start") if by_motion else tr("press the button"), 1.0, colour)
    if recorder.state is CaptureState.RECORDING and recorder.writer is not None:
        return _going(recorder, colour)
    return None


def _going(recorder: Recorder, colour: QColor | None) -> RingState | None:
    writer = recorder.writer
    assert writer is not None
    rate_hz = writer.header.rate_asked_hz or writer.header.rate_hz
    passed = writer.span / rate_hz
    if passed > _GO_S:
        return None
    whole = recorder.next.whole_s
    below = tr("{left:.1f} s left", left=max(0.0, whole - passed)) if whole else tr("until you stop")
    return RingState(tr("GO"), below, 1.0 - (passed / whole if whole else 0.0), colour)
