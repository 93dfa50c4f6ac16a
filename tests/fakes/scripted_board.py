"""A board whose time the test moves: a host that waits for it takes no time of the machine, whatever the load."""

from __future__ import annotations

import contextlib
import math
import queue
import threading
from collections.abc import Callable, Iterator

import numpy as np

from fakes.scripted_transport import ScriptedTransport
from tinylab.boards.discovery import BoardPort
from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.framing import Frame, FrameReader, encode
from tinylab.link.link import Link
from tinylab.virtualboard.service.faults import CableFaults

BLOCK = 10  # samples
LABEL_PIECE = wire.MAX_PAYLOAD - 5
_STEP_S = 0.05


class ScriptedBoard:
    """Answers as the firmware does and streams in blocks of ten; a subclass does something of that otherwise."""

    def __init__(self, *labels: str) -> None:
        self.port = BoardPort("my board", "/dev/ttyMINE", "serial")
        self.plugged = True
        self.stalled_until_s = 0.0
        self.cable = CableFaults()
        self.labels = [label.encode() for label in labels]
        self.seconds = self.started_s = self.reset_s = 0.0
        self.streaming, self.rate_hz, self.range_g = False, 100, 4
        self.number = self.overruns = 0
        self.first_us = 200_000_000  # the board's time when the stream begins
        self.at: dict[int, Callable[[], None]] = {}  # what happens before the sample of this number is sent
        self.later: list[tuple[float, bytes]] = []  # what is sent at a time
        self.heard: list[wire.Message] = []
        self.opened_s: list[float] = []  # when the host opened the port
        self._sequence = 0
        self._unsent: list[bytes] = []  # and the cable passes nothing
        self._unheard: list[bytes] = []
        self._lock = threading.RLock()
        self._transports: list[ScriptedTransport] = []

    # --- the cable --------------------------------------------------------------------------------------

    def open(self, clock: BoardClock) -> Link:
        """What the host does with the port."""
        if not self.plugged:
            raise LinkError(f"There is no port {self.port.device}.")
        self.opened_s.append(self.seconds)
        self._reader = FrameReader()
        self._transports.append(ScriptedTransport(self.port.device, self.receive))
        return Link(self._transports[-1], clock=clock)

    def receive(self, data: bytes) -> None:
        """The host has sent something."""
        with self._lock:
            if self.stalled:
                self._unheard.append(data)
                return
            for frame in self._reader.feed(data):
                self.heard.append(frame.message)
                self.hear(frame.message, frame.sequence)

    def put(self, data: bytes) -> None:
        """Send bytes, as far as the cable carries them."""
        if self.stalled:
            self._unsent.append(data)
        elif self._transports:
            self._transports[-1].deliver(self.cable.pass_on(data))

    @property
    def stalled(self) -> bool:
        """Whether the cable passes nothing now."""
        return self.seconds < self.stalled_until_s

    def say(self, message: wire.Message) -> None:
        """Send a message."""
        self._sequence += 1
        self.put(encode(message, self._sequence))

    def settle_stall(self) -> None:
        """Pass on what waited for the end of a stall."""
        unsent, self._unsent = self._unsent, []
        unheard, self._unheard = self._unheard, []
        for data in unsent:
            self.put(data)
        for data in unheard:
            self.receive(data)

    # --- faults on command, named as those of the virtual board -------------------------------------------

    def unplug(self) -> None:
        """Pull the cable."""
        self.plugged = self.streaming = False
        for transport in self._transports:
            transport.vanish()

    def plug(self) -> None:
        """Plug it in again; it starts as after power-on."""
        self.plugged = True
        self.reset()

    def reset(self) -> None:
        """Press the reset button."""
        self.streaming, self.reset_s, self.number, self.overruns, self.first_us = False, self.seconds, 0, 0, 0

    def stall(self, seconds: float = math.inf) -> None:
        """The cable passes nothing for so long."""
        self.stalled_until_s = self.seconds + seconds

    def lose_bytes(self, count: int) -> None:
        """The next bytes get lost."""
        self.cable.lose_bytes(count)

    def flip_bits(self, count: int) -> None:
        """In each of the next bytes a bit flips."""
        self.cable.flip_bits(count)

    def overrun(self, seconds: float) -> None:
        """The processor does not look at its sensor for so long; the FIFO holds 32 samples."""
        lost = max(0, int(seconds * self.rate_hz) - 32) // BLOCK * BLOCK
        self.number += lost
        self.overruns += lost

    def power_cut(self) -> None:
        """The power fails while it is flashed."""
        self.unplug()

    def shutdown(self) -> None:
        """It is gone for good."""
        self.unplug()

    def settle(self) -> None:
        """Wait until the host has read everything."""
        for transport in self._transports:
            transport.settle()

    # --- what it answers --------------------------------------------------------------------------------

    def hear(self, message: wire.Message, sequence: int) -> None:
        """One message of the host."""
        if isinstance(message, wire.HelloAsk):
            self.say(self.hello())
        elif isinstance(message, wire.LabelAsk):
            self.say(self.label(message))
        elif isinstance(message, wire.Start):
            self.start(message, sequence)
        elif isinstance(message, wire.Stop):
            self.streaming = False
            self.say(wire.Ack(message.NUMBER, sequence))

    def hello(self, **changes: float) -> wire.Hello:
        """Who it is."""
        known = {
            "protocol": wire.PROTOCOL_VERSION, "board_id": 2, "unique_id": 7, "build_id": bytes(8),
            "uptime_ms": int((self.seconds - self.reset_s) * 1000), "sensor_id": 1, "range_g": self.range_g,
            "rate_hz": self.rate_hz, "g_per_count": 0.00195,
            "capabilities": wire.CAPABILITY_STREAM
            | wire.CAPABILITY_BUTTON
            | (wire.CAPABILITY_MODEL if self.labels else 0),
            "model_hash": bytes(8), "labels": len(self.labels), "window_samples": 50, "stride_samples": 25,
            "model_rate_hz": 100, "model_range_g": 4,
        }  # fmt: skip
        return wire.Hello(**{**known, **changes})  # type: ignore[arg-type]

    def label(self, ask: wire.LabelAsk) -> wire.Label:
        """A piece of a label."""
        text = self.labels[ask.index]
        return wire.Label(ask.index, ask.offset, len(text), text[ask.offset : ask.offset + LABEL_PIECE])

    def start(self, message: wire.Start, sequence: int) -> None:
        """Begin to stream."""
        self.rate_hz, self.range_g = message.rate_hz, message.range_g
        self.number, self.overruns, self.started_s, self.streaming = 0, 0, self.seconds, True
        self.say(wire.Ack(message.NUMBER, sequence))

    # --- time -------------------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """It is so late now."""
        with self._lock:
            self.seconds = seconds
            if not self.stalled:
                self.settle_stall()
            due = [data for when, data in self.later if when <= seconds]
            self.later = [each for each in self.later if each[0] > seconds]
            for data in due:
                self.put(data)
            while self.streaming and self.started_s + (self.number + BLOCK) / self.rate_hz <= seconds + 1e-6:
                self._measure()

    def sleep(self, seconds: float) -> None:
        """Its cable has no power for so long; it goes on as if nothing had been."""
        self.seconds += seconds
        self.started_s += seconds

    def miss(self, seconds: float) -> None:
        """It has a battery: it measures on, and nobody reads."""
        self.seconds += seconds
        self.number += int(seconds * self.rate_hz) // BLOCK * BLOCK

    def _measure(self) -> None:
        for number in [number for number in sorted(self.at) if number <= self.number]:
            self.at.pop(number)()
        if self.streaming:
            self.send_block()
            self.number += BLOCK

    def send_block(self) -> None:
        """Send the next ten samples; their counts are their number modulo 1000."""
        self.say(self.block())

    def block(self, **changes: int) -> wire.Samples:
        """The next ten samples."""
        rows = np.repeat((np.arange(self.number, self.number + BLOCK) % 1000).astype(np.int16)[:, None], 3, axis=1)
        time_us = self.first_us + self.number * 1_000_000 // self.rate_hz
        known = {"time_us": time_us, "sample_number": self.number, "overruns": self.overruns, "counts": rows}
        return wire.Samples(**{**known, **changes})  # type: ignore[arg-type]


