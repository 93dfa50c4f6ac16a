"""Frames: whatever goes in comes out, and after any garbage the reader finds the next frame."""

from __future__ import annotations

import binascii
import struct
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from cobs import cobs
from hypothesis import given
from hypothesis import strategies as st

from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.framing import FrameReader, decode, encode

_NUMBERS = {"B": (0, 255), "b": (-128, 127), "H": (0, 65535), "I": (0, 2**32 - 1), "Q": (0, 2**64 - 1)}


def _field(code: str) -> st.SearchStrategy[Any]:
    if code == "f":
        return st.floats(width=32, allow_nan=False)
    if code == "8s":
        return st.binary(min_size=8, max_size=8)
    return st.integers(*_NUMBERS[code])


def _tail(kind: str, room: int) -> st.SearchStrategy[Any]:
    if kind == "xyz":
        return st.lists(st.tuples(*[st.integers(-32768, 32767)] * 3), max_size=room // 6).map(
            lambda rows: np.array(rows, dtype=np.int16).reshape(-1, 3)
        )
    if kind == "int8":
        return st.binary(max_size=room).map(lambda data: np.frombuffer(data, dtype=np.int8))
    return st.text(max_size=room // 4) if kind == "utf8" else st.binary(max_size=room)


def _message(kind: type[wire.Message]) -> st.SearchStrategy[wire.Message]:
    codes = kind.FORMAT[1:].replace("8s", "S")
    parts = [_field("8s" if code == "S" else code) for code in codes]
    if kind.TAIL is not None:
        parts.append(_tail(kind.TAIL[1], wire.MAX_PAYLOAD - struct.calcsize(kind.FORMAT)))
    return st.builds(kind, *parts)


MESSAGES = st.one_of([_message(kind) for kind in wire.MESSAGES])


def same(one: wire.Message, other: wire.Message) -> bool:
    return type(one) is type(other) and all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
    )


@given(MESSAGES, st.integers(0, 255))
def test_every_message_comes_back_as_it_went(message: wire.Message, sequence: int) -> None:
    encoded = encode(message, sequence)
    assert encoded.count(0) == 1
    assert encoded.endswith(b"\0")
    frame = decode(encoded[:-1])
    assert same(frame.message, message)
    assert frame.sequence == sequence


@given(st.lists(MESSAGES, min_size=1, max_size=5), st.data())
def test_the_pieces_in_which_bytes_arrive_do_not_matter(messages: list[wire.Message], data: st.DataObject) -> None:
    stream = b"".join(encode(message, number) for number, message in enumerate(messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader = FrameReader()
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:end])
    assert [frame.sequence for frame in found] == list(range(len(messages)))
    assert all(same(frame.message, message) for frame, message in zip(found, messages, strict=True))
    assert (reader.good, reader.bad) == (len(messages), 0)


@given(st.binary(max_size=2000), MESSAGES)
def test_after_garbage_and_a_zero_the_next_frame_is_read(garbage: bytes, message: wire.Message) -> None:
    reader = FrameReader()
    frames = reader.feed(garbage + b"\0" + encode(message, 9))
    assert same(frames[-1].message, message)


@given(st.lists(MESSAGES, min_size=2, max_size=4), st.data())
def test_a_flipped_bit_costs_its_own_frame_or_two_never_a_wrong_message(
    messages: list[wire.Message], data: st.DataObject
) -> None:
    encoded = [encode(message, number) for number, message in enumerate(messages)]
    stream = bytearray(b"".join(encoded))
    at, bit = data.draw(st.integers(0, len(stream) - 1)), data.draw(st.integers(0, 7))
    stream[at] ^= 1 << bit
    found = {frame.sequence: frame.message for frame in FrameReader().feed(bytes(stream) + b"\0")}
    assert all(same(message, messages[number]) for number, message in found.items())
    assert len(found) >= len(messages) - 2
    ends = np.cumsum([len(each) for each in encoded])
    hit = int(np.searchsorted(ends, at, side="right"))
    assert hit not in found
    assert set(range(len(messages))) - set(found) <= {hit, hit + 1}


@given(MESSAGES, MESSAGES, st.data())
def test_a_frame_cut_short_costs_only_itself(lost: wire.Message, kept: wire.Message, data: st.DataObject) -> None:
    whole = encode(lost, 1)
    start = data.draw(st.integers(0, len(whole) - 2))
    end = data.draw(st.integers(start + 1, len(whole) - 1))
    reader = FrameReader()
    found = reader.feed(whole[:start] + whole[end:] + encode(kept, 2))
    assert [frame.sequence for frame in found] == [2]
    assert same(found[0].message, kept)


def test_something_longer_than_any_frame_is_skipped_once_and_does_not_fill_the_memory() -> None:
    reader = FrameReader()
    for _ in range(100):
        assert reader.feed(b"\x55" * 1000) == []
        assert len(reader._pending) < 1000
    assert reader.bad == 1
    frames = reader.feed(b"\x55\0" + encode(wire.StatsAsk(), 3))
    assert [frame.sequence for frame in frames] == [3]
    assert (reader.good, reader.bad) == (1, 1)


def test_a_whole_frame_that_is_longer_than_any_is_not_taken_either() -> None:
    body = bytes((wire.Samples.NUMBER, 1)) + bytes(16) + bytes(6 * 500)
    long = cobs.encode(body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little"))
    assert len(decode(long).message.counts) == 500  # type: ignore[union-attr]
    reader = FrameReader()
    assert reader.feed(long + b"\0") == []
    assert (reader.bad, len(reader.feed(encode(wire.HelloAsk(), 1)))) == (1, 1)


def test_a_message_too_large_for_a_frame_is_not_sent() -> None:
    with pytest.raises(LinkError, match="241 bytes does not fit"):
        encode(wire.Error(1, 2, 3, "x" * 238), 0)
    encode(wire.Error(1, 2, 3, "x" * 237), 0)


def _checked(body: bytes) -> bytes:
    import binascii

    return cobs.encode(body + struct.pack("<H", binascii.crc_hqx(body, 0xFFFF)))


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        (b"\x05\x01", "broken coding"),
        (cobs.encode(b"\x01\x00"), "cut short"),
        (cobs.encode(b"\x01\x00\x12\x34"), "wrong checksum"),
        (_checked(b"\x7f\x00"), "unknown message number 0x7F"),
        (_checked(b"\x82\x00\x01"), "Ack arrived with 1 bytes instead of 2"),
        (_checked(b"\x82\x00\x01\x02\x03"), "Ack arrived with 3 bytes instead of 2"),
        (_checked(b"\x85\x00" + bytes(16) + b"12345"), "Samples arrived with a torn end"),
    ],
)
def test_each_kind_of_damage_is_named(encoded: bytes, message: str) -> None:
    with pytest.raises(LinkError, match=message):
        decode(encoded)


def test_text_that_is_no_utf8_is_shown_as_far_as_it_goes() -> None:
    frame = decode(_checked(b"\x83\x00\x01\x02\x03caf\xc3"))
    assert isinstance(frame.message, wire.Error)
    assert frame.message.text == "caf�"
