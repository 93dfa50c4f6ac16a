"""The control channel's server: JSON lines over loopback TCP; every request carries the board's token.

Any program of this computer can connect, so until a connection has shown the token it may send little, for a short
time, and makes room for others. Nothing that arrives ends the board.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tinylab.errors import TinyLabError

MOST_BYTES_BEFORE_TOKEN = 4096  # of one line
MOST_BYTES = 32 * 1024 * 1024  # of one line of a trusted client: an hour of recording at 400 Hz
MOST_CLIENTS = 32
MOST_MISTAKES = 8  # lines without the token that are answered
TOKEN_WITHIN_S = 5.0  # after connecting
_SEND_TIMEOUT_S = 1.0
_READ_BYTES = 1 << 20
_NO_REQUEST = {"ok": False, "error": "A request is a JSON object on one line, of plain values."}

Handler = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class _Client:
    """One connection."""

    since_s: float
    trusted: bool = False  # it has shown the token
    mistakes: int = 0  # lines without it
    pending: bytearray = field(default_factory=bytearray)  # a line that has not ended

    @property
    def most_bytes(self) -> int:
        return MOST_BYTES if self.trusted else MOST_BYTES_BEFORE_TOKEN


class ControlServer:
    """Serves a limited number of clients from the board's own loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.token = secrets.token_hex(16)
        self._clock = clock
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.setblocking(False)
        self._clients: dict[socket.socket, _Client] = {}  # in the order in which they came

    @property
    def port(self) -> int:
        """TCP port on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def readers(self) -> list[socket.socket]:
        """What to wait on; who has not shown the token in time is dropped before."""
        latest = self._clock() - TOKEN_WITHIN_S
        for client in [c for c, state in self._clients.items() if not state.trusted and state.since_s < latest]:
            self._drop(client)
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
        """Where there are too many already, the oldest stranger makes room; among friends the newcomer is refused."""
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            client.settimeout(_SEND_TIMEOUT_S)
            self._clients[client] = _Client(self._clock())
            if len(self._clients) > MOST_CLIENTS:
                self._drop(next(c for c, state in self._clients.items() if not state.trusted))

    def _drop(self, client: socket.socket) -> None:
        if self._clients.pop(client, None) is not None:
            client.close()

    def _read(self, client: socket.socket, handle: Handler) -> None:
        try:
            data = client.recv(_READ_BYTES)
        except OSError:
            data = b""
        state = self._clients[client]
        *ends, rest = data.split(b"\n")
        for end in ends:
            line = bytes(state.pending) + end
            state.pending.clear()
            if len(line) > state.most_bytes:
                self._drop(client)
            elif line.strip():
                self._answer(client, state, line, handle)
            if client not in self._clients:
                return
        state.pending += rest
        if not data or len(state.pending) > state.most_bytes:
            self._drop(client)

    def _answer(self, client: socket.socket, state: _Client, line: bytes, handle: Handler) -> None:
        answer = self._result(state, line, handle)
        try:
            client.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            self._drop(client)
        if state.mistakes >= MOST_MISTAKES:
            self._drop(client)

    def _result(self, state: _Client, line: bytes, handle: Handler) -> dict[str, Any]:
        request = _request(line)
        token = request.pop("token", None) if request is not None else None
        mine = hmac.compare_digest(str(token).encode("utf-8", "surrogatepass"), self.token.encode())
        state.trusted = state.trusted or mine
        if request is None or not mine:
            state.mistakes += not state.trusted
            return {"ok": False, "error": "The token is wrong."} if request is not None else _NO_REQUEST
        try:
            return {"ok": True, **handle(request)}
        except TinyLabError as error:
            return {"ok": False, "error": error.message, "hint": error.hint}
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            return {"ok": False, "error": f"The request makes no sense: {error!r}."}


def _request(line: bytes) -> dict[str, Any] | None:
    """The request on a line; None where it is no JSON object, or one with anything but plain values in it."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(request, dict) or any(isinstance(value, (dict, list)) for value in request.values()):
        return None
    return request
