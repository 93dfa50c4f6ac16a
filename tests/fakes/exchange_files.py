"""Small good files of every format that can be imported, as those who write them do."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import cbor2

RATE_HZ = 50
SAMPLES = 60
# A board that is shaken: x, y, z in g, in thousandths.
SIGNAL = [
    (round(0.4 * math.sin(i / 4), 3), round(0.3 * math.cos(i / 5), 3), round(-0.98 + 0.02 * (i % 3), 3))
    for i in range(SAMPLES)
]


def table(
    header: str, row: Callable[[float, float, float, float], str], end: str = "\n", samples: int = SAMPLES
) -> bytes:
    """A file with a row for each sample; `row` is given the time in s and the three axes."""
    rows = [row(i / RATE_HZ, *SIGNAL[i]) for i in range(samples)]
    return (end.join([header, *rows] if header else rows) + end).encode()


def plain() -> bytes:
    """TinyLab's own columns."""
    return table("time_s,ax_g,ay_g,az_g", lambda t, x, y, z: f"{t:.2f},{x},{y},{z}")


def semicolons() -> bytes:
    """As a German spreadsheet saves it."""
    return table("Zeit;time;ax;ay;az", lambda t, x, y, z: f"a;{t:.2f};{x};{y};{z}".replace(".", ","))


def long_table() -> bytes:
    """Two labels of two people in one table, times from 0 in each."""
    lines = ["label,subject,time_s,ax_g,ay_g,az_g"]
    for label, subject in (("wave", "Anna"), ("wave", "Bert"), ("rest", "Bert")):
        lines += [f"{label},{subject},{i / RATE_HZ:.2f},{x},{y},{z}" for i, (x, y, z) in enumerate(SIGNAL)]
    return ("\n".join(lines) + "\n").encode()


def arduino() -> bytes:
    """Two gestures of 119 rows, an empty line behind each."""
    lines = ["aX,aY,aZ,gX,gY,gZ"]
    for _ in range(2):
        lines += [f"{x:.3f},{y:.3f},{z:.3f},1.0,2.0,3.0" for x, y, z in (SIGNAL * 2)[:119]] + [""]
    return "\r\n".join(lines).encode()


def phyphox() -> bytes:
    """By the published description, not by a file of the app: m/s², with quotes around the names."""
    names = ("Time (s)", "Acceleration x (m/s^2)", "Acceleration y (m/s^2)", "Acceleration z (m/s^2)")
    header = ",".join(f'"{name}"' for name in (*names, "Absolute acceleration (m/s^2)"))
    return table(header, lambda t, x, y, z: ",".join(f"{v:.9E}" for v in (t, *(9.80665 * a for a in (x, y, z)), 9.8)))


def sensor_logger() -> bytes:
    """By the published description, not by a file of the app: ns since 1970, axes from z to x."""
    return table(
        "time,seconds_elapsed,z,y,x",
        lambda t, x, y, z: f"{1718030736872695300 + round(t * 1e9)},{t},{9.80665 * z},{9.80665 * y},{9.80665 * x}",
    )


def matlab() -> bytes:
    """A timetable with dates, as a page of MATLAB shows one; no file of the app was at hand."""
    return table(
        "Timestamp,X,Y,Z",
        lambda t, x, y, z: f"07-Feb-2024 10:15:{t:06.3f},{9.80665 * x:.5f},{9.80665 * y:.5f},{9.80665 * z:.5f}",
    )


def forwarder() -> bytes:
    """What a sketch prints."""
    return table("", lambda _, x, y, z: f"{9.80665 * x:.2f}\t{9.80665 * y:.2f}\t{9.80665 * z:.2f}", "\r\n")


def acquisition() -> dict[str, Any]:
    """An acquisition file of Edge Impulse, before it is JSON or CBOR."""
    return {
        "protected": {"ver": "v1", "alg": "HS256", "iat": 1564128599},
        "signature": "b0ee0572a1984b93b6bc56e6576e2cbbd6bccd65d0c356e26b31bbc9a48210c6",
        "payload": {
            "device_name": "ac:87:a3:0a:2d:1b",
            "device_type": "DISCO-L475VG-IOT01A",
            "interval_ms": 1000 / RATE_HZ,
            "sensors": [{"name": f"acc{axis}", "units": "m/s2"} for axis in "XYZ"] + [{"name": "temp", "units": "C"}],
            "values": [[round(9.80665 * v, 4) for v in row] + [21.5] for row in SIGNAL],
        },
    }


def edge_impulse_json() -> bytes:
    return json.dumps(acquisition()).encode()


def edge_impulse_cbor() -> bytes:
    return cbor2.dumps(acquisition())


def createai(*, old: bool = False) -> bytes:
    """Two actions, as CreateAI saves them now, or did before 2024."""
    name = "ID" if old else "id"
    x, y, z = (list(axis) for axis in zip(*SIGNAL[:49], strict=True))
    recording = {name: 1 if old else "a8-0", "data": {"x": x, "y": y, "z": z}}
    actions = [
        {name: 7 if old else "a7", "name": label, "icon": "No", "createdAt": 1730110768152, "recordings": recordings}
        for label, recordings in (("Not a spell", [recording]), ("poke", [recording, recording]))
    ]
    return json.dumps(actions, indent=2).encode()


def ml_machine() -> bytes:
    """One gesture with two recordings."""
    samples = [{"vector": list(row)} for row in SIGNAL]
    recordings = [{"ID": n, "samples": samples, "labels": ["X", "Y", "Z"]} for n in (1, 2)]
    return json.dumps([{"ID": 1, "name": "Shake", "recordings": recordings, "output": {}, "color": "#f9808e"}]).encode()


# format: (name of the file, what it holds, takes, their rate in Hz or 0 where it says none)
FILES: dict[str, tuple[str, bytes, int, float]] = {
    "csv-files": ("wave.01.csv", plain(), 1, RATE_HZ),
    "long-csv": ("all.csv", long_table(), 3, RATE_HZ),
    "arduino-csv": ("punch.csv", arduino(), 2, 119),
    "phone-csv": ("phyphox.csv", phyphox(), 1, RATE_HZ),
    "data-forwarder": ("wave.log", forwarder(), 1, 0),
    "edge-impulse": ("wave.2abc3f.json", edge_impulse_json(), 1, RATE_HZ),
    "createai": ("data-samples.json", createai(), 3, RATE_HZ),
    "ml-machine": ("dataset.json", ml_machine(), 2, RATE_HZ),
}
