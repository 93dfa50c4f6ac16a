"""Opening a board: its port, the handshake, and the stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinylab.boards.catalog import Board, board_by_id
from tinylab.boards.discovery import BoardPort
from tinylab.errors import BoardError
from tinylab.link.asking import Deadline, NoAnswerError
from tinylab.link.board import Identity, ask_hello, handshake, start_stream
from tinylab.link.link import Link
from tinylab.link.no_answer import why_no_answer
from tinylab.link.transports import SerialTransport
from tinylab.text import tr


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the board is asked to measure."""

    rate_hz: int = 100
    range_g: int = 4


@dataclass(frozen=True, slots=True)
class Linked:
    """An open link to a board that has said who it is."""

    port: BoardPort
    link: Link
    identity: Identity
    board: Board

    @property
    def g_per_count(self) -> float:
        """g one raw count stands for at the range that streams now."""
        return self.board.sensor.g_per_count.get(self.identity.hello.range_g, self.identity.hello.g_per_count)


def open_link(port: BoardPort) -> Link:
    """A link over a serial port; raises LinkError where it cannot be opened."""
    return Link(SerialTransport(port.device))


def open_board(
    port: BoardPort, deadline: Deadline | None = None, make_link: Callable[[BoardPort], Link] = open_link
) -> Linked:
    """Open the port and shake hands; may be called from any thread. Nothing stays open where it fails.

    Raises LinkError where the port or the wire is at fault, and BoardError where something else answers.
    """
    link = make_link(port)
    try:
        try:
            identity = handshake(link, deadline)
        except NoAnswerError as error:
            raise why_no_answer(port.name, link.heard) from error
        return Linked(port, link, identity, board_by_id(identity.hello.board_id))
    except BaseException:
        link.close()
        raise


def begin_stream(linked: Linked, sampling: Sampling, deadline: Deadline | None = None) -> Linked:
    """Start (or restart) the stream and ask anew who the board is, for its range may have changed."""
    sensor = linked.board.sensor
    if sampling.rate_hz not in sensor.rates_hz or sampling.range_g not in sensor.g_per_count:
        sampling = Sampling(sensor.nearest_rate(sampling.rate_hz), sensor.range_for(sampling.range_g))
    hello = linked.identity.hello
    # A board refuses to decide at another rate or range than its network was trained for; recording goes on.
    decides = linked.identity.has_model and sampling == Sampling(hello.model_rate_hz, hello.model_range_g)
    start_stream(linked.link, sampling.rate_hz, sampling.range_g, predictions=decides, deadline=deadline)
    now = ask_hello(linked.link, deadline)
    if (now.rate_hz, now.range_g) != (sampling.rate_hz, sampling.range_g):
        raise BoardError(
            tr(
                "The board says that it measures at {rate_hz} Hz and ±{range_g} g, which is not what it was asked for.",
                rate_hz=now.rate_hz,
                range_g=now.range_g,
            ),
            hint=tr("Flash the board again from the page Board."),
        )
    identity = Identity(now, linked.identity.labels)
    return Linked(linked.port, linked.link, identity, linked.board)
