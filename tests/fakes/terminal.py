"""The far end of a pseudo-terminal, for a fake board that is opened as a serial port."""

from __future__ import annotations

import os
import select
import tty

from tinylab.errors import LinkError


class Terminal:
    """A transport (see tinylab.link.transports) whose other end is the serial port `port`."""

    def __init__(self) -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.name = "terminal"
        self.port = os.ttyname(self._near)
        self._closed = False

    def read(self, timeout_s: float) -> bytes:
        readable, _, _ = select.select([self._far], [], [], min(timeout_s, 0.05))
        if self._closed:
            raise LinkError("closed")
        return os.read(self._far, 4096) if readable else b""

    def write(self, data: bytes) -> None:
        os.write(self._far, data)

    def close(self) -> None:
        self._closed = True

    def destroy(self) -> None:
        """Let go of both ends, once nobody reads any more."""
        os.close(self._far)
        os.close(self._near)
