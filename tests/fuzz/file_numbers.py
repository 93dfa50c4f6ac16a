"""Where the numbers of a .tflite file stand, and changes to them: damage that gets past the file's outer shell.

Flipping bytes at random breaks an offset and the file is refused at once. Here the tables are walked by the schema, so
that a change hits a size, an index, a scale or an offset on purpose and the rest stays whole.
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

# Per table: its field's number in the vtable -> the bytes of a scalar, [the bytes of a vector's elements], the name of
# a table, or [the name of a vector's tables]. From schema.fbs; only what the loader reads.
_SCHEMA: dict[str, dict[int, object]] = {
    "Model": {1: ["OperatorCode"], 2: ["SubGraph"], 4: ["Buffer"]},
    "OperatorCode": {0: 1, 1: [1], 3: 4},
    "SubGraph": {0: ["Tensor"], 1: [4], 2: [4], 3: ["Operator"]},
    "Tensor": {0: [4], 1: 1, 2: 4, 3: [1], 4: "Quantization"},
    "Quantization": {2: [4], 3: [8], 6: 4},
    "Operator": {0: 4, 1: [4], 2: [4], 4: "Options"},
    "Options": dict.fromkeys(range(8), 4),  # some of them are bytes: then the neighbours change too
    "Buffer": {0: [1]},
}
_VALUES = ("Quantization", "Buffer")  # scales, zero points and constants: any will do, and odd ones are wanted
_EXTREMES = (0, 1, -1, 2, 127, 128, 255, 256, 1 << 16, 1 << 20, 1 << 24, (1 << 31) - 1, -(1 << 31), 1 << 30)
_SCALES = (0.0, 1.0, -1.0, 1e-38, 1e-45, 1e-9, 1e9, 3.4e38, float("inf"), float("nan"), 1 / 256, 1 / 128)
_MOST_NUMBERS = 20_000


@dataclass(frozen=True)
class FileNumber:
    """One number in the file."""

    at: int
    width: int
    kind: str  # scalar, value (what may change without a contradiction), length, offset, entry (of a vtable)


def file_numbers(data: bytes) -> list[FileNumber]:
    """Every number that the schema leads to; of a damaged file, those before the damage."""
    found: list[FileNumber] = [FileNumber(0, 4, "offset")]
    try:
        for number in _table(data, _target(data, 0), "Model"):
            found.append(number)
            if len(found) > _MOST_NUMBERS:
                break
    except (struct.error, IndexError, RecursionError):
        pass
    return found


def _word(data: bytes, at: int) -> int:
    if at < 0:
        raise IndexError(at)
    return int(struct.unpack_from("<I", data, at)[0])


def _target(data: bytes, at: int) -> int:
    return at + _word(data, at)


def _table(data: bytes, at: int, name: str) -> Iterator[FileNumber]:
    yield FileNumber(at, 4, "entry")
    vtable = at - struct.unpack_from("<i", data, at)[0]
    size = _word(data, vtable) & 0xFFFF
    for number, kind in _SCHEMA[name].items():
        entry = vtable + 4 + 2 * number
        if entry + 2 > vtable + size:
            continue
        yield FileNumber(entry, 2, "entry")
        field = _word(data, entry) & 0xFFFF
        if field:
            yield from _field(data, at + field, kind, "value" if name in _VALUES else "scalar")


def _field(data: bytes, at: int, kind: object, scalar: str) -> Iterator[FileNumber]:
    if isinstance(kind, int):
        yield FileNumber(at, kind, scalar)
        return
    yield FileNumber(at, 4, "offset")
    target = _target(data, at)
    if isinstance(kind, str):
        yield from _table(data, target, kind)
        return
    assert isinstance(kind, list)
    element, length = kind[0], _word(data, target)
    yield FileNumber(target, 4, "length")
    for number in range(min(length, 64)):
        if isinstance(element, int):
            yield FileNumber(target + 4 + number * element, element, scalar)
        else:
            yield from _field(data, target + 4 + 4 * number, element, scalar)


def changed(data: bytes, chance: random.Random) -> bytes:
    """The file with one to four of its numbers changed."""
    known = file_numbers(data)
    result = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        kind = chance.choice(("value", "value", "value", "scalar", "scalar", "length", "offset", "entry"))
        alike = [number for number in known if number.kind == kind]
        if alike:
            number = chance.choice(alike)
            result[number.at : number.at + number.width] = _value(result, number, alike, chance)
    return bytes(result[: len(data)])


def _value(data: bytearray, number: FileNumber, alike: list[FileNumber], chance: random.Random) -> bytes:
    """What may stand there instead."""
    bits, now = 8 * number.width, int.from_bytes(data[number.at : number.at + number.width], "little", signed=True)
    other = chance.choice(alike)
    there = int.from_bytes(data[other.at : other.at + number.width], "little")
    if number.kind == "offset":
        there += other.at - number.at  # now both point at the same thing
    changes = [
        lambda: now + chance.choice((-4, -2, -1, 1, 2, 4)),
        lambda: now ^ (1 << chance.randrange(bits)),
        lambda: chance.randrange(12),
        lambda: chance.choice(_EXTREMES),
        lambda: there,
    ]
    if number.kind == "value" and number.width == 4:
        changes = [
            lambda: _float(chance.choice(_SCALES)),
            lambda: _float(math.exp2(chance.uniform(-30, 20))),
            lambda: there,
        ]
    written = chance.choice(changes)()
    return (written % (1 << bits)).to_bytes(number.width, "little")


def _float(number: float) -> int:
    """Its bits in single precision."""
    return int.from_bytes(struct.pack("<f", number), "little")
