"""From what was asked for to the header of the take that will be recorded, and to where in the stream it begins."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.data.frames import RAW
from tinylab.data.recording import Header
from tinylab.dsp.motion_level import suggested_threshold
from tinylab.errors import DataError
from tinylab.link import wire
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.opened_board import Linked
from tinylab.workflow.capture.next_take import NextTake, Start
from tinylab.workflow.capture.take_start import ButtonStart, MotionStart, TakeStart

_LOOKED_AT_S = 10.0


def planned_take(wanted: NextTake, linked: Linked, session: str) -> Header:
    """What is known of a take before its first sample."""
    hello = linked.identity.hello
    return Header(
        label=wanted.label_of_take,
        subject=wanted.subject,
        rate_hz=hello.rate_hz,
        g_per_count=linked.g_per_count,
        samples=0,
        range_g=hello.range_g,
        rate_asked_hz=hello.rate_hz,
        asked=0 if wanted.free else max(1, round(wanted.whole_s * hello.rate_hz)),
        frame=RAW,
        session=session,
        board=linked.port.name,
        sensor=linked.board.sensor.name,
        source="board",
    )


def check_start(wanted: NextTake, connection: Connection) -> None:
    """Raise DataError where the board cannot begin a take like this."""
    linked = connection.linked
    if wanted.start is Start.BUTTON and linked and not linked.identity.hello.capabilities & wire.CAPABILITY_BUTTON:
        raise DataError(
            tr("The firmware on this board does not report its buttons."),
            hint=tr("Let the take begin otherwise, or put today's firmware on it on the page Deploy."),
        )


def threshold_from_rest(linked: Linked) -> float:
    """Where the quietest moments of the last seconds do not reach the trigger, in g."""
    rate_hz = linked.identity.hello.rate_hz
    seen = linked.link.stream.snapshot(int(_LOOKED_AT_S * rate_hz)).counts * linked.g_per_count
    return round(suggested_threshold(seen, rate_hz), 3)


def start_of(wanted: NextTake, linked: Linked, began: Callable[[], None]) -> TakeStart:
    """Where a take begins; `began` is called in the reader thread, once, where it has to be waited for."""
    link, rate_hz = linked.link, linked.identity.hello.rate_hz
    if wanted.start is Start.AT_ONCE:
        return TakeStart(link)
    if wanted.start is Start.BUTTON:
        return ButtonStart(link, rate_hz, wanted.pre_roll_s, began)
    return MotionStart(
        link,
        rate_hz,
        wanted.pre_roll_s,
        began,
        g_per_count=linked.g_per_count,
        threshold_g=wanted.threshold_g,
    )