class BoardClock:
    """The host's clock (see tinylab.link.asking) and the boards': it moves when somebody waits and all is read."""

    def __init__(self) -> None:
        self.boards: list[ScriptedBoard] = []
        self._seconds = 0.0

    def now(self) -> float:
        return self._seconds

    def next_frame(self, frames: queue.Queue[Frame | None], timeout_s: float) -> Frame | None:
        end = self._seconds + timeout_s
        while True:
            self.settle()
            try:
                return frames.get_nowait()
            except queue.Empty:
                if self._seconds >= end:
                    raise
            self.advance(min(_STEP_S, end - self._seconds))

    def advance(self, seconds: float) -> None:
        """Let time pass and everything be read that comes in it."""
        self._seconds += seconds
        for board in self.boards:
            board.pass_time(self._seconds)
        self.settle()

    def sleep(self, seconds: float, *, boards_awake: bool = False) -> None:
        """The computer sleeps: its clock jumps, and it reads nothing. Its boards sleep with it, or measure on."""
        self._seconds += seconds
        for board in self.boards:
            board.miss(seconds) if boards_awake else board.sleep(seconds)

    def settle(self) -> None:
        """Wait until everything is read."""
        for board in self.boards:
            board.settle()


@contextlib.contextmanager
def scripted(board: ScriptedBoard) -> Iterator[tuple[Link, BoardClock]]:
    """A link to a board in a time that moves only while somebody waits."""
    clock = BoardClock()
    clock.boards.append(board)
    with contextlib.closing(board.open(clock)) as link:
        yield link, clock
