"""Frames on the wire: COBS, a checksum, and a reader that finds the next frame after any garbage."""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from cobs import cobs

from tinylab.errors import LinkError
from tinylab.link.wire import MAX_PAYLOAD, MESSAGES, Message
from tinylab.text import tr

_BY_NUMBER = {message.NUMBER: message for message in MESSAGES}
_CRC_START = 0xFFFF
_HEADER_BYTES = 2
_CRC_BYTES = 2
# COBS adds at most one byte in 254, plus the first one.
_MAX_ENCODED = _HEADER_BYTES + MAX_PAYLOAD + _CRC_BYTES + 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it came, with the sender's sequence number (0…255)."""

    sequence: int
    message: Message


def encode(message: Message, sequence: int) -> bytes:
    """The bytes of one frame, with the closing zero.

    Raises LinkError where the message is larger than MAX_PAYLOAD.
    """
    payload = _payload(message)
    if len(payload) > MAX_PAYLOAD:
        raise LinkError(
            tr("A {name} of {count} bytes does not fit into a frame.", name=type(message).__name__, count=len(payload))
        )
    body = bytes((message.NUMBER, sequence & 0xFF)) + payload
    checked = body + struct.pack("<H", binascii.crc_hqx(body, _CRC_START))
    encoded: bytes = cobs.encode(checked)
    return encoded + b"\0"


def _payload(message: Message) -> bytes:
    fixed = struct.pack(message.FORMAT, *(getattr(message, field) for field in message.FIELDS))
    if message.TAIL is None:
        return fixed
    name, kind = message.TAIL
    return fixed + _tail_bytes(getattr(message, name), kind)


def _tail_bytes(value: Any, kind: str) -> bytes:
    if kind == "xyz":
        return np.ascontiguousarray(value, dtype="<i2").tobytes()
    if kind == "int8":
        return np.ascontiguousarray(value, dtype=np.int8).tobytes()
    return value.encode() if kind == "utf8" else bytes(value)


def _tail_value(data: bytes, kind: str) -> Any:
    if kind == "xyz":
        return np.frombuffer(data, dtype="<i2").reshape(-1, 3)  # ValueError on a torn sample
    if kind == "int8":
        return np.frombuffer(data, dtype=np.int8)
    return data.decode("utf-8", "replace") if kind == "utf8" else data


def decode(encoded: bytes) -> Frame:
    """The frame in `encoded`, the bytes between two zeros.

    Raises LinkError where coding, checksum, number or length is wrong.
    """
    body = checked_body(encoded)
    return Frame(body[1], _message(body[0], body[_HEADER_BYTES:]))


def checked_body(encoded: bytes) -> bytes:
    """Message number, sequence and payload of a frame of any protocol; raises LinkError where it arrived damaged."""
    checked = _uncoded(encoded)
    body, crc = checked[:-_CRC_BYTES], struct.unpack("<H", checked[-_CRC_BYTES:])[0]
    if binascii.crc_hqx(body, _CRC_START) != crc:
        raise LinkError(tr("A frame arrived with a wrong checksum."))
    return body


def is_known_message(encoded: bytes) -> bool:
    """Whether these bytes may have been a message of this protocol before something happened to them."""
    try:
        return _uncoded(encoded)[0] in _BY_NUMBER
    except LinkError:
        return False


def _uncoded(encoded: bytes) -> bytes:
    try:
        checked: bytes = cobs.decode(encoded)
    except cobs.DecodeError as error:
        raise LinkError(tr("A frame arrived with a broken coding.")) from error
    if len(checked) < _HEADER_BYTES + _CRC_BYTES:
        raise LinkError(tr("A frame arrived cut short."))
    return checked


def _message(number: int, payload: bytes) -> Message:
    kind = _BY_NUMBER.get(number)
    if kind is None:
        raise LinkError(tr("A frame arrived with the unknown message number 0x{number:02X}.", number=number))
    fixed_bytes = struct.calcsize(kind.FORMAT)
    if len(payload) < fixed_bytes or (kind.TAIL is None and len(payload) > fixed_bytes):
        raise LinkError(
            tr(
                "A {name} arrived with {count} bytes instead of {fixed_bytes}.",
                name=kind.__name__,
                count=len(payload),
                fixed_bytes=fixed_bytes,
            )
        )
    values: list[Any] = list(struct.unpack(kind.FORMAT, payload[:fixed_bytes]))
    if kind.TAIL is not None:
        try:
            values.append(_tail_value(payload[fixed_bytes:], kind.TAIL[1]))
        except ValueError as error:
            raise LinkError(tr("A {name} arrived with a torn end.", name=kind.__name__)) from error
    return kind(*values)


class FrameReader:
    """Cuts a stream of bytes into frames; counts what was not one and goes on."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._skipping = False  # inside something longer than any frame
        self.good = 0
        self.bad = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Every whole frame that `data` completes."""
        self._pending += data
        *pieces, rest = self._pending.split(b"\0")
        frames = []
        for piece in pieces:
            frame = None if self._skipping else self._read(bytes(piece))
            self._skipping = False
            if frame is not None:
                frames.append(frame)
        if len(rest) > _MAX_ENCODED:
            self.bad += not self._skipping
            self._skipping = True
            rest = bytearray()
        self._pending = bytearray(rest)
        return frames

    def _read(self, piece: bytes) -> Frame | None:
        if not piece:
            return None
        try:
            frame = decode(piece) if len(piece) <= _MAX_ENCODED else None
        except LinkError:
            frame = None
        if frame is None:
            self.bad += 1
            return None
        self.good += 1
        return frame
