"""A board at the other end of a transport: one reader thread, answers to questions, and the stream of samples."""

from __future__ import annotations

import contextlib
import itertools
import math
import queue
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.asking import LOOK_S, SYSTEM_CLOCK, Clock, Deadline, NoAnswerError
from tinylab.link.framing import Frame, FrameReader, encode
from tinylab.link.no_answer import Heard
from tinylab.link.stream import SampleStream
from tinylab.link.transports import Transport
from tinylab.log.faults import unforeseen
from tinylab.text import printable, tr

M = TypeVar("M", bound=wire.Message)
T = TypeVar("T")
_READ_TIMEOUT_S = 0.1
_MOST_ANSWERS = 64  # that wait for somebody to ask; a board that floods them loses the oldest


class Decoder(Protocol):
    """Turns bytes into messages. Binary frames are one; lines of numbers from any sketch will be another."""

    good: int
    bad: int

    def feed(self, data: bytes) -> list[Frame]:
        """Every message that `data` completes."""


class Link:
    """Owns a transport and the thread that reads it.

    Listeners are called in the reader thread, so they must be quick and must not touch the screen. `on_samples` gets
    every block the moment it arrives, before anything is drawn. A listener that raises is logged once and called on:
    neither the others nor the thread may suffer. Whatever else ends the thread, but for `close`, is a loss: `error`
    says why and `on_lost` is called.
    """

    def __init__(self, transport: Transport, decoder: Decoder | None = None, clock: Clock = SYSTEM_CLOCK) -> None:
        self.transport, self.clock = transport, clock
        self.heard = Heard()
        self.stream = SampleStream()
        self.on_samples: list[Callable[[wire.Samples], None]] = []
        self.on_prediction: list[Callable[[wire.Prediction], None]] = []
        self.on_button: list[Callable[[wire.Button], None]] = []
        self.on_lost: list[Callable[[LinkError], None]] = []
        self.error: LinkError | None = None
        self._decoder: Decoder = decoder or FrameReader()
        self._answers: queue.Queue[Frame | None] = queue.Queue(_MOST_ANSWERS)
        self._sequence = itertools.count()
        self._asking = threading.Lock()
        self._closing = threading.Event()
        self._failed: list[object] = []  # listeners that raised
        self._thread = threading.Thread(target=self._read_all, name=f"link {transport.name}", daemon=True)
        self._thread.start()

    @property
    def good_frames(self) -> int:
        """Frames that arrived whole."""
        return self._decoder.good

    @property
    def bad_frames(self) -> int:
        """Pieces of the stream that were no frame."""
        return self._decoder.bad

    def close(self) -> None:
        """Stop reading and let go of the port; may be called twice."""
        self._closing.set()
        self.transport.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=2)

    def send(self, message: wire.Message) -> int:
        """Send without waiting; returns the sequence number."""
        sequence = next(self._sequence) & 0xFF
        frame = encode(message, sequence)
        self.heard.add_sent(frame)
        self.transport.write(frame)
        return sequence

    def ask(
        self,
        message: wire.Message,
        answer: type[M],
        timeout_s: float = 1.0,
        tries: int = 3,
        deadline: Deadline | None = None,
    ) -> M:
        """Send a question and wait for its answer, repeating it when the wire swallowed one.

        Raises NoAnswerError where the board stays silent to the last try or to the deadline, CancelledError where
        nobody wants the answer any more, and LinkError where the board refuses or the port vanishes.
        """
        until = deadline or Deadline(math.inf, clock=self.clock)
        with self._asking:
            for _ in range(tries):
                self._drain()
                if until.left() <= 0:
                    break
                sequence = self.send(message)
                found = self._wait(sequence, message.NUMBER, answer, until.soonest(timeout_s))
                if found is not None:
                    return found
        raise NoAnswerError(
            tr("The board does not answer {name}.", name=type(message).__name__),
            hint=tr("Press its reset button, or unplug it and plug it in again."),
        )

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._answers.get_nowait()
        self._check_alive()

    def _check_alive(self) -> None:
        if self.error is not None:
            raise self.error
        if self._closing.is_set():
            raise LinkError(tr("The connection was closed."))

    def _wait(self, sequence: int, number: int, answer: type[M], deadline: Deadline) -> M | None:
        while (left := deadline.left()) > 0:
            try:
                frame = self.clock.next_frame(self._answers, min(left, LOOK_S))
            except queue.Empty:
                continue
            if frame is None:
                self._check_alive()
                continue
            message = frame.message
            if isinstance(message, wire.Error) and message.about_message == number:
                said = " ".join(printable(message.text).split()).rstrip(". ")
                raise LinkError(tr("The board refused: {names}.", names=said or _code_text(message.code)))
            if isinstance(message, wire.Ack) and message.about_sequence != sequence:
                continue
            if isinstance(message, answer):
                return message
        return None

    def _read_all(self) -> None:
        try:
            while not self._closing.is_set():
                data = self.transport.read(_READ_TIMEOUT_S)
                self.heard.add_received(data)
                for frame in self._decoder.feed(data) if data else ():
                    self._take(frame)
        except LinkError as error:
            self._lose(error)
        except Exception:  # noqa: BLE001 - a reader that ends in silence looks like a board that is still
            unforeseen(f"reading from {self.transport.name}")
            self._lose(
                LinkError(
                    tr("Reading from {name} ended for a reason that we did not foresee.", name=self.transport.name),
                    hint=tr("Connect the board again; the log says where it happened."),
                )
            )

    def _take(self, frame: Frame) -> None:
        message = frame.message
        if isinstance(message, wire.Samples):
            self.stream.add(message)
            self._call_all(self.on_samples, message)
        elif isinstance(message, wire.Prediction):
            self._call_all(self.on_prediction, message)
        elif isinstance(message, wire.Button):
            self._call_all(self.on_button, message)
        else:
            self._pass_on(frame)

    def _lose(self, error: LinkError) -> None:
        if self._closing.is_set():
            return
        self.error = error
        self._pass_on(None)
        self._call_all(self.on_lost, error)

    def _pass_on(self, answer: Frame | None) -> None:
        """To whoever asks; only the reader thread puts anything in."""
        while True:
            with contextlib.suppress(queue.Full):
                self._answers.put_nowait(answer)
                return
            with contextlib.suppress(queue.Empty):
                self._answers.get_nowait()

    def _call_all(self, listeners: list[Callable[[T], None]], value: T) -> None:
        for listener in tuple(listeners):
            try:
                listener(value)
            except Exception:  # noqa: BLE001 - a listener's fault is not the wire's
                if listener not in self._failed:
                    self._failed.append(listener)
                    unforeseen(f"a listener to {self.transport.name}")


def _code_text(code: int) -> str:
    """A newer firmware may have reasons that this TinyLab does not know."""
    return wire.ErrorCode(code).name if code in tuple(wire.ErrorCode) else tr("code {code}", code=code)
