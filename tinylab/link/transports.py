"""Ways for bytes to reach a board: a serial port (or pseudo-terminal, or TCP), and a pair in memory."""

from __future__ import annotations

import contextlib
import errno
import queue
from typing import Protocol

import serial

from tinylab.errors import LinkError
from tinylab.link.wire import BAUD_RATE
from tinylab.text import tr


class Transport(Protocol):
    """A two-way stream of bytes. `read` and `write` raise LinkError once the other end is gone."""

    name: str

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting up to `timeout_s` for the first byte; empty where nothing came."""

    def write(self, data: bytes) -> None:
        """Send all of `data`."""

    def close(self) -> None:
        """Let go of the stream; may be called twice and from any thread."""


_GONE_HINT = tr("Plug the board in again; TinyLab connects by itself.")


_WRITE_S = 0.5  # a frame takes 25 ms; a port that takes none for longer is stuck, and whoever waits wants to know


class SerialTransport:
    """A serial port by name, such as /dev/ttyACM0 or COM3, or any URL that pyserial knows."""

    def __init__(self, port: str, baud_rate: int = BAUD_RATE) -> None:
        self.name = port
        try:
            self._port = serial.serial_for_url(port, baud_rate, timeout=0.05, write_timeout=_WRITE_S, do_not_open=True)
            with contextlib.suppress(AttributeError, ValueError):
                self._port.exclusive = True
            self._port.open()
        except (serial.SerialException, OSError, ValueError) as error:
            raise _advice(port, error) from error

    def read(self, timeout_s: float) -> bytes:
        """See Transport."""
        try:
            self._port.timeout = timeout_s
            first: bytes = self._port.read(1)
            waiting = self._port.in_waiting if first else 0
            return first + self._port.read(waiting) if waiting else first
        except (serial.SerialException, OSError, TypeError, ValueError) as error:
            raise LinkError(tr("The port {name} has vanished.", name=self.name), hint=_GONE_HINT) from error

    def write(self, data: bytes) -> None:
        """See Transport."""
        try:
            self._port.write(data)
        except (serial.SerialException, OSError, TypeError, ValueError) as error:
            raise LinkError(tr("The port {name} takes no more bytes.", name=self.name), hint=_GONE_HINT) from error

    def close(self) -> None:
        """See Transport."""
        with contextlib.suppress(serial.SerialException, OSError):
            self._port.close()


def _advice(port: str, error: Exception) -> LinkError:
    """What a user can do about a port that does not open."""
    number = getattr(error, "errno", None)
    text = str(error).lower()
    if "permissionerror(13" in text:  # how Windows says that a port is open elsewhere
        number = errno.EBUSY
    elif number == errno.EACCES or "permission" in text:
        return LinkError(
            tr("You may not use the port {port}.", port=port),
            hint=tr("On Linux join the group dialout (sudo usermod -aG dialout $USER), then log in again."),
        )
    if number in (errno.EBUSY, errno.EWOULDBLOCK) or "exclusively lock" in text or "busy" in text:
        return LinkError(
            tr("Another program is using the port {port}.", port=port), hint=tr("Close it, then connect again.")
        )
    if number == errno.ENOENT or "could not open" in text or "no such file" in text:
        return LinkError(
            tr("There is no port {port}.", port=port), hint=tr("Plug the board in, or choose another port.")
        )
    return LinkError(
        tr("The port {port} cannot be opened: {error}.", port=port, error=error),
        hint=tr("Unplug the board and plug it in again."),
    )


class MemoryTransport:
    """One end of a pair in memory, for tests and for sources inside the program."""

    def __init__(self, name: str, incoming: queue.Queue[bytes | None], outgoing: queue.Queue[bytes | None]) -> None:
        self.name = name
        self._incoming = incoming
        self._outgoing = outgoing
        self._closed = False

    def read(self, timeout_s: float) -> bytes:
        """See Transport."""
        if self._closed:
            raise LinkError(tr("{name} is closed.", name=self.name))
        try:
            data = self._incoming.get(timeout=timeout_s)
        except queue.Empty:
            return b""
        if data is None:
            self._closed = True
            raise LinkError(tr("{name} has vanished.", name=self.name), hint=_GONE_HINT)
        return data

    def write(self, data: bytes) -> None:
        """See Transport."""
        if self._closed:
            raise LinkError(tr("{name} is closed.", name=self.name))
        self._outgoing.put(data)

    def close(self) -> None:
        """See Transport."""
        if not self._closed:
            self._closed = True
            self._outgoing.put(None)
            self._incoming.put(None)


def memory_pair(name: str = "memory") -> tuple[MemoryTransport, MemoryTransport]:
    """Two ends; what one writes the other reads, and closing one is seen by the other."""
    one: queue.Queue[bytes | None] = queue.Queue()
    other: queue.Queue[bytes | None] = queue.Queue()
    return MemoryTransport(name, one, other), MemoryTransport(name, other, one)
