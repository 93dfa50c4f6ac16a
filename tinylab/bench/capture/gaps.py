"""Gaps that were made on purpose beside those that a take says it has: how many, where, and how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from tinylab.bench.capture.recording import (
    connect_source,
    expected_gaps,
    fast_board,
    record,
    sample_at,
    session_with_project,
)
from tinylab.bench.capture.scripted_source import ScriptedSource
from tinylab.data.recording import Header
from tinylab.errors import TinyLabError
from tinylab.link.wire import Samples
from tinylab.text import tr
from tinylab.workflow.session import Session

_RATE_HZ: Final = 400
_SPEED: Final = 25.0  # times real time, of the scripted source
_TAKE_S: Final = 60.0
_GAPS: Final = 100
_MOST_MISSING: Final = 200  # samples in one gap
_OVERRUNS: Final = (0.15, 0.3, 0.2, 0.5)  # seconds for which the processor does not look at its sensor
_OVERRUN_TAKE_S: Final = 20.0
_MOST_S = 120.0


def gap_figures(report: Callable[[str], None], take_s: float = _TAKE_S, gaps: int = _GAPS) -> dict[str, Any]:
    """A scripted source that leaves samples out, and a virtual board whose sensor overruns."""
    report(tr("Looking for gaps that were made on purpose"))
    scripted, virtual = _scripted(take_s, gaps), _virtual()
    return {"scripted": scripted, "virtual_board": virtual, "holds": scripted["exact"] and virtual["exact"]}


def _scripted(take_s: float, gaps: int) -> dict[str, Any]:
    random = np.random.default_rng(9)
    numbers = random.choice(round(take_s * _RATE_HZ), gaps, replace=False)
    skips = {int(number): int(random.integers(1, _MOST_MISSING)) for number in numbers}
    source = ScriptedSource(_SPEED, skips)
    with session_with_project() as session:
        connect_source(session, source, _RATE_HZ)
        take = record(session, take_s)
        return _compared(session, take, session.recorder.first_sample, source.left_out)


def _compared(session: Session, take: Header, first: int, missing: list[tuple[int, int]]) -> dict[str, Any]:
    wanted = expected_gaps(first, take.samples, missing)
    samples = session.document.open_project().samples
    found = [(gap.at, gap.missing) for gap in samples.gaps(take.id)]
    return {
        "injected": len(wanted),
        "found": len(set(found) & set(wanted)),
        "invented": len(set(found) - set(wanted)),
        "samples_missing": take.lost,
        "exact": bool(wanted) and found == wanted,
    }


def _virtual() -> dict[str, Any]:
    """The sensor's own FIFO overruns; what is missing is known from the numbers on the wire."""
    with session_with_project() as session, fast_board(session, 0.002) as control:
        sample_at(session, _RATE_HZ)
        linked = session.connection.linked
        assert linked is not None
        blocks: list[Samples] = []
        linked.link.on_samples.append(blocks.append)
        recorder = session.recorder
        recorder.set_next(replace(recorder.next, label="swing", seconds=_OVERRUN_TAKE_S, countdown_s=0.0, sound=False))
        task = recorder.record()
        for number, seconds in enumerate(_OVERRUNS, start=1):
            share = number / (len(_OVERRUNS) + 1)
            if not session.inbox.wait(lambda wanted=share: recorder.share >= wanted, _MOST_S):  # type: ignore[misc]
                raise TinyLabError(tr("The virtual board did not stream."), hint=tr("Try again on a quieter machine."))
            assert recorder.writer is not None
            first = recorder.writer.sequence.first  # where a motion is played the take begins with it
            control.overrun(seconds)
        take = task.result(_MOST_S)
        figures = _compared(session, take, first, _missing(blocks))
        all_by_sensor = take.overruns == take.lost
        return {**figures, "exact": figures["exact"] and figures["injected"] == len(_OVERRUNS) and all_by_sensor}


def _missing(blocks: list[Samples]) -> list[tuple[int, int]]:
    """(number, count) of what is missing between blocks that follow each other."""
    ends = [block.sample_number + len(block.counts) for block in blocks]
    starts = [block.sample_number for block in blocks[1:]]
    return [(end, start - end) for end, start in zip(ends, starts, strict=False) if start > end]
