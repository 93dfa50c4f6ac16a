"""The image on its board: the pins of the schematic, and a sensor that is another one or silent."""

from __future__ import annotations

from board_under_test import BoardUnderTest

from tinylab.link import wire

SAMPLES = wire.FLAG_SAMPLES


def test_pins_and_speed_are_those_of_the_schematic(board: BoardUnderTest) -> None:
    serial, bus = board.machine.serial.registers, board.machine._twim.registers
    assert (serial[0x50C], serial[0x514]) == (6, 32 + 8), "PSEL.TXD P0.06, PSEL.RXD P1.08: micro:bit V2 schematic"
    assert (bus[0x508], bus[0x50C]) == (8, 16), "PSEL.SCL P0.08, PSEL.SDA P0.16: the internal bus"
    assert serial[0x524] == 0x01D6_0000, "PS UARTE, BAUDRATE: 115200"


def test_a_sensor_of_another_kind_is_not_measured_with(board: BoardUnderTest) -> None:
    board.machine.sensor._registers[0x0F] = 0x32  # WHO_AM_I of another chip
    assert board.ask(wire.Start(50, 8, SAMPLES), wire.Error).code == wire.ErrorCode.SENSOR_SILENT


def test_a_silent_sensor_is_reported(board: BoardUnderTest) -> None:
    board.machine.unsolder_sensor()
    error = board.ask(wire.Start(50, 8, SAMPLES), wire.Error)
    assert error.code == wire.ErrorCode.SENSOR_SILENT
    assert board.ask(wire.StatsAsk(), wire.Stats).sensor_errors == 1
