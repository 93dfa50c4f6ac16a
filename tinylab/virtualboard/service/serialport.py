"""The board's serial port as the host sees it: a pseudo-terminal, or loopback TCP where there is none."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from abc import ABC, abstractmethod

_READ_BYTES = 65536


class SerialPort(ABC):
    """Never blocks. What the host does not take stays in `unsent`."""

    def __init__(self) -> None:
        self.unsent = bytearray()

    @property
    @abstractmethod
    def address(self) -> str:
        """What the host opens: a device path or a socket:// address."""

    @abstractmethod
    def readers(self) -> list[int | socket.socket]:
        """What to wait on for bytes from the host."""

    @abstractmethod
    def writers(self) -> list[int | socket.socket]:
        """What to wait on until the host takes more."""

    @abstractmethod
    def read(self) -> bytes:
        """Whatever the host has sent; empty where there is nothing."""

    @abstractmethod
    def _write(self, data: bytes) -> int:
        """Pass on as much as the host takes; returns how many bytes that was."""

    @abstractmethod
    def close(self) -> None:
        """Pull the plug: the host sees its port vanish."""

    def flush(self) -> None:
        """Pass on as much of `unsent` as the host takes."""
        while self.unsent:
            count = self._write(bytes(self.unsent[:_READ_BYTES]))
            if count == 0:
                return
            del self.unsent[:count]


class PtyPort(SerialPort):
    """A pseudo-terminal (POSIX)."""

    def __init__(self) -> None:
        super().__init__()
        import pty
        import tty

        # The slave stays open here, so that a host that closes it does not end the line.
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._address = os.ttyname(self._slave)

    @property
    def address(self) -> str:
        return self._address

    def readers(self) -> list[int | socket.socket]:
        return [self._master]

    def writers(self) -> list[int | socket.socket]:
        return [self._master]

    def read(self) -> bytes:
        with contextlib.suppress(OSError):
            return os.read(self._master, _READ_BYTES)
        return b""

    def _write(self, data: bytes) -> int:
        with contextlib.suppress(OSError):
            return os.write(self._master, data)
        return 0

    def close(self) -> None:
        os.close(self._slave)
        os.close(self._master)


class TcpPort(SerialPort):
    """A listener on 127.0.0.1 that serves one host at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._host: socket.socket | None = None

    @property
    def address(self) -> str:
        return f"socket://127.0.0.1:{self._listener.getsockname()[1]}"

    def readers(self) -> list[int | socket.socket]:
        return [self._listener] if self._host is None else [self._host]

    def writers(self) -> list[int | socket.socket]:
        return [] if self._host is None else [self._host]

    def read(self) -> bytes:
        if self._host is None:
            self._accept()
        if self._host is None:
            return b""
        try:
            data = self._host.recv(_READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            self._host, _ = self._listener.accept()
            self._host.setblocking(False)
            self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _hang_up(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

    def _write(self, data: bytes) -> int:
        if self._host is None:
            return 0
        with contextlib.suppress(OSError):
            return self._host.send(data)
        return 0

    def close(self) -> None:
        self._hang_up()
        self._listener.close()


def open_serial_port() -> SerialPort:
    """The best this system has."""
    return TcpPort() if sys.platform == "win32" else PtyPort()
