"""A verdict on every recording: good, usable with remarks, or record again, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from tinylab.data.recording import Header
from tinylab.data.samples import Gap
from tinylab.text import ntr, percent, tr


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
_JITTER_SHARE = 0.25  # of the time between two samples
_SHORTEST_S, _FEWEST = 0.2, 10


def judge(
    take: Header, *, gaps: Sequence[Gap] = (), usual_rate_hz: float = 0.0, content: Sequence[str] = ()
) -> Verdict:
    """The verdict on one take, from its own figures alone; the samples are not read.

    Who knows more may say it: where samples are missing, at which rate the project's other takes were recorded (in
    Hz, 0: unknown), and what is odd about the content (sentences without an end).
    """
    serious = [*_losses(take, gaps, serious=True), *_content_of_nothing(take)]
    remarks = [*_losses(take, gaps, serious=False), *_clock(take, usual_rate_hz), *content]
    if take.ended:
        serious.append(take.ended.rstrip("."))
    if take.clipped:
        heavy = take.clipped / max(take.samples, 1) > _CLIP_AGAIN_SHARE
        (serious if heavy else remarks).append(
            tr("{clipped} samples clipped at ±{range_g:g} g", clipped=take.clipped, range_g=take.range_g)
        )
    if serious:
        return Verdict(Grade.AGAIN, (*serious, *remarks))
    return Verdict(Grade.REMARKS if remarks else Grade.GOOD, tuple(remarks))


def _losses(take: Header, gaps: Sequence[Gap], *, serious: bool) -> Iterator[str]:
    share = take.lost / max(take.samples + take.lost, 1)
    if share <= _REMARK_SHARE or serious is not (share > _AGAIN_SHARE):
        return
    by_sensor = tr(", {overruns} of them by the sensor", overruns=take.overruns) if take.overruns else ""
    text = tr("{lost} samples lost ({share}){by_sensor}", lost=take.lost, share=percent(share), by_sensor=by_sensor)
    if gaps:
        longest = max(gap.missing for gap in gaps) / take.rate_hz
        count = ntr("{count} gap", "{count} gaps", len(gaps))
        text += tr(" in {gaps}, the longest {longest:.2f} s", gaps=count, longest=longest)
    yield text


def _clock(take: Header, usual_rate_hz: float) -> Iterator[str]:
    asked = take.rate_asked_hz
    if asked and abs(take.rate_hz / asked - 1) > _RATE_TOLERANCE:
        yield tr("{rate_hz:.1f} Hz instead of {rate_asked_hz:g} Hz", rate_hz=take.rate_hz, rate_asked_hz=asked)
    if usual_rate_hz and abs(take.rate_hz / usual_rate_hz - 1) > _RATE_TOLERANCE:
        yield tr("{rate:.1f} Hz, the other takes have {usual:.1f} Hz", rate=take.rate_hz, usual=usual_rate_hz)
    if take.jitter_us * take.rate_hz > _JITTER_SHARE * 1e6:
        yield tr("the time between samples varies by {jitter:.1f} ms", jitter=take.jitter_us / 1000)


def _content_of_nothing(take: Header) -> Iterator[str]:
    if take.flat:
        yield tr("the signal never changes: is the sensor alive?")
    if take.samples < _FEWEST or take.seconds < _SHORTEST_S:
        yield tr("too short: {seconds:.2f} s", seconds=take.seconds)
