"""A board in this process: speaks the wire over a pair in memory, and fails on command."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import numpy as np
import numpy.typing as npt

from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.framing import Frame, FrameReader, encode
from tinylab.link.link import Link
from tinylab.link.transports import Transport, memory_pair

Window = npt.NDArray[np.int16]
Classify = Callable[[Window], npt.NDArray[np.int8]]
LABEL_PIECE = wire.MAX_PAYLOAD - 5


def first_counts(window: Window) -> npt.NDArray[np.int8]:
    """The "network" of a fake board: the first sample's low bytes."""
    return window[0].astype(np.int8)


class FakeBoard:
    """Answers in a thread of its own, as the firmware would."""

    def __init__(
        self,
        labels: Sequence[str] = (),
        protocol: int = wire.PROTOCOL_VERSION,
        classify: Classify = first_counts,
        transport: Transport | None = None,
    ) -> None:
        self.heard: list[wire.Message] = []
        self.swallow = 0  # so many questions stay without an answer
        self.refusal: tuple[int, str] | None = None  # code and text of the answer to everything
        self.shifted_labels = 0  # so many labels are answered with another index
        self.board_id = 2
        self.labels = [label.encode() for label in labels]
        self.protocol, self.classify = protocol, classify
        self.window_samples = 50
        self.decision = wire.DecisionSettings(2, 1, np.full(len(labels), 26, np.int8))  # 26: a probability of 0.6
        self.takes_decisions = True  # False: an older firmware
        self.by_movement = False  # whether it decides on movements
        ours, theirs = memory_pair("fake board") if transport is None else (transport, None)
        self._transport: Transport = ours
        self._pieces: list[Window] = []
        self._sequence = 0
        self._thread = threading.Thread(target=self._run, name="fake board", daemon=True)
        self._thread.start()
        self._link = Link(theirs) if theirs is not None else None

    @property
    def link(self) -> Link:
        """The host's link to it; there is none where the board sits on a transport of the test's own."""
        assert self._link is not None
        return self._link

    def __enter__(self) -> FakeBoard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._link is not None:
            self._link.close()
        self.vanish()

    def vanish(self) -> None:
        """The cable is pulled."""
        self._transport.close()
        self._thread.join()

    def send(self, message: wire.Message) -> None:
        """Say something without being asked."""
        self._sequence += 1
        self._transport.write(encode(message, self._sequence))

    def mumble(self, data: bytes) -> None:
        """Send bytes that are no message."""
        self._transport.write(data)

    def stream(self, number: int, counts: npt.ArrayLike, time_us: int = 0, overruns: int = 0) -> None:
        """Send one SAMPLES message."""
        self.send(wire.Samples(time_us, number, overruns, np.asarray(counts, dtype=np.int16)))

    def _run(self) -> None:
        reader = FrameReader()
        try:
            while True:
                for frame in reader.feed(self._transport.read(1.0)):
                    self._hear(frame)
        except LinkError:
            return

    def _hear(self, frame: Frame) -> None:
        message = frame.message
        self.heard.append(message)
        if self.swallow:
            self.swallow -= 1
        elif self.refusal is not None:
            self.send(wire.Error(message.NUMBER, frame.sequence, *self.refusal))
        else:
            self.send(self._answer(message, frame.sequence))

    def _answer(self, message: wire.Message, sequence: int) -> wire.Message:
        if isinstance(message, wire.HelloAsk):
            return self.hello()
        if isinstance(message, wire.LabelAsk):
            text = self.labels[message.index]
            shift, self.shifted_labels = min(self.shifted_labels, 1), max(0, self.shifted_labels - 1)
            piece = text[message.offset : message.offset + LABEL_PIECE]
            return wire.Label(message.index + shift, message.offset, len(text), piece)
        if isinstance(message, wire.DecisionAsk):
            return self.decision
        if isinstance(message, wire.SetDecision):
            self.decision = wire.DecisionSettings(message.consecutive, message.smoothing, message.thresholds)
        if isinstance(message, wire.StatsAsk):
            return wire.Stats(1, 2, 3, 4, 5, 6, 7)
        if isinstance(message, wire.Selftest):
            return self._test(message, sequence)
        return wire.Ack(message.NUMBER, sequence)

    def _test(self, message: wire.Selftest, sequence: int) -> wire.Message:
        """As the firmware does: pieces in order, the last one is answered with the result."""
        if message.offset == 0:
            self._pieces = []
        if message.offset != sum(map(len, self._pieces)):
            return wire.Error(message.NUMBER, sequence, wire.ErrorCode.BAD_INDEX, "a piece is missing")
        self._pieces.append(np.array(message.counts))
        if sum(map(len, self._pieces)) < self.window_samples:
            return wire.Ack(message.NUMBER, sequence)
        return wire.SelftestResult(11, 22, self.classify(np.concatenate(self._pieces)))

    def hello(self) -> wire.Hello:
        """What it is: a micro:bit V2 with as many classes as it has labels."""
        capabilities = wire.CAPABILITY_STREAM | (wire.CAPABILITY_MODEL if self.labels else 0)
        capabilities |= wire.CAPABILITY_DECISION if self.labels and self.takes_decisions else 0
        capabilities |= wire.CAPABILITY_MOVEMENT if self.labels and self.by_movement else 0
        return wire.Hello(
            self.protocol, self.board_id, 7, bytes(range(8)), 1, 1, 4, 100, 0.00195, capabilities, bytes(8),
            len(self.labels), self.window_samples, 25, 100, 4,
        )  # fmt: skip
