"""A host on a virtual board's serial port, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

import numpy as np
import serial

from tinylab.link.framing import FrameReader, encode
from tinylab.link.wire import Message, Samples
from tinylab.virtualboard.service.client import VirtualBoardProcess

M = TypeVar("M")
Start = Callable[..., VirtualBoardProcess]


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Look again and again until it holds; fails after the timeout."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)


class Host:
    """Opens the port, asks, listens."""

    def __init__(self, address: str) -> None:
        self._port = serial.serial_for_url(address, 115200, timeout=0.01)
        self.reader = FrameReader()

    def __enter__(self) -> Host:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._port.close()

    def send(self, message: Message) -> None:
        self._port.write(encode(message, 1))

    def listen(self) -> list[Message]:
        """What came in the meantime, after 10 ms at the latest."""
        waiting = self._port.in_waiting
        return [frame.message for frame in self.reader.feed(self._port.read(max(1, waiting)))]

    def ask(self, message: Message, answer: type[M], timeout_s: float = 5.0) -> M:
        """The first answer of a kind; AssertionError where there is none."""
        self.send(message)
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for found in self.listen():
                if isinstance(found, answer):
                    return found
        raise AssertionError(f"no {answer.__name__}")

    def samples(self, count: int, timeout_s: float = 20.0) -> list[Samples]:
        """SAMPLES until there are so many samples."""
        found: list[Samples] = []
        deadline = time.monotonic() + timeout_s
        while sum(len(message.counts) for message in found) < count:
            assert time.monotonic() < deadline, "too few samples"
            found += [message for message in self.listen() if isinstance(message, Samples)]
        return found

    def samples_until(self, holds: Callable[[list[Samples]], bool]) -> list[Samples]:
        """SAMPLES until something holds of them; how many are on their way already depends on the machine's load."""
        found: list[Samples] = []
        while not (found and holds(found)):
            found += self.samples(1)
        return found


def counts_of(samples: list[Samples]) -> np.ndarray:
    """All counts, shape (samples, 3)."""
    return np.concatenate([message.counts for message in samples])


def gaps_of(samples: list[Samples]) -> int:
    """Samples missing between the first and the last."""
    span = samples[-1].sample_number + len(samples[-1].counts) - samples[0].sample_number
    return span - len(counts_of(samples))
