"""The measured rate of takes beside the emulated sensor's true one, also where its clock is far off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from tinylab.bench.capture.recording import fast_board, record, sample_at, session_with_project
from tinylab.data.verdict import judge
from tinylab.text import percent, tr
from tinylab.workflow.session import Session

RATES_HZ: Final = (25, 50, 100, 200, 400)
CLOCKS_OFF: Final = (0.002, 0.08)  # as a fraction of the nominal rate
LONG_S, SHORT_S = 30.0, 2.0
_LONG_BOUND, _SHORT_BOUND = 0.001, 0.01


def rate_figures(
    report: Callable[[str], None],
    rates_hz: Sequence[int] = RATES_HZ,
    clocks_off: Sequence[float] = CLOCKS_OFF,
    long_s: float = LONG_S,
) -> dict[str, Any]:
    """A take of `long_s` and one of 2 s at each rate, on a board for each clock."""
    takes = []
    for off in clocks_off:
        with session_with_project() as session, fast_board(session, off):
            for rate_hz in rates_hz:
                report(tr("Recording at {rate} Hz, the sensor's clock off by {off}", rate=rate_hz, off=percent(off)))
                takes.append(_at(session, rate_hz, off, long_s))
    return {"takes": takes, "holds": all(each["holds"] for each in takes)}


def _at(session: Session, rate_hz: int, off: float, long_s: float) -> dict[str, Any]:
    sample_at(session, rate_hz)
    true_hz = rate_hz * (1 + off)
    long, short = record(session, long_s), record(session, SHORT_S)
    apart, apart_short = (take.rate_hz / true_hz - 1 for take in (long, short))
    lost = long.lost + short.lost
    return {
        "asked_hz": rate_hz,
        "clock_off": off,
        "true_hz": round(true_hz, 4),
        "measured_hz": round(long.rate_hz, 4),
        "off_ppm": round(apart * 1e6, 1),
        "off_ppm_of_2_s": round(apart_short * 1e6, 1),
        "lost": lost,
        "verdict": str(judge(long)),
        "holds": abs(apart) <= _LONG_BOUND and abs(apart_short) <= _SHORT_BOUND and not lost,
    }
