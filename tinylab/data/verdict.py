"""A verdict on every recording: good, usable with remarks, or record again, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tinylab.data.recording import Header
from tinylab.text import percent, tr


class Grade(Enum):
    """How far a recording can be trusted."""

    GOOD = "good"
    REMARKS = "usable with remarks"
    AGAIN = "record again"


_GRADES = {Grade.GOOD: tr("good"), Grade.REMARKS: tr("usable with remarks"), Grade.AGAIN: tr("record again")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade and its reasons; as text, a sentence."""

    grade: Grade
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        grade = _GRADES[self.grade]
        return f"{grade}: {', '.join(self.reasons)}" if self.reasons else grade


# (share of samples lost, overrun or clipped) above which a take is worth a remark, or not worth keeping
_REMARK_SHARE = 0.0
_AGAIN_SHARE = 0.02
_CLIP_AGAIN_SHARE = 0.20
_RATE_TOLERANCE = 0.05


def judge(take: Header) -> Verdict:
    """The verdict on one take, from its own figures alone; the samples are not read."""
    remarks: list[str] = []
    serious: list[str] = []
    share = take.lost / max(take.samples + take.lost, 1)
    if share > _REMARK_SHARE:
        by_sensor = tr(", {overruns} of them by the sensor", overruns=take.overruns) if take.overruns else ""
        (serious if share > _AGAIN_SHARE else remarks).append(
            tr("{lost} samples lost ({share}){by_sensor}", lost=take.lost, share=percent(share), by_sensor=by_sensor)
        )
    if take.ended:
        serious.append(take.ended.rstrip("."))
    if take.clipped:
        heavy = take.clipped / max(take.samples, 1) > _CLIP_AGAIN_SHARE
        (serious if heavy else remarks).append(
            tr("{clipped} samples clipped at ±{range_g:g} g", clipped=take.clipped, range_g=take.range_g)
        )
    if take.rate_asked_hz and abs(take.rate_hz / take.rate_asked_hz - 1) > _RATE_TOLERANCE:
        remarks.append(
            tr(
                "{rate_hz:.1f} Hz instead of {rate_asked_hz:g} Hz",
                rate_hz=take.rate_hz,
                rate_asked_hz=take.rate_asked_hz,
            )
        )
    if take.flat:
        serious.append(tr("the signal never changes: is the sensor alive?"))
    if serious:
        return Verdict(Grade.AGAIN, (*serious, *remarks))
    return Verdict(Grade.REMARKS if remarks else Grade.GOOD, tuple(remarks))
