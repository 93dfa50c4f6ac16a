"""Three hundred files that no import may take whole: good ones of every format, damaged one way at a time."""

from __future__ import annotations

import copy
import json
import random
import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import cbor2
from fakes import exchange_files as files

Case = tuple[str, bytes]  # name of the file, what it holds
NINES = "9" * 400
ZIP, GZIP = b"PK\x03\x04" + bytes(60), b"\x1f\x8b\x08" + bytes(60)
HTML = b"<!doctype html><html><body>404 Not Found</body></html>\n" * 20


@lru_cache(maxsize=1)
def cases() -> dict[str, Case]:
    """Every case by a name that says what is wrong."""
    found: dict[str, Case] = {}
    for kind, (name, content) in TABLES.items():
        found |= {f"{kind}: {what}": (name, damaged) for what, damaged in tables(content).items()}
    for kind, (name, value) in ACQUISITIONS.items():
        found |= {f"{kind}: {what}": (name, damaged) for what, damaged in acquisitions(name, value).items()}
    for kind, (name, content) in GESTURES.items():
        found |= {f"{kind}: {what}": (name, damaged) for what, damaged in gestures(content).items()}
    found |= {f"project: {what}": ("a.tinylab", damaged) for what, damaged in projects()}
    return found


# --- tables -----------------------------------------------------------------------------------------------

TABLES: dict[str, Case] = {
    "csv": ("wave.csv", files.plain()),
    "long csv": ("all.csv", files.long_table()),
    "arduino": ("punch.csv", files.arduino()),
    "phyphox": ("phyphox.csv", files.phyphox()),
    "sensor logger": ("logger.csv", files.sensor_logger()),
    "matlab": ("matlab.csv", files.matlab()),
    "forwarder": ("wave.log", files.forwarder()),
}


def tables(content: bytes) -> dict[str, bytes]:
    """A table damaged in ways that no reading can mend."""
    end = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.rstrip().split(end)
    comma = b"\t" if b"\t" in lines[1] else b","

    def row(change: Callable[[list[bytes]], list[bytes]], at: int = 30) -> bytes:
        changed = list(lines)
        changed[at] = comma.join(change(changed[at].split(comma)))
        return end.join(changed) + end

    def axis(text: bytes, *, every: bool = False) -> bytes:
        # The first number of an axis: the label's or the time's column is another.
        place = next(at for at, cell in enumerate(lines[31].split(comma)) if b"." in cell and cell.startswith(b"-"))
        if not every:
            return row(lambda cells: [*cells[:place], text, *cells[place + 1 :]])
        return end.join([lines[0], *(comma.join([*r.split(comma)[:place], text, *r.split(comma)[place + 1 :]])
                                     for r in lines[1:] if r)])  # fmt: skip

    noise = random.Random(3).randbytes(3000)
    damaged = {
        "empty": b"", "a blank": b" \n", "zeros": bytes(4000), "noise": noise, "a zip": ZIP, "a gzip": GZIP,
        "a web page": HTML, "header only": lines[0] + end, "half a header": lines[0][: len(lines[0]) // 2],
        "one row": end.join(lines[:2]), "noise in the middle": content[:900] + noise + content[900:],
        "a zero byte": axis(b"0.1\x002"), "no UTF-8": axis(b"\xff\xfe"), "a word": axis(b"oops"),
        "nothing": axis(b""), "nan": axis(b"nan"), "inf": axis(b"-inf"), "1e309": axis(b"1e309"),
        "400 digits": axis(NINES.encode()), "200,000 digits": axis(b"1" * 200_000), "a hex": axis(b"0x1F"),
        "an underscore": axis(b"1_0"), "two points": axis(b"0.1.2"), "a date": axis(b"2024-01-01"),
        "a formula": axis(b"=cmd|'/c calc'!A1"), "a quote too many": axis(b'"1'),
        "counts of 1e9": axis(b"-1e9", every=True), "a cell less": row(lambda cells: cells[:-1]),
        "a cell more": row(lambda cells: [*cells, b"1"]),
        "two columns": end.join(comma.join(line.split(comma)[:2]) for line in lines if line),
        "100,000 columns": comma.join([b"x"] * 100_000) + end + comma.join([b"1"] * 100_000),
    }  # fmt: skip
    if lines[0].lower().startswith((b"time", b'"time', b"label")):
        damaged |= _times(lines, end, comma)
    return damaged


def _times(lines: list[bytes], end: bytes, comma: bytes) -> dict[str, bytes]:
    """The column of times damaged."""
    still = end.join([*lines[:20], lines[19], *lines[21:]])
    if b"seconds_elapsed" in lines[0]:  # it has another column of times
        return {"time stands still": still}
    place = 2 if lines[0].startswith(b"label") else 0
    return {
        "time stands still": still,
        "no time": end.join(line.replace(line.split(comma)[place], b"?", 1) for line in lines),
    }


# --- Edge Impulse -----------------------------------------------------------------------------------------

ACQUISITIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "edge impulse json": ("wave.a.json", files.acquisition()),
    "edge impulse cbor": ("wave.a.cbor", files.acquisition()),
}


