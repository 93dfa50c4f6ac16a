"""The control channel's server: JSON lines over loopback TCP; every request carries the board's token."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import socket
from collections.abc import Callable
from typing import Any

from tinylab.errors import TinyLabError

_MOST_BYTES = 64 * 1024 * 1024  # of one request: an hour of recording at 400 Hz
_SEND_TIMEOUT_S = 1.0

Handler = Callable[[dict[str, Any]], dict[str, Any]]


class ControlServer:
    """Serves any number of clients from the board's own loop."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.setblocking(False)
        self._clients: dict[socket.socket, bytearray] = {}

    @property
    def port(self) -> int:
        """TCP port on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def readers(self) -> list[socket.socket]:
        """What to wait on."""
        return [self._listener, *self._clients]

    def serve(self, ready: list[Any], handle: Handler) -> None:
        """Serve those of `readers` that are ready; `handle` does what a request asks."""
        for client in [client for client in self._clients if client in ready]:
            self._read(client, handle)
        if self._listener in ready:
            self._accept()

    def close(self) -> None:
        """Close the connections and the listener."""
        for client in list(self._clients):
            self._drop(client)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            client.settimeout(_SEND_TIMEOUT_S)
            self._clients[client] = bytearray()

    def _drop(self, client: socket.socket) -> None:
        del self._clients[client]
        client.close()

    def _read(self, client: socket.socket, handle: Handler) -> None:
        try:
            data = client.recv(1 << 20)
        except OSError:
            data = b""
        pending = self._clients[client]
        pending += data
        if not data or len(pending) > _MOST_BYTES:
            self._drop(client)
            return
        *lines, rest = bytes(pending).split(b"\n")
        self._clients[client] = bytearray(rest)
        for line in lines:
            if client in self._clients and line.strip():
                self._answer(client, line, handle)

    def _answer(self, client: socket.socket, line: bytes, handle: Handler) -> None:
        answer = self._result(line, handle)
        try:
            client.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            self._drop(client)

    def _result(self, line: bytes, handle: Handler) -> dict[str, Any]:
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            return {"ok": False, "error": "A request is a JSON object on one line."}
        token = str(request.pop("token", ""))
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return {"ok": False, "error": "The token is wrong."}
        try:
            return {"ok": True, **handle(request)}
        except TinyLabError as error:
            return {"ok": False, "error": error.message, "hint": error.hint}
        except (KeyError, TypeError, ValueError) as error:
            return {"ok": False, "error": f"The request makes no sense: {error!r}."}
