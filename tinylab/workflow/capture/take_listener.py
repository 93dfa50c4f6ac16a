"""Between link and project while a take is recorded: in the reader thread, so that nothing waits for the screen."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import numpy as np

from tinylab.data.takes import Block, TakeWriter
from tinylab.errors import TinyLabError, UnforeseenError
from tinylab.link.link import Link
from tinylab.link.wire import Samples
from tinylab.log.faults import unforeseen
from tinylab.workflow.capture.take_start import TakeStart


class TakeListener:
    """Sits in the reader thread: hands each block to the take as it comes, until the take is over."""

    def __init__(self, link: Link, writer: TakeWriter, over: Callable[[], None], start: TakeStart) -> None:
        self.writer = writer
        self.error: TinyLabError | None = None  # the file could not be written
        self._link, self._over, self._start = link, over, start
        self._ended = False
        self._lock = threading.Lock()
        link.on_samples.append(self._take)
        start.listen()

    def _take(self, block: Samples) -> None:
        with self._lock:
            for part in self._start.pass_on(block):
                if not self._ended:
                    self._keep(part)

    def _keep(self, block: Samples) -> None:
        self.error = self._store(block)
        if self.error is not None or self.writer.over:
            self._ended = True
            self._over()

    def _store(self, block: Samples) -> TinyLabError | None:
        """Why the block could not be stored; a take that cannot go on must end, not hang, whatever the reason."""
        try:
            counts = np.asarray(block.counts, dtype=np.int16)
            self.writer.add(Block(block.sample_number, block.time_us, block.overruns, counts))
        except TinyLabError as error:
            return error
        except Exception:  # noqa: BLE001 - the log says where
            unforeseen("storing what the board sent")
            return UnforeseenError()
        return None

    def end(self) -> None:
        """Take no more samples; when this returns none is being written."""
        with self._lock:
            self._ended = True
        with contextlib.suppress(ValueError):
            self._link.on_samples.remove(self._take)
        self._start.end()
