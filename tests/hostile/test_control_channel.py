"""Nothing that a stranger sends to a virtual board's control channel ends it, or keeps its owner out."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tinylab.virtualboard.service import control
from tinylab.virtualboard.service.control import ControlServer


class Channel:
    """A control channel, the loop that serves it, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.server = ControlServer(lambda: self.now_s)
        self.handled: list[dict[str, Any]] = []
        self._opened: list[socket.socket] = []

    def serve(self) -> None:
        """Serve until nobody wants anything."""
        while ready := select.select(self.server.readers(), [], [], 0.0)[0]:
            self.server.serve(ready, self._handle)

    def _handle(self, request: dict[str, Any]) -> dict[str, Any]:
        self.handled.append(request)
        return {}

    def connect(self) -> socket.socket:
        """A connection that the server has accepted."""
        client = socket.create_connection(("127.0.0.1", self.server.port), 5.0)
        self._opened.append(client)
        self.serve()
        return client

    def send(self, client: socket.socket, data: bytes) -> None:
        """Send bytes, served as they come; a server that hangs up is no error."""
        try:
            for at in range(0, len(data), 65536):
                client.sendall(data[at : at + 65536])
                self.serve()
        except OSError:
            self.serve()

    def ask(self, client: socket.socket, line: bytes) -> dict[str, Any]:
        """The answer to one line; empty where the server hung up."""
        self.send(client, line + b"\n")
        try:
            data = client.recv(65536)
        except ConnectionResetError:
            data = b""
        return dict(json.loads(data)) if data else {}

    def owner(self) -> socket.socket:
        """A connection that has shown the token."""
        client = self.connect()
        assert self.ask(client, self.request("hello"))["ok"]
        return client

    def request(self, action: str, **values: Any) -> bytes:
        return json.dumps({"do": action, "token": self.server.token, **values}).encode()

    def hung_up(self, client: socket.socket) -> bool:
        """Whether the server has closed this connection."""
        self.serve()
        client.setblocking(False)
        try:
            return client.recv(1) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def close(self) -> None:
        for client in self._opened:
            client.close()
        self.server.close()


@pytest.fixture
def channel() -> Iterator[Channel]:
    made = Channel()
    yield made
    made.close()


def test_requests_that_arrive_together_are_all_answered(channel: Channel) -> None:
    client = channel.connect()
    channel.send(client, b"\n".join(channel.request(name) for name in ("one", "two", "three")) + b"\n")
    answers = client.recv(65536).split(b"\n")
    assert [request["do"] for request in channel.handled] == ["one", "two", "three"]
    assert [json.loads(answer)["ok"] for answer in answers if answer] == [True] * 3


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 4000,
        b'{"a":' * 600 + b"1" + b"}" * 600,
        b'{"do": "state", "token": "\\ud800"}',
        b'{"do": "state", "token": ["x"]}',
        b'{"do": "state", "token": ' + b"9" * 4000 + b"}",
        b"\xff\xfe\x00",
        b'"text"',
        b"{}",
    ],
    ids=["deep list", "deep object", "lone surrogate", "list", "long number", "no text", "no object", "no token"],
)
def test_a_line_of_nonsense_is_refused_and_the_owner_is_served(channel: Channel, line: bytes) -> None:
    owner = channel.owner()
    assert channel.ask(channel.connect(), line)["ok"] is False
    assert channel.ask(owner, channel.request("state"))["ok"]
    assert [request["do"] for request in channel.handled] == ["hello", "state"]


def test_a_deep_line_of_the_owner_himself_is_refused_too(channel: Channel) -> None:
    owner = channel.owner()
    assert channel.ask(owner, b"[" * 200_000)["ok"] is False
    assert channel.ask(owner, channel.request("play", samples=[[1, 2], [3]]))["ok"] is False
    assert channel.ask(owner, channel.request("state"))["ok"]


def test_a_long_line_is_cut_off_until_the_token_was_shown(channel: Channel) -> None:
    stranger, owner = channel.connect(), channel.owner()
    channel.send(stranger, b"x" * 300_000)
    assert channel.hung_up(stranger)
    assert channel.ask(owner, channel.request("play", samples="A" * 300_000))["ok"]


def test_the_owner_too_has_a_limit(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "MOST_BYTES", 100_000)
    owner = channel.owner()
    channel.send(owner, b"x" * 200_000)
    assert channel.hung_up(owner)


def test_idle_connections_do_not_pile_up_and_keep_nobody_out(channel: Channel) -> None:
    before = channel.owner()
    for _ in range(4 * control.MOST_CLIENTS):
        channel.connect()
    assert len(channel.server.readers()) <= control.MOST_CLIENTS + 1
    assert channel.ask(before, channel.request("state"))["ok"]
    assert channel.ask(channel.owner(), channel.request("state"))["ok"]


def test_who_shows_no_token_in_time_is_dropped(channel: Channel) -> None:
    stranger, owner = channel.connect(), channel.owner()
    channel.send(stranger, b'{"do": ')
    channel.now_s = control.TOKEN_WITHIN_S - 0.1
    assert not channel.hung_up(stranger)
    channel.now_s = control.TOKEN_WITHIN_S + 0.1
    assert channel.hung_up(stranger)
    assert channel.ask(owner, channel.request("state"))["ok"]


def test_guessing_tokens_ends_the_connection(channel: Channel) -> None:
    stranger = channel.connect()
    answers = [channel.ask(stranger, b'{"token": "guess"}') for _ in range(control.MOST_MISTAKES)]
    assert all(answer["ok"] is False for answer in answers)
    assert channel.hung_up(stranger) and channel.handled == []
