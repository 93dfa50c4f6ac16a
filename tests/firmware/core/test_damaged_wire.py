"""36 MB of damaged bytes into both ends of the wire: what comes out was sent, and nothing else."""

from __future__ import annotations

import ctypes
import random

import numpy as np
import pytest
from c_frames import Core
from trials import one_by_one, run_trial

from tinylab.link import wire
from tinylab.link.framing import FrameReader, encode

_COUNT = 200
_FRAMES = 750  # of about 240 bytes: 180 kB an attempt
_DAMAGED = 0.15  # of the frames
_LARGEST_READ = 700
_KNOWN = {message.NUMBER for message in wire.MESSAGES}


def sent_frames(draw: random.Random, numbers: np.random.Generator) -> list[bytes]:
    """What a board streams, with other messages in between."""
    frames = []
    for number in range(_FRAMES):
        counts = numbers.integers(-32768, 32767, (36, 3)).astype(np.int16)
        samples = wire.Samples(number * 360_000, number * 36, 0, counts)
        other = wire.Label(draw.randrange(64), 0, 9, draw.randbytes(9))
        frames.append(encode(samples if draw.random() < 0.9 else other, number & 0xFF))
    return frames


def damaged(frame: bytes, draw: random.Random) -> bytes:
    """A frame as a bad cable leaves it."""
    data = bytearray(frame)
    kind = draw.randrange(7)
    place = draw.randrange(len(data))
    if kind == 0:
        data[place] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del data[place : place + draw.randrange(1, 20)]
    elif kind == 2:
        data[place:place] = draw.randbytes(draw.randrange(1, 20))
    elif kind == 3:
        data[place:place] = b"\0" * draw.randrange(1, 4)
    elif kind == 4:
        del data[place:]
    elif kind == 5:
        data[place:place] = draw.randbytes(draw.randrange(300, 900))  # longer than any frame
    else:
        data += data[:place]
    return bytes(data)


def attempt(number: int, c: Core) -> str:
    """One stream through both ends; why it failed, or nothing."""
    draw, numbers = random.Random(number), np.random.default_rng(number)
    frames = sent_frames(draw, numbers)
    arriving = [damaged(each, draw) if draw.random() < _DAMAGED else each for each in frames]
    whole = [each for each, was in zip(arriving, frames, strict=True) if each == was]
    stream = b"".join(arriving)
    reader, read = FrameReader(), []
    c.reset()
    parsed = []
    while stream:
        size = draw.randrange(1, _LARGEST_READ)
        piece, stream = stream[:size], stream[size:]
        read += [encode(frame.message, frame.sequence) for frame in reader.feed(piece)]
        parsed += c.parse(piece)
    sent = set(frames)
    if strange := [each for each in read if each not in sent]:
        return f"{len(strange)} frames came out that nobody sent"
    if len(read) < len(whole) - sum(each != was for each, was in zip(arriving, frames, strict=True)):
        return f"{len(read)} frames read of {len(whole)} that arrived whole"
    # A checksum of 16 bits lets one damaged frame in 65,536 through; one without a meaning is dropped by the computer
    # and refused in words by the board.
    meant = [(number, sequence, len(payload)) for number, sequence, payload in parsed if number in _KNOWN]
    if meant != [_inside(encoded) for encoded in read]:
        return "the two ends read different frames"
    return ""


def _inside(encoded: bytes) -> tuple[int, int, int]:
    """Number, sequence and length of the payload of a frame."""
    from cobs import cobs

    body = cobs.decode(encoded[:-1])
    return body[0], body[1], len(body) - 4


@pytest.mark.timeout(3600)
def test_nothing_comes_out_of_a_damaged_stream_that_was_not_sent(core: ctypes.CDLL) -> None:
    c = Core(core)
    run_trial("damaged streams on the wire", count=_COUNT, seed=3, attempts=one_by_one(lambda n: attempt(n, c)))
