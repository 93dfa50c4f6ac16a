"""Ports: bytes go both ways, and the operating system's errors become advice."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator

import pytest
import serial

from tinylab.errors import LinkError
from tinylab.link.transports import SerialTransport, memory_pair

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


class PortThatFails:
    """What pyserial hands out before it opens; opening it fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def open(self) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (
            serial.SerialException(errno.ENOENT, "could not open port: no such file"),
            "There is no port COM7",
            "Plug the",
        ),
        (serial.SerialException("could not open port 'COM7': FileNotFoundError(2, …)"), "There is no port", "Plug the"),
        (serial.SerialException(errno.EACCES, "could not open port: denied"), "You may not use the port", "dialout"),
        (PermissionError(errno.EACCES, "Permission denied"), "You may not use the port", "dialout"),
        (serial.SerialException(errno.EBUSY, "Device or resource busy"), "Another program is using", "Close it"),
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock port"), "Another program is", "Close it"),
        (
            serial.SerialException("could not open port 'COM7': PermissionError(13, 'Access is denied.', None, 5)"),
            "Another program is using the port COM7",
            "Close it",
        ),
        (
            OSError(errno.EIO, "Input/output error"),
            "cannot be opened: [Errno 5] Input/output error",
            "plug it in again",
        ),
    ],
)
def test_a_port_that_does_not_open_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str, hint: str
) -> None:
    monkeypatch.setattr(serial, "serial_for_url", lambda *_, **__: PortThatFails(error))
    with pytest.raises(LinkError) as caught:
        SerialTransport("COM7")
    assert message in caught.value.message
    assert hint in caught.value.hint


@posix
def test_a_port_that_is_not_there_is_named(tmp_path: object) -> None:
    with pytest.raises(LinkError, match="There is no port"):
        SerialTransport(f"{tmp_path}/ttyACM9")


def test_an_address_that_is_none_is_an_error_in_a_sentence() -> None:
    with pytest.raises(LinkError, match="cannot be opened"):
        SerialTransport("nonsense://x")


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """The far end of a pseudo-terminal, and the name of its near end."""
    far, near = os.openpty()
    try:
        yield far, os.ttyname(near)
    finally:
        for end in (far, near):
            try:
                os.close(end)
            except OSError:
                continue


@posix
def test_bytes_go_both_ways(terminal: tuple[int, str]) -> None:
    far, name = terminal
    port = SerialTransport(name)
    port.write(b"\0\x01\r\n\xff")
    assert os.read(far, 100) == b"\0\x01\r\n\xff"
    os.write(far, b"\x03\x04\x11\x13")
    received = b""
    while len(received) < 4:
        received += port.read(1.0)
    assert received == b"\x03\x04\x11\x13"
    assert port.read(0.0) == b""
    port.close()
    port.close()


@posix
def test_a_port_in_use_is_reported_apart_from_one_that_is_missing(terminal: tuple[int, str]) -> None:
    port = SerialTransport(terminal[1])
    with pytest.raises(LinkError, match="Another program is using"):
        SerialTransport(terminal[1])
    port.close()
    SerialTransport(terminal[1]).close()


@posix
def test_a_closed_port_says_that_it_has_vanished(terminal: tuple[int, str]) -> None:
    port = SerialTransport(terminal[1])
    port.close()
    with pytest.raises(LinkError, match="has vanished") as caught:
        port.read(0.1)
    assert "by itself" in caught.value.hint
    with pytest.raises(LinkError, match="takes no more bytes"):
        port.write(b"x")


def test_a_pair_in_memory_is_read_in_order_and_closes_for_both() -> None:
    one, other = memory_pair("pair")
    one.write(b"ab")
    one.write(b"c")
    assert (other.read(1), other.read(1), other.read(0)) == (b"ab", b"c", b"")
    one.close()
    one.close()
    with pytest.raises(LinkError, match="has vanished"):
        other.read(1)
    with pytest.raises(LinkError, match="closed"):
        other.write(b"x")
    with pytest.raises(LinkError, match="closed"):
        one.read(1)
