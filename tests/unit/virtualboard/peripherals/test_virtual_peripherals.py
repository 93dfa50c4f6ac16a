"""TIMER, UARTE, TWIM, PPI, NVIC and DWT as firmware sees them, without a CPU."""

from __future__ import annotations

import pytest

from tinylab.virtualboard.core.clock import CPU_HZ, NEVER, VirtualClock
from tinylab.virtualboard.peripherals.base import Peripheral, Wires
from tinylab.virtualboard.peripherals.clock_nvmc_ppi import ClockControl, Interconnect
from tinylab.virtualboard.peripherals.system import CycleCounter, SystemControl
from tinylab.virtualboard.peripherals.timer import Timer
from tinylab.virtualboard.peripherals.twim import TwoWireMaster
from tinylab.virtualboard.peripherals.uarte import SerialUnit
from tinylab.virtualboard.service.faults import CableFaults

RAM = 0x2000_0000
BYTE_115200 = 10 * CPU_HZ * (1 << 32) // (16_000_000 * 0x01D6_0000)


class Bench:
    """Peripherals without a processor: memory, interconnect and a clock turned by hand."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.ram = bytearray(4096)
        self.sent: list[bytes] = []
        self.system = SystemControl(lambda: None)
        wires = Wires(self.clock, self.system, self, self, self.advance)
        self.ppi = Interconnect(0x4001_F000, wires, self._task)
        self.uarte = SerialUnit(0x4000_2000, wires, self.sent.append)
        self.timer = Timer(0x4000_8000, wires)
        self.counter = Timer(0x4000_9000, wires)
        self.crystal = ClockControl(0x4000_0000, wires)
        self.bus: dict[int, Echo] = {0x19: Echo()}
        self.twim = TwoWireMaster(0x4000_3000, wires, self.bus)
        self.all: list[Peripheral] = [self.uarte, self.timer, self.counter, self.crystal, self.twim]
        self.system.peripherals = self.all

    def fire(self, address: int, times: int) -> None:
        self.ppi.fire(address, times)

    def load(self, address: int, length: int) -> bytes:
        return bytes(self.ram[address - RAM : address - RAM + length])

    def store(self, address: int, data: bytes) -> None:
        self.ram[address - RAM : address - RAM + len(data)] = data

    def _task(self, address: int, times: int) -> None:
        next(p for p in self.all if p.base == address & ~0xFFF).task(address & 0xFFF, times)

    def advance(self) -> None:
        for peripheral in self.all:
            peripheral.advance(self.clock.now)

    def wait(self, cycles: int) -> None:
        self.clock.skip_to(self.clock.now + cycles)
        self.advance()


class Echo:
    """An I2C device that answers with what was written, counted up."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes, now: int) -> None:
        self.written = data

    def read(self, length: int, now: int) -> bytes:
        return bytes(self.written[0] + index for index in range(length))


def set_up_uarte(bench: Bench) -> SerialUnit:
    uarte = bench.uarte
    for offset, value in ((0x524, 0x01D6_0000), (0x500, 8), (0x534, RAM), (0x538, 4), (0x200, 1 << 5)):
        uarte.write(offset, value)
    return uarte


def test_the_microsecond_clock_counts_and_wakes() -> None:
    bench = Bench()
    timer = bench.timer
    for offset, value in ((0x508, 3), (0x510, 4), (0x000, 1), (0x540, 100), (0x304, 1 << 16)):
        timer.write(offset, value)
    assert timer.due() == 100 * 64
    bench.system.write(0x100, 1 << 8)
    bench.wait(99 * 64)
    timer.write(0x044, 1)
    assert (timer.read(0x544), bench.system.wakes()) == (99, False)
    bench.wait(64)
    assert timer.read(0x140) == 1
    assert bench.system.wakes()
    bench.system.write(0x280, 1 << 8)
    assert bench.system.wakes(), "the event still stands"
    timer.write(0x140, 0)
    bench.system.write(0x280, 1 << 8)
    assert not bench.system.wakes()
    assert timer.due() == (100 + (1 << 32)) * 64


def test_a_compare_value_just_passed_matches_only_after_a_whole_turn() -> None:
    bench = Bench()
    for offset, value in ((0x508, 0), (0x510, 0), (0x000, 1)):
        bench.timer.write(offset, value)
    bench.wait(4 * 500)
    bench.timer.write(0x540, 400)
    assert bench.timer.due() == 4 * (65536 + 400)


def test_stopped_and_cleared_timers() -> None:
    bench = Bench()
    bench.timer.write(0x508, 3)
    bench.timer.write(0x000, 1)
    bench.wait(64 * 10)
    bench.timer.write(0x004, 1)
    bench.wait(64 * 10)
    bench.timer.write(0x040, 1)
    assert bench.timer.read(0x540) == 10
    bench.timer.write(0x00C, 1)
    bench.timer.write(0x040, 1)
    assert bench.timer.read(0x540) == 0


def test_enabled_interrupts_are_read_at_all_three_places() -> None:
    timer = Bench().timer
    timer.write(0x304, 1 << 17)
    timer.write(0x308, 0)
    assert [timer.read(offset) for offset in (0x300, 0x304, 0x308)] == [1 << 17] * 3
    timer.write(0x308, 1 << 17)
    assert [timer.read(offset) for offset in (0x300, 0x304, 0x308)] == [0] * 3
    assert timer.read(0x30C) == 0


