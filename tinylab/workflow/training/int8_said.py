"""What must be said of an int8 network beside its float network: how it was made, and what it loses."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.metrics import Metrics
from tinylab.text import percent, tr

MANY_WINDOWS: Final = 1000  # from where a share is looked at; below, windows are counted
MAY_LOSE: Final = 0.01  # of so many windows


def way_notes(way: str) -> tuple[str, ...]:
    """How the int8 network was made, where the converter alone lost too much on the windows that were learned."""
    said = {
        "usual": tr(
            "The int8 network makes no room for the strongest few windows: with them it lost too much of what was "
            "learned."
        ),
        "aware": tr(
            "The int8 network was trained on, knowing its rounding: the plain conversion lost too much of what was "
            "learned."
        ),
    }
    return (said[way],) if way in said else ()


def lost_by_int8(float32: Metrics, int8: Metrics) -> str:
    """A sentence where the int8 network loses more than it may of the tested windows, else nothing."""
    windows = int8.windows
    lost = round((float32.accuracy - int8.accuracy) * windows)
    if lost <= (MAY_LOSE * windows if windows >= MANY_WINDOWS else 1):
        return ""
    return tr(
        "As int8, as it runs on a board, the network gives away {lost} of {windows} windows: {share} are right, as "
        "float32 {share32}. Look for takes that are much stronger than the others, or train again with another width.",
        lost=lost,
        windows=windows,
        share=percent(int8.accuracy),
        share32=percent(float32.accuracy),
    )
