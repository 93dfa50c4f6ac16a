"""Length-prefixed messages over a socket: the pipe between the app and its worker, which is not stdout."""

from __future__ import annotations

import contextlib
import socket
import struct

from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.workers.messages import Message, from_bytes, to_bytes

_LENGTH = struct.Struct("<Q")
_MAX_BYTES = 4 << 30


class PipeClosedError(TinyLabError):
    """The other end is gone."""


class Pipe:
    """Sends and receives whole messages; one thread may send while another receives."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.settimeout(None)

    def send(self, message: Message) -> None:
        """Send one message; raises PipeClosedError where nobody listens."""
        data = to_bytes(message)
        try:
            self._socket.sendall(_LENGTH.pack(len(data)) + data)
        except OSError as error:
            raise PipeClosedError(tr("The worker does not listen any more.")) from error

    def receive(self) -> Message:
        """Wait for one message; raises PipeClosedError at the end of the stream."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > _MAX_BYTES:
            raise PipeClosedError(tr("The worker's stream makes no sense any more."))
        return from_bytes(self._exactly(length))

    def _exactly(self, length: int) -> bytes:
        collected = bytearray()
        while len(collected) < length:
            try:
                piece = self._socket.recv(min(length - len(collected), 1 << 20))
            except OSError as error:
                raise PipeClosedError(tr("The worker has gone.")) from error
            if not piece:
                raise PipeClosedError(tr("The worker has gone."))
            collected += piece
        return bytes(collected)

    def close(self) -> None:
        """Close this end; the other sees the end of the stream, and a `receive` that waits here returns."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        finally:
            self._socket.close()


def exactly(connection: socket.socket, length: int) -> bytes:
    """So many bytes from a connection, or fewer where it ends or times out."""
    collected = b""
    with contextlib.suppress(OSError):
        while len(collected) < length and (piece := connection.recv(length - len(collected))):
            collected += piece
    return collected
