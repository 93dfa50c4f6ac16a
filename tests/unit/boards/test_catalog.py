"""Boards are data, and what is plugged in is recognized by it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from tinylab.boards import discovery
from tinylab.boards.catalog import board_by_id, boards
from tinylab.boards.discovery import find_drive, find_ports
from tinylab.deploy import toolchain
from tinylab.errors import BoardError
from tinylab.virtualboard.service.client import start_virtual_board


def test_every_board_has_what_the_rest_needs() -> None:
    assert len({board.id for board in boards()}) == len(boards())
    for board in boards():
        assert board_by_id(board.id) is board
        assert toolchain.firmware_sources(board)
        regions = toolchain._regions(toolchain.linker_script(board))
        assert (regions["FLASH"][1], regions["RAM"][1]) == (board.flash_bytes, board.ram_bytes)
        assert list(board.sensor.rates_hz) == sorted(board.sensor.rates_hz)
        for range_g, g_per_count in board.sensor.g_per_count.items():
            assert 1000 < range_g / g_per_count < 32768


def test_an_unknown_board_is_named_with_those_that_are_known() -> None:
    with pytest.raises(BoardError, match="0x7777") as caught:
        board_by_id(0x7777)
    assert "micro:bit V2" in caught.value.hint


def test_rates_ranges_and_cycles() -> None:
    sensor = boards()[0].sensor
    assert [sensor.nearest_rate(rate) for rate in (1, 49, 80, 1000)] == [10, 50, 100, 400]
    assert [sensor.range_for(peak) for peak in (0.1, 2.0, 2.1, 5.8, 99)] == [2, 2, 4, 8, 16]
    assert boards()[0].milliseconds(64_000) == 1.0


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where drives are mounted."""
    monkeypatch.setattr(
        discovery, "_mounts", lambda names: (drive for name in names for drive in sorted(tmp_path.glob(f"{name}*")))
    )
    return tmp_path


def test_a_drive_is_known_by_its_name_and_its_details(media: Path) -> None:
    assert find_drive(boards()[0]) is None
    for name in ("MICROBIT", "MICROBIT1"):
        (media / name).mkdir()
    (media / "MICROBIT" / "DETAILS.TXT").write_text("Unique ID: 1234 of a toaster", encoding="utf-8")
    assert find_drive(boards()[0]) is None
    (media / "MICROBIT1" / "DETAILS.TXT").write_text("# DAPLink\r\nUnique ID: 9904360254\r\n", encoding="utf-8")
    assert find_drive(boards()[0]) == media / "MICROBIT1"


def test_known_boards_come_first_then_virtual_ones_then_the_rest(
    media: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ports = [
        SimpleNamespace(device="/dev/ttyACM0", vid=0x2341, pid=0x0043, description="Arduino Uno"),
        SimpleNamespace(device="/dev/ttyACM1", vid=0x0D28, pid=0x0204, description="mbed"),
        SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None, description="n/a"),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    with start_virtual_board("Anna") as anna, start_virtual_board("trial 77"):
        found = find_ports()
    assert [(port.name, port.kind) for port in found] == [
        ("micro:bit V2", "serial"),
        ("Anna", "virtual"),
        ("Arduino Uno", "unknown"),
    ]
    assert found[0].device == "/dev/ttyACM1"
    assert found[1].virtual == anna.board
    assert found[1].drive == anna.board.drive
