"""The board: CPU, peripherals and sensor, wired up and moved forward in virtual time."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.virtualboard.core.clock import CPU_HZ, NEVER, VirtualClock
from tinylab.virtualboard.core.cpu import FLASH_BYTES, RAM_BYTES, RAM_START, Cpu
from tinylab.virtualboard.motion.simulated_motion import SimulatedMotion
from tinylab.virtualboard.peripherals.base import Peripheral, Wires
from tinylab.virtualboard.peripherals.clock_nvmc_ppi import ClockControl, FlashController, Interconnect
from tinylab.virtualboard.peripherals.display import PWM_UNITS, lit_leds
from tinylab.virtualboard.peripherals.gpio import Pins
from tinylab.virtualboard.peripherals.lsm303agr import ADDRESS, Lsm303agr
from tinylab.virtualboard.peripherals.system import CycleCounter, SystemControl
from tinylab.virtualboard.peripherals.timer import Timer
from tinylab.virtualboard.peripherals.twim import I2cDevice, TwoWireMaster
from tinylab.virtualboard.peripherals.uarte import SerialUnit

# nRF52833 PS, "Memory map" and the instance table.
_APB = 0x4000_0000
_APB_PAGES = 0x30
_GPIO = 0x5000_0000
_FICR = 0x1000_0000
_DWT = 0xE000_1000
_SCS = 0xE000_E000
_PAGE = 0x1000


class Machine:
    """A micro:bit V2 as its firmware sees it."""

    def __init__(
        self, unique_id: int, motion: SimulatedMotion, send: Callable[[bytes], None], odr_error: float = 0.002
    ) -> None:
        """`send` gets the bytes that the board writes to its serial port; `unique_id` is the chip's, 64 bits."""
        self.clock = VirtualClock()
        self.cpu = Cpu(self.clock)
        self.sensor = Lsm303agr(motion.at, odr_error)
        self.resets = 0
        self._bus: dict[int, I2cDevice] = {ADDRESS: self.sensor}
        self._sleeping = False
        self._reset_wanted = False
        self._hold = 0  # cycles still to be held
        self._held_until = 0
        self._build_peripherals(send)
        self._map(unique_id)
        self.cpu.reset()

    def _build_peripherals(self, send: Callable[[bytes], None]) -> None:
        self._system = SystemControl(self._request_reset)
        self._counter = CycleCounter(self.clock)
        wires = Wires(self.clock, self._system, self, self, self._advance)
        self._ppi = Interconnect(0x4001_F000, wires, self._start_task)
        self.serial = SerialUnit(0x4000_2000, wires, send)
        self._twim = TwoWireMaster(0x4000_3000, wires, self._bus)
        timed: list[Peripheral] = [
            ClockControl(0x4000_0000, wires),
            self.serial,
            self._twim,
            Timer(0x4000_8000, wires),
            Timer(0x4000_9000, wires),
            Timer(0x4000_A000, wires),
        ]
        untimed = [FlashController(0x4001_E000, wires), self._ppi]
        self._timed = tuple(timed)
        self._pages = [Peripheral(_APB + _PAGE * page, wires) for page in range(_APB_PAGES)]
        for peripheral in (*timed, *untimed):
            self._pages[(peripheral.base - _APB) // _PAGE] = peripheral
        self.pins = Pins(_GPIO, wires)
        self._system.peripherals = self._pages

    def _map(self, unique_id: int) -> None:
        pages = self._pages

        def read(offset: int) -> int:
            return pages[offset >> 12].read(offset & 0xFFF)

        def write(offset: int, value: int) -> None:
            pages[offset >> 12].write(offset & 0xFFF, value)

        self.cpu.map_registers(_APB, _APB_PAGES * _PAGE, read, write)
        self.cpu.map_registers(_GPIO, _PAGE, self.pins.read, self.pins.write)
        self.cpu.map_registers(_DWT, _PAGE, self._counter.read, self._counter.write)
        self.cpu.map_registers(_SCS, _PAGE, self._system.read, self._system.write)
        factory = bytearray(b"\xff" * 2 * _PAGE)  # FICR and, behind it, an empty UICR
        factory[0x60:0x68] = unique_id.to_bytes(8, "little")  # DEVICEID
        self.cpu.map_constants(_FICR, bytes(factory))

    # What the peripherals are wired to

    def fire(self, address: int, times: int) -> None:
        """The event register at `address` was signalled so many times."""
        self._ppi.fire(address, times)

    def _start_task(self, address: int, times: int) -> None:
        page = (address - _APB) // _PAGE
        if 0 <= page < _APB_PAGES:
            self._pages[page].task(address % _PAGE, times)

    def load(self, address: int, length: int) -> bytes:
        """Bytes from RAM; fewer where the range leaves it."""
        start = address - RAM_START
        return bytes(self.cpu.ram[start : start + length]) if 0 <= start < RAM_BYTES else b""

    def store(self, address: int, data: bytes) -> None:
        """Bytes into RAM; what lies outside is lost."""
        start = address - RAM_START
        if 0 <= start < RAM_BYTES:
            fitting = data[: RAM_BYTES - start]
            self.cpu.ram[start : start + len(fitting)] = fitting

    def _request_reset(self) -> None:
        self._reset_wanted = True
        self.cpu.stop()

    def display(self) -> list[str]:
        """The 5×5 LEDs, row by row; # is lit."""
        units = [self._pages[(base - _APB) // _PAGE].registers for base in PWM_UNITS]
        return lit_leds(units, self.load)

    # Running

    def reset(self) -> None:
        """As the reset button, or power coming back."""
        self._system.reset()
        self._counter.reset()
        for peripheral in (*self._pages, self.pins):
            peripheral.reset()
        self.sensor.reset()
        self.cpu.reset()
        self.resets += 1
        self._sleeping = self._reset_wanted = False

    def program(self, parts: list[tuple[int, bytes]]) -> None:
        """Erase flash, write (address, bytes) parts into it, and reset."""
        flash = bytearray(b"\xff" * FLASH_BYTES)
        for address, data in parts:
            flash[address : address + len(data)] = data
        self.cpu.flash[:] = flash
        self.cpu.forget_code()
        self.reset()

    def hold(self, seconds: float) -> None:
        """Keep the CPU from running for some virtual time, while the rest of the world goes on.

        It begins when the CPU sleeps and is not talking to its sensor, as if it computed for so long.
        """
        self._hold = int(seconds * CPU_HZ)

    def unsolder_sensor(self) -> None:
        """From now on nobody answers on the I2C bus."""
        self._bus.clear()

    def receive(self, data: bytes) -> None:
        """The host sends bytes now."""
        self.serial.receive(data)

    @property
    def idle_until(self) -> int:
        """When the CPU has something to do next, in cycles: now, unless it sleeps."""
        now = self.clock.now
        if self.cpu.fault:
            return NEVER
        if now < self._held_until:
            return self._held_until
        if not self._sleeping or self._system.wakes():
            return now
        return self._due()

    def _due(self) -> int:
        return min(peripheral.due() for peripheral in self._timed)

    def _advance(self) -> None:
        now = self.clock.now
        for peripheral in self._timed:
            peripheral.advance(now)

    def run_until(self, horizon: int) -> None:
        """Move virtual time forward to `horizon` (cycles), or a few cycles further."""
        while self.clock.now < horizon:
            wake = self.idle_until
            if wake > self.clock.now:
                self.clock.skip_to(min(wake, horizon, max(self._due(), self.clock.now + 1)))
                self._advance()
                continue
            self._sleeping = self.cpu.run(min(horizon, self._due()))
            self._advance()
            if self._hold and self._sleeping and not self._twim.busy:
                self._held_until, self._hold = self.clock.now + self._hold, 0
            if self._reset_wanted:
                self.reset()