def acquisitions(name: str, good: dict[str, Any]) -> dict[str, bytes]:
    """An acquisition file with one thing in it changed, or its bytes."""
    dump: Callable[[Any], bytes] = cbor2.dumps if name.endswith("cbor") else lambda v: json.dumps(v).encode()
    whole = dump(good)
    changed = {what: dump(value) for what, value in _changed_acquisitions(good)}
    return changed | (_broken_cbor(whole) if name.endswith("cbor") else broken_json(whole, b'"interval_ms": 20.0'))


def _changed_acquisitions(good: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    def put(place: str, value: Any) -> dict[str, Any]:
        made = copy.deepcopy(good)
        made["payload"][place] = value
        return made

    yield from (("a list", [good]), ("a number", 7), ("a text", "payload"), ("nothing", None), ("no payload", {}))
    yield "payload is a list", {**good, "payload": [1]}
    for value in (0, -20, "soon", None, 1e-9, 1e9, [], True):
        yield f"interval {value}", put("interval_ms", value)
    two = good["payload"]["sensors"][:2]
    for what, sensors in {"none": [], "text": "accX", "two": two, "null": None, "numbers": [1, 2, 3, 4],
                          "names": [{"name": n} for n in "abcd"], "more": [{"name": "accX"}] * 9}.items():  # fmt: skip
        yield f"sensors {what}", put("sensors", sensors)
    rows = good["payload"]["values"]
    for what, values in {"none": [], "one row": rows[:1], "flat": [1.0] * 60, "text": "1,2,3", "null": None,
                         "an object": {"0": rows[0]}, "short row": [*rows, [1.0]], "long row": [*rows, [1.0] * 5],
                         "a null": [*rows, [None, 0, 0, 0]], "a text in it": [*rows, ["1", 0, 0, 0]],
                         "a bool": [*rows, [True, 0, 0, 0]], "deep": [[[r] for r in row] for row in rows],
                         "1e300": [*rows, [1e300, 0, 0, 0]], "huge int": [*rows, [10**400, 0, 0, 0]],
                         "empty rows": [[]] * 60}.items():  # fmt: skip
        yield f"values {what}", put("values", values)


def broken_json(whole: bytes, number: bytes) -> dict[str, bytes]:
    """JSON that is none."""
    return {
        "empty": b"", "half": whole[: len(whole) // 2], "an end too few": whole[:-1], "an end too many": whole + b"}",
        "NaN": whole.replace(b"0.0, ", b"NaN, ", 1), "Infinity": whole.replace(b"0.0, ", b"-Infinity, ", 1),
        "1e999": whole.replace(b"0.0, ", b"1e999, ", 1),
        "10,000 digits": whole.replace(b"0.0, ", b"9" * 10_000 + b", ", 1),
        "a comment": b"// hi\n" + whole, "quotes of Python": whole.replace(b'"', b"'"), "no UTF-8": b"\xff" + whole,
        "zeros": bytes(3000), "a zip": ZIP, "a web page": HTML, "100,000 brackets": b"[" * 100_000,
        "100,000 objects": b'{"payload":' * 100_000, "half a surrogate": whole[:50] + b"\xed\xa0\x80" + whole[50:],
        "a tab in a text": whole.replace(b'"', b'"\t', 1), "no number": whole.replace(number, number + b"x", 1) + b" x",
    }  # fmt: skip


def _broken_cbor(whole: bytes) -> dict[str, bytes]:
    """CBOR that is none, or that would grow, run or never end."""
    head = b"\xa1\x67payload"
    return {
        "empty": b"", "half": whole[: len(whole) // 2], "a byte too few": whole[:-1],
        "noise": random.Random(1).randbytes(999), "an array without end": head + b"\x9f" + b"\x01" * 99,
        "2^60 values": head + b"\x9b" + struct.pack(">Q", 1 << 60),
        "2^62 bytes": head + b"\x5b" + struct.pack(">Q", 1 << 62), "100,000 arrays": b"\x81" * 100_000,
        "a circle": head + b"\xd8\x1c\x81\xd8\x1d\x00",
        "a huge integer": head + b"\xc2\x5a" + struct.pack(">I", 100_000) + bytes(100_000),
        "a date": head + b"\xc0\x74" + b"2013-03-21T20:04:00Z", "a pattern": head + b"\xd8\x23\x6b" + b"(a+)+(b+)+c",
        "a mail": head + b"\xd8\x24\x63abc", "a power": head + b"\xc5\x82\x1b" + b"\x7f" * 8 + b"\x03",
        "a set": head + b"\xd9\x01\x02\x81\x01", "a text that is none": head + b"\x62\xff\xfe",
        "an unknown tag": head + b"\xda\x00\x12\x34\x56\x01", "reserved": b"\xfc", "zeros": bytes(999), "a zip": ZIP,
        "a key that is a list": b"\xa1\x81\x01\x01",
    }  # fmt: skip


# --- the micro:bit's datasets -----------------------------------------------------------------------------

GESTURES: dict[str, Case] = {
    "createai": ("data-samples.json", files.createai()),
    "ml-machine": ("dataset.json", files.ml_machine()),
}


def gestures(content: bytes) -> dict[str, bytes]:
    """A dataset of which the first recording is damaged, or all of it."""
    found = {what: json.dumps(value).encode() for what, value in _changed_gestures(json.loads(content))}
    return found | broken_json(content.replace(b"0.0,", b"0.0, "), b'"name"')


def _changed_gestures(good: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    key = "data" if "data" in good[0]["recordings"][0] else "samples"

    def put(value: Any, label: Any = "wave") -> list[dict[str, Any]]:
        made = copy.deepcopy(good)
        made[0]["name"] = label
        made[0]["recordings"][0][key] = value
        return made

    inside = good[0]["recordings"][0][key]
    yield from (("a list of numbers", [1, 2]), ("an object", {"recordings": 1}), ("nothing", None))
    yield "a recording is a number", [{**good[0], "recordings": [1]}]
    for what, value in {"null": None, "a number": 1, "a text": "x", "no list": {}, "empty": []}.items():
        yield f"samples {what}", put(value)
    for what, label in {"400 letters": "x" * 400, "a zero": "a\0b", "half a letter": "\ud800"}.items():
        yield f"a label of {what}", put(inside, label)
    for what, value in {"a text": "1", "null": None, "a list": [[1]], "huge": 1e300, "an int of 400 digits": int(NINES),
                        "true": True, "an object": {}}.items():  # fmt: skip
        if key == "data":
            yield f"x with {what}", put({**inside, "x": [*inside["x"][:-1], value]})
        else:
            yield f"x with {what}", put([*inside[:-1], {"vector": [value, 0, 0]}])
    if key == "data":
        yield from (("x is short", put({**inside, "x": inside["x"][:-1]})), ("no y", put({"x": [1], "z": [1]})))
        yield "all are empty", put({"x": [], "y": [], "z": []})
        yield "one sample", put({"x": [0], "y": [0], "z": [1]})
    else:
        yield "a vector is short", put([*inside, {"vector": [1, 2]}])
        yield from (("a vector is none", put([{"vector": 1}] * 5)), ("one sample", put(inside[:1])))


def projects() -> Iterator[tuple[str, bytes]]:
    """What only begins like a project."""
    head = b"SQLite format 3\0"
    yield from (
        ("empty", b""),
        ("a text", b"hello\n" * 99),
        ("its beginning", head),
        ("zeros behind it", head + bytes(4096)),
    )
    yield from (("noise behind it", head + random.Random(2).randbytes(9000)), ("a zip", ZIP), ("zeros", bytes(5000)))


# --- large ones -------------------------------------------------------------------------------------------

MB = 1_000_000
# Made when they are tried, for they take long and much room.
LARGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "60 MB of [": ("a.json", lambda: b'{"payload":' + b"[" * (60 * MB)),
    "60 MB of []": ("a.json", lambda: b'{"payload":[' + b"[]," * (20 * MB)),
    "60 MB of {}": ("a.json", lambda: b'[{"recordings":[' + b"{}," * (20 * MB)),
    "60 MB of numbers": ("a.json", lambda: b'{"payload":[' + b"1," * (30 * MB)),
    "60 MB of one text": ("a.json", lambda: b'{"payload":"' + b"x" * (60 * MB)),
    "200 MB of JSON": ("a.json", lambda: b'{"payload":' + b" " * (200 * MB)),
    "60 MB of one line": ("a.csv", lambda: b"time_s,ax_g,ay_g,az_g\n" + b"1" * (60 * MB)),
    "60 MB of empty lines": ("a.csv", lambda: b"time_s,ax_g,ay_g,az_g\n" + b"\n" * (60 * MB)),
    "120 MB of commas": ("a.csv", lambda: b"time_s,ax_g,ay_g,az_g\n" + b"," * (120 * MB)),
    "60 MB of rows and a word": ("a.csv", lambda: b"time_s,ax_g,ay_g,az_g\n" + b"1,1,1,1\n" * (7 * MB) + b"x"),
    "60 MB of rows with quotes": ("a.csv", lambda: b"time_s,ax_g,ay_g,az_g\n" + b'"1",1,1,1\n' * (6 * MB)),
    "60 MB of rows without times": ("a.log", lambda: b"1 1 1\n" * (10 * MB)),
    "60 MB of labels": ("a.csv", lambda: b"label,time_s,ax_g,ay_g,az_g\n" + b"a,1,1,1,1\nb,1,1,1,1\n" * (3 * MB)),
    "140 MB of rows": ("a.csv", lambda: b"time_s,ax_g,ay_g,az_g\n" + b"1,1,1,1\n" * (18 * MB)),
    "4 MB of empty arrays": ("a.cbor", lambda: b"\xa1\x67payload\x9a\x00\x3d\x00\x00" + b"\x80" * 3_997_000),
    "5 MB of CBOR": ("a.cbor", lambda: b"\xa1\x67payload\x9a\x00\x4c\x00\x00" + b"\x80" * 5_000_000),
}
