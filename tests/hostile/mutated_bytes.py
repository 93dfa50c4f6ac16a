"""What can happen to a file without knowing what it is: flipped bits, pages, a cut end, rubbish beside it."""

from __future__ import annotations

import random
import struct
from pathlib import Path

_PAGE = 4096


def flip_bits(source: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 5, 50, 500))):
        content[source.randrange(len(content))] ^= 1 << source.randrange(8)
    path.write_bytes(content)


def flip_bits_of_the_first_page(source: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 3, 20))):
        content[source.randrange(source.choice((100, _PAGE)))] ^= 1 << source.randrange(8)
    path.write_bytes(content)


def flip_bits_of_cells(source: random.Random, path: Path) -> None:
    """In the heads of pages and their cell pointers, where trees lead."""
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 4, 30))):
        page = source.randrange(len(content) // _PAGE)
        content[page * _PAGE + source.randrange(40)] = source.randrange(256)
    path.write_bytes(content)


def copy_a_page_over_another(source: random.Random, path: Path) -> None:
    """Trees that lead back into themselves."""
    content = bytearray(path.read_bytes())
    for _ in range(source.choice((1, 3))):
        one, other = (source.randrange(len(content) // _PAGE) * _PAGE for _ in range(2))
        content[one : one + _PAGE] = content[other : other + _PAGE]
    path.write_bytes(content)


def fill_a_page(source: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    page = source.randrange(len(content) // _PAGE) * _PAGE
    content[page : page + _PAGE] = source.choice((bytes(_PAGE), b"\xff" * _PAGE, source.randbytes(_PAGE)))
    path.write_bytes(content)


def cut_off(source: random.Random, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: source.choice((0, 50, 100, _PAGE, source.randrange(len(content))))])


def append(source: random.Random, path: Path) -> None:
    with path.open("ab") as file:
        file.write(source.choice((source.randbytes(5000), bytes(_PAGE), path.read_bytes())))


def write_nan(source: random.Random, path: Path) -> None:
    """SQLite cannot store NaN itself; so the bytes of a number of the file are changed."""
    content = path.read_bytes()
    for value in (100.0, 0.002, 2.0, 100.25, 0.00781):
        packed = struct.pack(">d", value)
        if packed in content:
            nan = struct.pack(">d", source.choice((float("nan"), float("inf"), -0.0, 5e-324, -1.0)))
            content = content.replace(packed, nan, source.randrange(1, 5))
    path.write_bytes(content)


def rubbish_beside_it(source: random.Random, path: Path) -> None:
    """A write-ahead log, a journal or shared memory that is none."""
    ending = source.choice(("-wal", "-journal", "-shm"))
    heads = {"-wal": bytes.fromhex("377f0682002de218"), "-journal": bytes.fromhex("d9d505f920a163d7"), "-shm": b""}
    beside = path.with_name(path.name + ending)
    if beside.exists() and source.randrange(2):
        content = bytearray(beside.read_bytes())
        for _ in range(20):
            content[source.randrange(len(content))] ^= 1 << source.randrange(8)
        beside.write_bytes(content[: source.choice((len(content), len(content) // 2))])
        return
    beside.write_bytes(heads[ending] + source.randbytes(source.choice((0, 24, 9000))))
