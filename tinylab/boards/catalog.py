"""The boards TinyLab knows, each one a file of data beside this one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tinylab.errors import BoardError
from tinylab.text import tr


@dataclass(frozen=True, slots=True)
class Sensor:
    """An accelerometer's rates and ranges."""

    id: int
    name: str
    driver: str  # file in firmware/sensors, without .c
    rates_hz: tuple[int, ...]
    g_per_count: dict[int, float]  # by full scale in g

    def nearest_rate(self, rate_hz: float) -> int:
        """The rate this sensor has that lies nearest."""
        return min(self.rates_hz, key=lambda rate: abs(rate - rate_hz))

    def range_for(self, peak_g: float) -> int:
        """The smallest range that holds `peak_g`, or the largest there is."""
        return min((r for r in self.g_per_count if r >= peak_g), default=max(self.g_per_count))


@dataclass(frozen=True, slots=True)
class Board:
    """A kind of board: what it has, and how TinyLab recognizes it."""

    id: int
    name: str
    port: str  # folder below firmware/boards
    chip: str  # folder below firmware/chips
    cpu_hz: int
    flash_bytes: int
    ram_bytes: int
    usb_ids: tuple[str, ...]
    drive_names: tuple[str, ...]
    details_texts: tuple[str, ...]
    sensor: Sensor

    def milliseconds(self, cycles: int) -> float:
        """How long so many CPU cycles take."""
        return cycles * 1000 / self.cpu_hz


@lru_cache(maxsize=1)
def boards() -> tuple[Board, ...]:
    """Every board there is a file for."""
    return tuple(_read(path) for path in sorted(Path(__file__).parent.glob("*.toml")))


def _read(path: Path) -> Board:
    plain: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    sensor = plain.pop("sensor")
    ranges = {int(range_g): float(value) for range_g, value in sensor["g_per_count"].items()}
    for name in ("usb_ids", "drive_names", "details_texts"):
        plain[name] = tuple(plain[name])
    rates_hz = tuple(sensor["rates_hz"])
    return Board(**plain, sensor=Sensor(sensor["id"], sensor["name"], sensor["driver"], rates_hz, ranges))


def board_by_id(board_id: int) -> Board:
    """The board that says HELLO with this id; raises BoardError where TinyLab does not know it."""
    for board in boards():
        if board.id == board_id:
            return board
    raise BoardError(
        tr("A board of an unknown kind (0x{board_id:04X}) answers.", board_id=board_id),
        hint=tr(
            "TinyLab knows {names}; update TinyLab if yours is newer.",
            names=", ".join(board.name for board in boards()),
        ),
    )
