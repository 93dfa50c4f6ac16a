"""The C core's end of the wire, called from Python."""

from __future__ import annotations

import ctypes

from tinylab.link import wire

Parsed = list[tuple[int, int, bytes]]


class Core:
    """The C core with Python's types."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def parse(self, data: bytes) -> Parsed:
        to = ctypes.create_string_buffer(2 * len(data) + wire.MAX_PAYLOAD + 16)  # one may have begun before
        length = self._library.shim_parser_feed(data, ctypes.c_uint32(len(data)), to)
        found, raw = [], to.raw[:length]
        while raw:
            size = int.from_bytes(raw[2:4], "little")
            found.append((raw[0], raw[1], raw[4 : 4 + size]))
            raw = raw[4 + size :]
        return found

    def reset(self) -> None:
        self._library.shim_parser_reset()

    def counts(self) -> tuple[int, int]:
        return self._library.shim_parser_good(), self._library.shim_parser_bad()

    def encode(self, message: int, sequence: int, payload: bytes) -> bytes:
        to = ctypes.create_string_buffer(wire.MAX_PAYLOAD + 16)
        length = self._library.shim_encode(to, message, sequence, payload, ctypes.c_uint16(len(payload)))
        return to.raw[:length]
