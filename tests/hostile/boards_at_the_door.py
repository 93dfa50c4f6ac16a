"""Boards, and what is none, that cannot be connected, each with what the user must be told."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from fakes.scripted_board import ScriptedBoard

from tinylab.link import wire
from tinylab.link.framing import encode


@dataclass(frozen=True)
class AtTheDoor:
    """A board that cannot be connected."""

    name: str
    make: Callable[[], ScriptedBoard]
    message: str  # what is said of it, or a part of that
    hint: str = ""


class Silent(ScriptedBoard):
    """Takes every byte and never answers."""

    def receive(self, data: bytes) -> None:
        pass


class Says(ScriptedBoard):
    """Answers whatever comes with the same bytes."""

    def __init__(self, *answers: bytes, every_s: float = 0.0) -> None:
        super().__init__()
        self._answers, self._every_s = answers, every_s

    def receive(self, data: bytes) -> None:
        for number, answer in enumerate(self._answers):
            self.later.append((self.seconds + number * self._every_s, answer))


class Echo(ScriptedBoard):
    """Sends back what it is sent."""

    def receive(self, data: bytes) -> None:
        self.put(data)


class EchoingModem(ScriptedBoard):
    """Echoes the command, then says that it is none."""

    def receive(self, data: bytes) -> None:
        self.put(data + b"\r\nERROR\r\n")


class Flood(Silent):
    """Sends as fast as it can, whatever comes."""

    def pass_time(self, seconds: float) -> None:
        super().pass_time(seconds)
        self.put(np.random.default_rng(1).integers(128, 256, 600, dtype=np.uint8).tobytes())


class ByteAtATime(ScriptedBoard):
    """Answers a label with one byte each time, after a while."""

    def hear(self, message: wire.Message, sequence: int) -> None:
        if isinstance(message, wire.LabelAsk):
            text = self.labels[message.index]
            piece = wire.Label(message.index, message.offset, len(text), text[message.offset : message.offset + 1])
            self.later.append((self.seconds + 0.2, encode(piece, sequence)))
        else:
            super().hear(message, sequence)


class Labels(ScriptedBoard):
    """Answers for its labels as a function says."""

    def __init__(self, answer: Callable[[wire.LabelAsk], wire.Label]) -> None:
        super().__init__("left", "right")
        self.label = answer  # type: ignore[method-assign]


class Hello(ScriptedBoard):
    """Says of itself what is given."""

    def __init__(self, **changes: float) -> None:
        super().__init__()
        self._changes = changes

    def hello(self, **changes: float) -> wire.Hello:
        return super().hello(**{**self._changes, **changes})


class LongerHello(ScriptedBoard):
    """A protocol of the future: its HELLO has more fields."""

    def hear(self, message: wire.Message, sequence: int) -> None:
        import binascii

        from cobs import cobs

        body = bytes((wire.Hello.NUMBER, 1, 7)) + bytes(range(100))
        self.put(cobs.encode(body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little")) + b"\0")


class WrongChecksums(ScriptedBoard):
    """Every frame is damaged."""

    def put(self, data: bytes) -> None:
        super().put(data[:-2] + bytes([data[-2] ^ 1 or 2]) + data[-1:])


class AnswersOfAnother(ScriptedBoard):
    """Answers every question with its counters."""

    def hear(self, message: wire.Message, sequence: int) -> None:
        self.say(wire.Stats(1, 2, 3, 4, 5, 6, 7))


class RefusesStart(ScriptedBoard):
    """Refuses to stream, in words that would move a cursor."""

    def start(self, message: wire.Start, sequence: int) -> None:
        self.say(wire.Error(message.NUMBER, sequence, 3, "\x1b[2Jnot today\n\x07."))


class DeafToStart(ScriptedBoard):
    """Hears everything but START."""

    def start(self, message: wire.Start, sequence: int) -> None:
        pass


class VanishesWhenAsked(ScriptedBoard):
    """The cable is pulled at the first question."""

    def hear(self, message: wire.Message, sequence: int) -> None:
        self.unplug()


class HalfAHello(ScriptedBoard):
    """Stops in the middle of its HELLO."""

    def put(self, data: bytes) -> None:
        super().put(data[:20])
        self.stall()


def _label_of(index: int, offset: int, total: int, text: bytes) -> Callable[[wire.LabelAsk], wire.Label]:
    return lambda ask: wire.Label(ask.index + index, ask.offset + offset, total, text)


_SKETCH = (b"0.98\r\n", b"ax=0.01 ay=0.02 az=0.98\r\n", b"ax=0.01 ay=0.02 az=0.97\r\n")

AT_THE_DOOR = (
    AtTheDoor("silent", Silent, "my board is there, but no TinyLab firmware answers.", "Flash"),
    AtTheDoor("echo", Echo, "my board only sends back what it is sent.", "board's own port"),
    AtTheDoor("text", lambda: Says(*_SKETCH, every_s=0.1), "prints text: “ax=0.01 ay=0.02 az=0.98”.", "flash"),
    AtTheDoor(
        "text that steers a terminal", lambda: Says(b"\x1b[2J\x07hello\x1b]0;x\x07\r\n"), "text: “[2J hello ]0;x”."
    ),
    AtTheDoor("python prompt", lambda: Says(b">>> Traceback (most recent call last):\r\n"), "prints text: “>>> Trace"),
    AtTheDoor(
        "modem", lambda: Says(b"\r\nERROR\r\n"), "my board answers as a modem does: “ERROR”.", "port of the board"
    ),
    AtTheDoor("modem that echoes", EchoingModem, "answers as a modem does: “ERROR”."),
    AtTheDoor("flood", Flood, "sends bytes that are no message of TinyLab", "another port"),
    AtTheDoor("one huge frame", lambda: Says(*[b"\xaa" * 900] * 80), "sends bytes that are no message of TinyLab"),
    AtTheDoor("zeros", lambda: Says(b"\0" * 500), "no TinyLab firmware answers."),
    AtTheDoor("wrong checksums", WrongChecksums, "Whatever my board answers arrives damaged.", "another cable"),
    AtTheDoor("stall in mid-HELLO", HalfAHello, "Whatever my board answers arrives damaged."),
    AtTheDoor("answers of another question", AnswersOfAnother, "answers, but not to the question who it is.", "reset"),
    AtTheDoor("protocol 99", lambda: Hello(protocol=99), "speaks protocol 99, this TinyLab speaks 1.", "Flash"),
    AtTheDoor("protocol of the future", LongerHello, "speaks protocol 7, this TinyLab speaks 1.", "Flash"),
    AtTheDoor(
        "a kind unknown", lambda: Hello(board_id=0x7777), "A board of an unknown kind (0x7777) answers.", "update"
    ),
    AtTheDoor("255 labels", lambda: Hello(labels=255), "cannot be: a network with 255 classes.", "Flash"),
    AtTheDoor("no window", lambda: Hello(labels=3, window_samples=0), "a network without a window"),
    AtTheDoor("g is no number", lambda: Hello(g_per_count=math.nan), "cannot be: ±4 g with nan g a count.", "Flash"),
    AtTheDoor("g is endless", lambda: Hello(g_per_count=math.inf), "cannot be: ±4 g with inf g a count."),
    AtTheDoor("0 g", lambda: Hello(g_per_count=0.0), "cannot be: ±4 g with 0.0 g a count."),
    AtTheDoor("range 0", lambda: Hello(range_g=0), "cannot be: ±0 g"),
    AtTheDoor("rate 0", lambda: Hello(rate_hz=0), "cannot be: a rate of 0 Hz."),
    AtTheDoor("slow labels", lambda: ByteAtATime("a label", "b" * 300), "does not say its label 1.", "reset button"),
    AtTheDoor("endless label", lambda: Labels(_label_of(0, 0, 65535, b"x" * 200)), "does not say its label 0."),
    AtTheDoor("label of nothing", lambda: Labels(_label_of(0, 0, 9, b"")), "does not say its label 0."),
    AtTheDoor("label of another", lambda: Labels(_label_of(1, 0, 4, b"left")), "does not say its label 0."),
    AtTheDoor("other rate", lambda: Hello(rate_hz=65535), "says that it measures at 65535 Hz and ±4 g", "Flash"),
    AtTheDoor("refuses START", RefusesStart, "The board refused: [2Jnot today."),
    AtTheDoor("deaf to START", DeafToStart, "The board does not answer Start.", "reset button"),
    AtTheDoor("vanishes when asked", VanishesWhenAsked, "The port /dev/ttyMINE has vanished."),
)
