"""A verdict on every recording: good, usable with remarks, or record again, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from tinylab.data.recording import Recording


class Grade(Enum):
    """How far a recording can be trusted."""

    GOOD = "good"
    REMARKS = "usable with remarks"
    AGAIN = "record again"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade and its reasons, in words."""

    grade: Grade
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.grade.value}: {', '.join(self.reasons)}" if self.reasons else self.grade.value


# (share of samples lost, overrun or clipped) above which a take is worth a remark, or not worth keeping
_REMARK_SHARE = 0.0
_AGAIN_SHARE = 0.02
_CLIP_AGAIN_SHARE = 0.20
_RATE_TOLERANCE = 0.05


def judge(recording: Recording) -> Verdict:
    """The verdict on one recording, from its own numbers alone."""
    remarks: list[str] = []
    serious: list[str] = []
    missing = recording.lost + recording.overruns
    share = missing / (recording.samples + missing)
    if share > _REMARK_SHARE:
        (serious if share > _AGAIN_SHARE else remarks).append(f"{missing} samples lost ({share:.1%})")
    clipped = recording.clipped
    if clipped:
        heavy = clipped / recording.samples > _CLIP_AGAIN_SHARE
        (serious if heavy else remarks).append(f"{clipped} samples clipped at ±{recording.range_g:g} g")
    if recording.rate_asked_hz and abs(recording.rate_hz / recording.rate_asked_hz - 1) > _RATE_TOLERANCE:
        remarks.append(f"{recording.rate_hz:.1f} Hz instead of {recording.rate_asked_hz:g} Hz")
    if recording.samples > 10 and not np.any(np.ptp(recording.counts, axis=0)):
        serious.append("the signal never changes: is the sensor alive?")
    if serious:
        return Verdict(Grade.AGAIN, (*serious, *remarks))
    return Verdict(Grade.REMARKS if remarks else Grade.GOOD, tuple(remarks))
