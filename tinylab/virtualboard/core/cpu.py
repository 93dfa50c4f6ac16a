"""The Cortex-M4F: Unicorn runs the instructions, tl_count_block counts the cycles, WFI hands control back."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import unicorn
from unicorn import arm_const
from unicorn.unicorn_py3.unicorn import uclib

from tinylab.virtualboard.core.clock import VirtualClock
from tinylab.virtualboard.core.native import count_block

FLASH_BYTES = 512 * 1024  # nRF52833 PS, "Memory"
RAM_START = 0x2000_0000
RAM_BYTES = 128 * 1024
_PAGE = 4096
_NOWHERE = 0xFFFF_FFFE  # never reached: runs end by WFI or by the counter's limit
_GENERAL = tuple(getattr(arm_const, f"UC_ARM_REG_R{n}") for n in range(13))

ReadRegister = Callable[[int], int]
WriteRegister = Callable[[int, int], None]


def _aligned(size: int) -> tuple[Any, int]:
    """Memory that the emulator shares with us, and its page-aligned address."""
    buffer = ctypes.create_string_buffer(size + _PAGE)
    return buffer, (ctypes.addressof(buffer) + _PAGE - 1) & ~(_PAGE - 1)


def _view(address: int, size: int) -> memoryview:
    return memoryview((ctypes.c_ubyte * size).from_address(address)).cast("B")


class Cpu:
    """Runs what stands in `flash`; memory-mapped registers call back."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._flash_buffer, flash_at = _aligned(FLASH_BYTES)
        self._ram_buffer, ram_at = _aligned(RAM_BYTES)
        self._costs = (ctypes.c_uint16 * (FLASH_BYTES // 2))()
        self.flash = _view(flash_at, FLASH_BYTES)
        self.ram = _view(ram_at, RAM_BYTES)
        self.flash[:] = b"\xff" * FLASH_BYTES
        self._uc = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self._uc.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M4)
        readable = unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC
        self._uc.mem_map_ptr(0, FLASH_BYTES, readable, flash_at)
        self._uc.mem_map_ptr(RAM_START, RAM_BYTES, unicorn.UC_PROT_ALL, ram_at)
        self._pc = 0
        self.fault = ""  # why the CPU locked up; empty while it runs
        self._hook_counter(flash_at)

    def _hook_counter(self, flash_at: int) -> None:
        counter = self._clock.counter
        counter.stop = ctypes.cast(uclib.uc_emu_stop, ctypes.c_void_p).value
        counter.flash, counter.flash_bytes = flash_at, FLASH_BYTES
        counter.costs = ctypes.addressof(self._costs)
        self._hook = ctypes.c_size_t()
        status = uclib.uc_hook_add(
            self._uc._uch,
            ctypes.byref(self._hook),
            unicorn.UC_HOOK_BLOCK,
            count_block(),
            ctypes.cast(ctypes.pointer(counter), ctypes.c_void_p),
            ctypes.c_uint64(1),
            ctypes.c_uint64(0),
        )
        if status != unicorn.UC_ERR_OK:
            raise unicorn.UcError(status)

    def map_registers(self, address: int, size: int, read: ReadRegister, write: WriteRegister) -> None:
        """Let reads and writes between address and address + size call back with the offset."""

        def on_read(_uc: Any, offset: int, _size: int, _data: Any) -> int:
            return read(offset)

        def on_write(_uc: Any, offset: int, _size: int, value: int, _data: Any) -> None:
            write(offset, value)

        self._uc.mmio_map(address, size, on_read, None, on_write, None)

    def map_constants(self, address: int, data: bytes) -> None:
        """Let `data` be readable at `address` (a multiple of 4096)."""
        size = -(-len(data) // _PAGE) * _PAGE
        self._uc.mem_map(address, size, unicorn.UC_PROT_READ)
        self._uc.mem_write(address, data.ljust(size, b"\xff"))

    def reset(self) -> None:
        """Load stack pointer and program counter from the vector table (ARM DDI 0403, B1.5.5)."""
        for register in _GENERAL:
            self._uc.reg_write(register, 0)
        for register in (arm_const.UC_ARM_REG_CONTROL, arm_const.UC_ARM_REG_PRIMASK, arm_const.UC_ARM_REG_FPSCR):
            self._uc.reg_write(register, 0)
        vectors = bytes(self.flash[:8])
        self._uc.reg_write(arm_const.UC_ARM_REG_SP, int.from_bytes(vectors[:4], "little"))
        self._pc = int.from_bytes(vectors[4:], "little")
        empty = self._pc >= FLASH_BYTES
        self.fault = "There is no program in flash." if empty else ""

    def forget_code(self) -> None:
        """Flash was changed: translate it anew."""
        ctypes.memset(self._costs, 0, ctypes.sizeof(self._costs))
        self._uc.ctl_flush_tb()

    def run(self, until: int) -> bool:
        """Run until WFI or until the clock shows `until` (cycles); returns whether the CPU sleeps now."""
        counter = self._clock.counter
        counter.limit = max(0, until - self._clock.slept)
        counter.stopped = 0
        try:
            self._uc.emu_start(self._pc | 1, _NOWHERE)
        except unicorn.UcError as error:
            self.fault = f"The CPU locked up at 0x{self._uc.reg_read(arm_const.UC_ARM_REG_PC):08X}: {error}."
        self._pc = self._uc.reg_read(arm_const.UC_ARM_REG_PC)
        return not counter.stopped

    def stop(self) -> None:
        """End the run that is going on; for register callbacks."""
        self._clock.counter.stopped = 1
        self._uc.emu_stop()
