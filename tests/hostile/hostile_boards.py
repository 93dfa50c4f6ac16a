"""Boards that do everything wrong, each with what the user must be told: at the door, and in mid-take."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from fakes.scripted_board import BLOCK, ScriptedBoard

from tinylab.link import wire
from tinylab.link.framing import encode

FAULT_AT = 150  # samples of the take are there then
WRAP = 2**32


@dataclass(frozen=True)
class AtTheDoor:
    """A board that cannot be connected."""

    name: str
    make: Callable[[], ScriptedBoard]
    message: str  # what is said of it, or a part of that
    hint: str = ""


@dataclass(frozen=True)
class InATake:
    """A board that does something in mid-take."""

    name: str
    make: Callable[[], ScriptedBoard]
    verdict: str  # what the verdict on the take says, or a part of it
    samples: int  # of 400 that are kept
    ended: bool = True  # whether the take ended early


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


# --- in mid-take ----------------------------------------------------------------------------------------


def _when(fault: Callable[[ScriptedBoard], None]) -> Callable[[], ScriptedBoard]:
    """A good board to which something happens in mid-take; its take begins with its first sample."""

    def make() -> ScriptedBoard:
        board = ScriptedBoard()
        board.fault = lambda: fault(board)  # type: ignore[attr-defined]
        return board

    return make


def _stall_in_a_frame(board: ScriptedBoard) -> None:
    board.put(encode(board.block(), 1)[:30])
    board.stall()


def _vanish_in_a_frame(board: ScriptedBoard) -> None:
    board.put(encode(board.block(), 1)[:30])
    board.unplug()


def _only(answer: Callable[[ScriptedBoard], None]) -> Callable[[ScriptedBoard], None]:
    """From now on something else is sent for each block."""

    def fault(board: ScriptedBoard) -> None:
        board.send_block = lambda: answer(board)  # type: ignore[method-assign]

    return fault


def _set(**values: int) -> Callable[[ScriptedBoard], None]:
    """From now on something about the stream is otherwise."""

    def fault(board: ScriptedBoard) -> None:
        for name, value in values.items():
            setattr(board, name, getattr(board, name) + value)

    return fault


def _send(**changes: int) -> Callable[[ScriptedBoard], None]:
    """From now on these fields of a block are wrong."""
    return _only(lambda board: board.say(board.block(**changes)))


def _restart(board: ScriptedBoard) -> None:
    """It counts anew and its clock begins again, as after a reset of a board that streams by itself."""
    board.first_us = 5_000_000
    board.started_s, board.number = board.seconds, 0


def _overrun_twice(board: ScriptedBoard) -> None:
    board.overrun(0.52)
    board.at[board.number + 5 * BLOCK] = lambda: board.overrun(0.52)


def _slow(board: ScriptedBoard) -> None:
    """From now on a sample takes ten times as long, by the board's own clock, too."""
    slow = 10
    start_us, number, started = board.first_us + board.number * 10_000, board.number, board.seconds
    board.started_s = started - number * slow / 100
    board.rate_hz = 100 // slow
    board.first_us = start_us - number * slow * 10_000


class Wraps(ScriptedBoard):
    """Its sample number, the wire's 32 bits, begins anew in mid-take, and nothing is wrong."""

    def block(self, **changes: int) -> wire.Samples:
        return super().block(sample_number=(WRAP - FAULT_AT + self.number) % WRAP, **changes)


class ClockWraps(ScriptedBoard):
    """Its clock has 32 bits of µs and begins anew in mid-take."""

    def block(self, **changes: int) -> wire.Samples:
        return super().block(time_us=(WRAP - 10_000 * FAULT_AT + self.number * 10_000) % WRAP, **changes)


class NeverStreams(ScriptedBoard):
    """Says that it streams, and does not."""

    def start(self, message: wire.Start, sequence: int) -> None:
        super().start(message, sequence)
        self.streaming = False


class FarTime(ScriptedBoard):
    """Its clock shows a time from the beginning that no clock can show."""

    def block(self, **changes: int) -> wire.Samples:
        return super().block(time_us=2**63, **changes)


def _flood_of_answers(board: ScriptedBoard) -> None:
    for number in range(200):
        board.say(wire.Ack(3, number))


_SILENT = "The board has sent no samples for 3 s"
IN_A_TAKE = (
    InATake("stall", _when(ScriptedBoard.stall), _SILENT, FAULT_AT),
    InATake("stall in mid-frame", _when(_stall_in_a_frame), _SILENT, FAULT_AT),
    InATake("reset", _when(ScriptedBoard.reset), _SILENT, FAULT_AT),
    InATake("vanish", _when(ScriptedBoard.unplug), "The port /dev/ttyMINE has vanished", FAULT_AT),
    InATake("vanish in mid-frame", _when(_vanish_in_a_frame), "The port /dev/ttyMINE has vanished", FAULT_AT),
    InATake("empty blocks", _when(_send(counts=np.empty((0, 3), np.int16))), _SILENT, FAULT_AT),  # type: ignore[arg-type]
    InATake("zeros only", _when(_only(lambda board: board.put(b"\0" * 90))), _SILENT, FAULT_AT),
    InATake("garbage", _when(_only(lambda board: board.put(b"\xaa" * 90))), _SILENT, FAULT_AT),
    InATake("panic", _when(_only(lambda board: board.put(b"panic at 0x1234\r\n"))), _SILENT, FAULT_AT),
    InATake("answers instead of samples", _when(_only(_flood_of_answers)), _SILENT, FAULT_AT),
    InATake("time of 2^63", _when(_send(time_us=2**63)), "The board's clock jumped", FAULT_AT),
    InATake("time of 2^64", _when(_send(time_us=2**64 - 1)), "The board's clock jumped", FAULT_AT),
    InATake("time back by 100 s", _when(_set(first_us=-100_000_000)), "The board's clock ran backwards", FAULT_AT),
    InATake("time ahead by 100 s", _when(_set(first_us=100_000_000)), "The board's clock jumped", FAULT_AT),
    InATake("number jumps", _when(_send(sample_number=10**6)), "The board's sample number jumped by", FAULT_AT),
    InATake("numbers restart", _when(_restart), "The board began to count its samples anew", FAULT_AT),
    InATake("the same number again and again", _when(_send(sample_number=0)), "count its samples anew", FAULT_AT),
    InATake("overruns", _when(_overrun_twice), "40 samples lost (10.0%), 40 of them by the sensor", 360, ended=False),
    InATake("its end is lost", _when(_set(number=300)), "250 samples lost (62.5%)", FAULT_AT, ended=False),
    InATake("overruns of 2^32", _when(_send(overruns=WRAP - 1)), "good", 400, ended=False),
    InATake("a tenth of the rate", _when(_slow), "Hz instead of 100 Hz", 400, ended=False),
    InATake("numbers wrap", Wraps, "good", 400, ended=False),
    InATake("the clock wraps", ClockWraps, "good", 400, ended=False),
)