def test_sending_takes_its_time() -> None:
    bench = Bench()
    uarte = set_up_uarte(bench)
    bench.ram[100:105] = b"hello"
    for offset, value in ((0x544, RAM + 100), (0x548, 5), (0x008, 1)):
        uarte.write(offset, value)
    bench.wait(5 * BYTE_115200 - 1)
    assert bench.sent == []
    assert uarte.read(0x120) == 0
    bench.ram[104:105] = b"!"  # DMA reads a byte when its turn comes: a buffer must stay as it is until the end
    bench.wait(1)
    assert bench.sent == [b"hell!"]
    assert uarte.read(0x120) == 1


@pytest.mark.parametrize("channel", [0, 3, 19])
def test_receiving_fills_the_ring_for_ever_and_counts_through_ppi(channel: int) -> None:
    bench = Bench()
    uarte = set_up_uarte(bench)
    bench.counter.write(0x504, 1)
    bench.counter.write(0x508, 3)
    bench.counter.write(0x000, 1)
    for offset, value in (
        (0x510 + 8 * channel, 0x4000_2108),
        (0x514 + 8 * channel, 0x4000_9008),
        (0x504, 1 << channel),
    ):
        bench.ppi.write(offset, value)
    uarte.write(0x000, 1)
    uarte.receive(b"abcdef")
    bench.clock.skip_to(3 * BYTE_115200)
    bench.counter.write(0x040, 1)  # catches up by itself
    assert bench.counter.read(0x540) == 3
    assert bytes(bench.ram[:4]) == b"abc\0"
    bench.wait(10 * BYTE_115200)
    bench.counter.write(0x040, 1)
    assert bench.counter.read(0x540) == 6
    assert bytes(bench.ram[:4]) == b"efcd"
    assert uarte.read(0x110) == 1


def test_a_byte_wakes_only_where_its_event_is_awaited() -> None:
    bench = Bench()
    uarte = set_up_uarte(bench)
    uarte.write(0x000, 1)
    uarte.receive(b"x")
    assert uarte.due() == NEVER
    uarte.write(0x304, 1 << 2)
    assert uarte.due() == BYTE_115200
    bench.system.write(0x100, 1 << 2)
    bench.wait(BYTE_115200)
    assert bench.system.wakes()


def test_a_device_is_written_and_read_in_one_go() -> None:
    bench = Bench()
    twim = bench.twim
    bench.ram[0] = 0x28
    setup = ((0x500, 6), (0x524, 0x0640_0000), (0x588, 0x19), (0x544, RAM), (0x548, 1), (0x534, RAM + 8), (0x538, 6))
    for offset, value in (*setup, (0x200, 1 << 7 | 1 << 12), (0x008, 1)):
        twim.write(offset, value)
    bits = 1 + 2 * 9 + 1 + 7 * 9 + 1
    bench.wait(bits * 160 - 1)
    assert twim.read(0x104) == 0
    bench.wait(1)
    assert twim.read(0x104) == 1
    assert bytes(bench.ram[8:14]) == bytes(range(0x28, 0x2E))


def test_nobody_at_the_address() -> None:
    bench = Bench()
    for offset, value in ((0x500, 6), (0x588, 0x42), (0x544, RAM), (0x548, 1), (0x008, 1)):
        bench.twim.write(offset, value)
    bench.wait(CPU_HZ // 1000)
    assert bench.twim.read(0x124) == 1
    assert bench.twim.read(0x4C4) == 2
    bench.twim.write(0x4C4, 2)
    assert bench.twim.read(0x4C4) == 0
    bench.twim.write(0x014, 1)
    bench.wait(CPU_HZ // 1000)
    assert bench.twim.read(0x104) == 1


def test_the_crystal_takes_a_moment() -> None:
    bench = Bench()
    bench.crystal.write(0x000, 1)
    assert bench.crystal.read(0x100) == 0
    bench.wait(CPU_HZ // 1000)
    assert bench.crystal.read(0x100) == 1


def test_the_cycle_counter_stands_still_in_sleep() -> None:
    clock = VirtualClock()
    counter = CycleCounter(clock)
    counter.write(0x000, 1)
    clock.counter.cycles += 100
    clock.skip_to(1_000_000)
    assert counter.read(0x004) == 100
    counter.write(0x004, 0)
    assert counter.read(0x004) == 0


def test_reset_by_register_needs_its_key() -> None:
    asked: list[int] = []
    system = SystemControl(lambda: asked.append(1))
    system.write(0xD0C, 4)
    assert asked == []
    system.write(0xD0C, 0x05FA_0004)
    assert asked == [1]


def test_the_cable_loses_and_spoils_as_told() -> None:
    cable = CableFaults()
    cable.lose_bytes(3)
    cable.flip_bits(2)
    assert cable.pass_on(b"ab") == b""
    assert cable.pass_on(b"cdef") == bytes((ord("d") ^ 1, ord("e") ^ 2)) + b"f"
    assert cable.pass_on(b"gh") == b"gh"
