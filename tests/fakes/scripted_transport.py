"""A cable in memory that knows when its reader has read everything and waits for more."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from tinylab.errors import LinkError


class ScriptedTransport:
    """The host's end of the cable; see tinylab.link.transports."""

    def __init__(self, name: str, write: Callable[[bytes], None]) -> None:
        self.name = name
        self._write = write
        self._changed = threading.Condition()
        self._arrived: deque[bytes] = deque()
        self._reader: threading.Thread | None = None
        self._idle = self._closed = self._gone = False

    def read(self, timeout_s: float) -> bytes:
        del timeout_s  # it waits for bytes; time is another's business
        with self._changed:
            self._reader = threading.current_thread()
            while True:
                if self._closed:
                    raise LinkError("closed")
                if self._arrived:
                    return self._arrived.popleft()
                if self._gone:
                    raise LinkError(f"The port {self.name} has vanished.")
                self._idle = True
                self._changed.notify_all()
                self._changed.wait()
                self._idle = False

    def write(self, data: bytes) -> None:
        if self._closed or self._gone:
            raise LinkError(f"The port {self.name} takes no more bytes.")
        self._write(data)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def deliver(self, data: bytes) -> None:
        """Bytes come out of the cable."""
        with self._changed:
            if data:
                self._arrived.append(data)
                self._idle = False
                self._changed.notify_all()

    def vanish(self) -> None:
        """The cable is pulled; what came before is still read."""
        with self._changed:
            self._gone = True
            self._idle = False
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until the reader has read everything and waits for more, or has ended."""
        with self._changed:
            while not self._closed and not (self._idle and not self._arrived):
                if self._reader is not None and not self._reader.is_alive():
                    return
                self._changed.wait(0.02)
