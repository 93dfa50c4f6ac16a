"""The board's end of the wire against the computer's, both ways, with and without garbage."""

from __future__ import annotations

import ctypes

import pytest
from c_frames import Core
from hypothesis import given
from hypothesis import strategies as st

from tinylab.link import wire
from tinylab.link.framing import FrameReader, encode


@pytest.fixture(scope="session")
def c(core: ctypes.CDLL) -> Core:
    return Core(core)


@given(text=st.binary(max_size=wire.MAX_PAYLOAD - 5), sequence=st.integers(0, 255))
def test_what_the_board_writes_the_computer_reads(c: Core, text: bytes, sequence: int) -> None:
    label = wire.Label(3, 5, 700, text)
    payload = bytes((3, 5, 0)) + (700).to_bytes(2, "little") + text
    encoded = c.encode(wire.Label.NUMBER, sequence, payload)
    assert encoded == encode(label, sequence)
    assert [(frame.sequence, frame.message) for frame in FrameReader().feed(encoded)] == [(sequence, label)]


@given(text=st.binary(max_size=wire.MAX_PAYLOAD - 5), sequence=st.integers(0, 255))
def test_what_the_computer_writes_the_board_reads(c: Core, text: bytes, sequence: int) -> None:
    c.reset()
    payload = bytes((3, 5, 0)) + (700).to_bytes(2, "little") + text
    assert c.parse(encode(wire.Label(3, 5, 700, text), sequence)) == [(wire.Label.NUMBER, sequence, payload)]
    assert c.counts() == (1, 0)


def test_a_frame_that_was_cut_is_not_completed_by_what_came_before(c: Core) -> None:
    frame = encode(wire.Start(50, 8, 1), 4)
    for kept in range(len(frame) - 1):
        c.reset()
        assert len(c.parse(frame)) == 1
        assert c.parse(frame[:kept] + b"\0") == [], f"{kept} of {len(frame)} bytes"


@given(garbage=st.binary(max_size=2000))
def test_after_any_garbage_the_board_is_in_step_again(c: Core, garbage: bytes) -> None:
    c.reset()
    c.parse(garbage + b"\0")
    assert c.parse(encode(wire.StatsAsk(), 9)) == [(wire.StatsAsk.NUMBER, 9, b"")]


@given(pieces=st.lists(st.one_of(st.binary(max_size=300), st.just(encode(wire.Start(50, 8, 1), 4))), max_size=12))
def test_both_ends_count_the_same(c: Core, pieces: list[bytes]) -> None:
    stream = b"\0".join(pieces) + b"\0"
    c.reset()
    found = c.parse(stream)
    reader = FrameReader()
    frames = reader.feed(stream)
    known = {message.NUMBER for message in wire.MESSAGES}
    assert [sequence for number, sequence, _ in found if number in known][: len(frames)] == [f.sequence for f in frames]
    good, bad = c.counts()
    assert (good + bad) == (reader.good + reader.bad)


@given(flipped=st.integers(0, 8 * 8 - 1))
def test_a_flipped_bit_never_passes(c: Core, flipped: int) -> None:
    frame = bytearray(encode(wire.Start(50, 8, 1), 4))
    frame[flipped // 8] ^= 1 << flipped % 8
    c.reset()
    assert c.parse(bytes(frame) + b"\0") == []
