"""A board at the other end of a transport: one reader thread, answers to questions, and the stream of samples."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.framing import Frame, FrameReader, encode
from tinylab.link.stream import SampleStream
from tinylab.link.transports import Transport
from tinylab.log.faults import unforeseen
from tinylab.text import tr

M = TypeVar("M", bound=wire.Message)
T = TypeVar("T")
_READ_TIMEOUT_S = 0.1


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

    def __init__(self, transport: Transport, decoder: Decoder | None = None) -> None:
        self.transport = transport
        self.stream = SampleStream()
        self.on_samples: list[Callable[[wire.Samples], None]] = []
        self.on_prediction: list[Callable[[wire.Prediction], None]] = []
        self.on_lost: list[Callable[[LinkError], None]] = []
        self.error: LinkError | None = None
        self._decoder: Decoder = decoder or FrameReader()
        self._answers: queue.Queue[Frame | None] = queue.Queue()
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
        self.transport.write(encode(message, sequence))
        return sequence

    def ask(self, message: wire.Message, answer: type[M], timeout_s: float = 1.0, tries: int = 3) -> M:
        """Send a question and wait for its answer, repeating it when the wire swallowed one.

        Raises LinkError where the board refuses, stays silent, or the port vanishes.
        """
        with self._asking:
            for _ in range(tries):
                self._drain()
                sequence = self.send(message)
                found = self._wait(sequence, message.NUMBER, answer, timeout_s)
                if found is not None:
                    return found
        raise LinkError(
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

    def _wait(self, sequence: int, number: int, answer: type[M], timeout_s: float) -> M | None:
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                frame = self._answers.get(timeout=left)
            except queue.Empty:
                return None
            if frame is None:
                self._check_alive()
                continue
            message = frame.message
            if isinstance(message, wire.Error) and message.about_message == number:
                raise LinkError(
                    tr("The board refused: {names}.", names=message.text.rstrip(".") or _code_text(message.code))
                )
            if isinstance(message, wire.Ack) and message.about_sequence != sequence:
                continue
            if isinstance(message, answer):
                return message
        return None

    def _read_all(self) -> None:
        try:
            while not self._closing.is_set():
                data = self.transport.read(_READ_TIMEOUT_S)
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
        else:
            self._answers.put(frame)

    def _lose(self, error: LinkError) -> None:
        if self._closing.is_set():
            return
        self.error = error
        self._answers.put(None)
        self._call_all(self.on_lost, error)

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
