"""A control channel of a virtual board that does what it is asked, fails, or never answers."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from tinylab.errors import BoardError
from tinylab.virtualboard.service.registry import RunningBoard

ANNA = RunningBoard("Anna", 1, "", Path("nowhere"), 0, "token")
BERT = RunningBoard("Bert", 2, "", Path("nowhere"), 0, "token")


class FakeControl:
    """A control channel that does what it is asked, or never answers."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.answers = threading.Event()  # until it is set, no call comes back
        self.answers.set()
        self.error: BoardError | None = None
        self.opened = self.closed = 0
        self.entered = threading.Semaphore(0)

    def connect(self, _board: RunningBoard) -> FakeControl:
        self.opened += 1
        return self

    def _ask(self, what: Any) -> int:
        self.asked.append(what)
        self.entered.release()
        assert self.answers.wait(30), "whoever asked waited for the board"
        if self.error is not None:
            raise self.error
        return 7

    def pose(self, x: float, y: float, z: float) -> int:
        return self._ask((round(x, 3), round(y, 3), round(z, 3)))

    def play(self, samples_g: np.ndarray, rate_hz: float, loop: bool = False) -> int:
        return self._ask((len(samples_g), rate_hz, loop))

    def come_to_rest(self) -> int:
        return self._ask("rest")

    def abort(self) -> None:
        self.answers.set()

    def close(self) -> None:
        self.closed += 1
