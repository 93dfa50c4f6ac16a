"""What is at the other end of a port if it is no TinyLab board: silence, an echo, a modem, text, or bytes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from tinylab.errors import BoardError, LinkError, TinyLabError
from tinylab.link import wire
from tinylab.link.framing import checked_body, is_known_message
from tinylab.text import printable, tr

_KEPT_BYTES = 4096
_TEXT_SHARE = 0.9  # of the bytes, from which on it is text
_LEAST_TEXT = 4  # bytes
_MODEM = re.compile(rb"^(AT[A-Z&+0-9]*|OK|ERROR|NO CARRIER|BUSY|\+C[A-Z]+.*)\r*$", re.MULTILINE)
_LONGEST_QUOTE = 60


class Heard:
    """The last bytes that came over a link and that went, for saying what is at its other end."""

    def __init__(self) -> None:
        self.received = self.sent = b""  # the last that are kept
        self.count = 0  # all that came

    def add_received(self, data: bytes) -> None:
        """Bytes came."""
        self.count += len(data)
        self.received = (self.received + data)[-_KEPT_BYTES:]

    def add_sent(self, data: bytes) -> None:
        """Bytes went."""
        self.sent = (self.sent + data)[-_KEPT_BYTES:]


def other_protocol(protocol: int) -> BoardError:
    """The error for a board that speaks another version of the wire."""
    return BoardError(
        tr(
            "The firmware on the board speaks protocol {protocol}, this TinyLab speaks {version}.",
            protocol=protocol,
            version=wire.PROTOCOL_VERSION,
        ),
        hint=tr("Flash the board again from the page Board."),
    )


def why_no_answer(name: str, heard: Heard) -> TinyLabError:
    """Why nobody said HELLO at the port `name`: a LinkError where the board may be there and the wire is at fault,

    a BoardError where something else answers.
    """
    received = heard.received
    if not received.strip(b"\0"):
        return LinkError(
            tr("{name} is there, but no TinyLab firmware answers.", name=name),
            hint=tr("Flash TinyLab's firmware onto it from the page Board."),
        )
    return _of_another_kind(name, received, heard.sent) or _of_frames(name, received) or _bytes(name, heard)


def _of_another_kind(name: str, received: bytes, sent: bytes) -> TinyLabError | None:
    """A device that was not made for this."""
    modem = _MODEM.search(received)
    if modem is not None:
        return BoardError(
            tr("{name} answers as a modem does: “{text}”.", name=name, text=_quote(modem.group())),
            hint=tr("Choose the port of the board."),
        )
    if sent and received.startswith(sent[: len(received)]):
        return BoardError(
            tr("{name} only sends back what it is sent.", name=name),
            hint=tr("Choose the board's own port, or flash TinyLab's firmware onto it from the page Board."),
        )
    if _is_text(received):
        return BoardError(
            tr("{name} prints text: “{text}”.", name=name, text=_quote(_first_whole_line(received))),
            hint=tr("Another program runs on it: flash TinyLab's firmware onto it from the page Board."),
        )
    return None


def _of_frames(name: str, received: bytes) -> TinyLabError | None:
    """A board that sends TinyLab's frames, but no HELLO of this version."""
    pieces = [piece for piece in received.split(b"\0") if piece]
    bodies = list(_whole_bodies(pieces))
    for body in bodies:
        if body[0] == wire.Hello.NUMBER and len(body) > 2 and body[2] != wire.PROTOCOL_VERSION:
            return other_protocol(body[2])
    if bodies:
        return LinkError(
            tr("{name} answers, but not to the question who it is.", name=name),
            hint=tr("Press its reset button, then connect again."),
        )
    if any(map(is_known_message, pieces)):
        return LinkError(
            tr("Whatever {name} answers arrives damaged.", name=name),
            hint=tr("Try another cable or another USB port."),
        )
    return None


def _whole_bodies(pieces: list[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        with contextlib.suppress(LinkError):
            yield checked_body(piece)


def _bytes(name: str, heard: Heard) -> TinyLabError:
    return BoardError(
        tr("{name} sends bytes that are no message of TinyLab: {count:,} came.", name=name, count=heard.count),
        hint=tr("Choose another port, or flash TinyLab's firmware onto it from the page Board."),
    )


def _is_text(received: bytes) -> bool:
    readable = sum(32 <= byte < 127 or byte in b"\a\b\t\n\f\r\x1b" for byte in received)
    return len(received) >= _LEAST_TEXT and readable >= _TEXT_SHARE * len(received)


def _first_whole_line(received: bytes) -> bytes:
    """Not the first one where there are more, for that may have begun before anybody listened."""
    lines = [line for line in received.splitlines() if line.strip()]
    return lines[1] if len(lines) > 2 else (lines or [received])[0]


def _quote(text: bytes) -> str:
    shown = " ".join(printable(text.decode("utf-8", "replace")).split())
    return shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…"
