"""The image on its board: pins, a sensor that is another one or silent, times, and boards that hear each other."""

from __future__ import annotations

import binascii

import pytest
from board_under_test import BoardUnderTest
from cobs import cobs

from tinylab.link import wire
from tinylab.virtualboard.core.clock import CPU_HZ

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


def test_what_comes_from_boards_is_never_answered(board: BoardUnderTest) -> None:
    board.send(wire.Ack(wire.Start.NUMBER, 1))
    board.machine.receive(
        cobs.encode((body := b"\xfe\x01") + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little")) + b"\0"
    )
    assert board.run(0.2) == [], "two boards on one line would chat for ever"


def test_a_block_says_when_its_first_sample_was_taken(board: BoardUnderTest) -> None:
    machine = board.machine
    board.ask(wire.Start(10, 8, SAMPLES), wire.Ack, seconds=0.0035)
    samples = [frame.message for frame in board.run(20.0) if isinstance(frame.message, wire.Samples)]
    uptime_us = board.ask(wire.StatsAsk(), wire.Stats).uptime_ms * 1000
    began_us = machine.clock.now / CPU_HZ * 1e6 - 0.2e6 - uptime_us  # of the board's clock; it answers in milliseconds
    for block in samples[len(samples) // 2 :]:
        taken_us = (machine.sensor._started / CPU_HZ + (block.sample_number + 1) / machine.sensor.rate_hz()) * 1e6
        assert block.time_us == pytest.approx(taken_us - began_us, abs=40_000)


def presses(board: BoardUnderTest, seconds: float) -> list[int]:
    return [frame.message.button for frame in board.run(seconds) if isinstance(frame.message, wire.Button)]


def test_each_press_of_a_button_is_told_once_while_it_streams(board: BoardUnderTest) -> None:
    pins = board.machine.pins
    pins.press("A", 0.3)
    assert presses(board, 0.5) == [], "nobody listens before START"
    board.ask(wire.Start(100, 8, SAMPLES), wire.Ack)
    assert presses(board, 0.5) == []
    pins.press("A", 0.4)
    assert presses(board, 0.3) == [1], "held down it is one press"
    assert presses(board, 0.5) == []
    pins.press("B", 0.2)
    assert presses(board, 0.5) == [2]
    pins.press("A", 0.2)
    pins.press("B", 0.2)
    assert presses(board, 0.5) == [1, 2]


def test_buttons_are_read_at_the_pins_of_the_schematic(board: BoardUnderTest) -> None:
    assert {pin: board.machine.pins.registers[0x700 + 4 * pin] for pin in (14, 23)} == {14: 0, 23: 0}, (
        "PIN_CNF: input connected; micro:bit V2 schematic: BTN_A P0.14, BTN_B P0.23"
    )
    board.machine.pins.registers[0x700 + 4 * 14] = 2
    assert board.machine.pins.read(0x510) & 1 << 14 == 0, "an input that is not connected reads as low"
