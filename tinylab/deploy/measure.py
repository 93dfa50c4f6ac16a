"""Measures a compiled network alone: built for a Cortex-M4F, run in the emulator, counted instruction by instruction.

Flash is what the linker keeps of model.c without its labels; RAM is its variables. Cycles follow the table of
tinylab/virtualboard/core/native/cycles.c; instructions are those that the emulator executes.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import unicorn
from elftools.elf.elffile import ELFFile
from unicorn import arm_const
from unicorn.unicorn_py3.unicorn import uclib

from tinylab.assets import firmware_dir
from tinylab.deploy.toolchain import build_image
from tinylab.errors import BoardError
from tinylab.text import tr
from tinylab.virtualboard.core.native import Counter, count_block

Int8 = npt.NDArray[np.int8]

_FLASH_BYTES = 1 << 20
_RAM = (0x2000_0000, 1 << 20)
_STACK, _INPUT, _OUTPUT = 0x2009_0000, 0x200A_0000, 0x200E_0000
_STOP = _FLASH_BYTES - 4
_SCRIPT = """MEMORY
{
  FLASH (rx) : ORIGIN = 0x0, LENGTH = 1020K
  RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 512K
}
SECTIONS
{
  .entry : { KEEP(*(.entry)) *(.text.tl_reset) . = ALIGN(8); } > FLASH
  .text : { *(.text*) *(.rodata*) } > FLASH
  .bss (NOLOAD) : { *(.bss*) *(COMMON) } > RAM
  /DISCARD/ : { *(.ARM.exidx*) *(.ARM.extab*) *(.comment) }
}
"""


_ENTRY = """#include "model.h"
void tl_reset(void);
typedef void (*tl_function)(void);
extern const tl_function tl_entry;
__attribute__((section(".entry"))) const tl_function tl_entry = (tl_function){function};
void tl_reset(void)
{{
}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one call did."""

    result: int  # what the function returned
    output: Int8
    instructions: int  # 0 where they were not counted
    cycles: int


class Probe:
    """One function of a model, built alone; `run` calls it on the emulated core."""

    def __init__(
        self, files: Mapping[str, str], function: str, outputs: int, work_dir: Path, optimization: str = "-O2",
        *, instructions: bool = True,
    ) -> None:  # fmt: skip
        """Without `instructions` they are not counted, which takes Python a call each; cycles always are, in C."""
        work_dir.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (work_dir / name).write_text(text, encoding="utf-8", newline="\n")
        script, entry = work_dir / "alone.ld", work_dir / "entry.c"
        script.write_text(_SCRIPT, encoding="utf-8")
        entry.write_text(_ENTRY.format(function=function), encoding="utf-8")
        include = [work_dir, firmware_dir() / "nn"]
        image = build_image([work_dir / "model.c", entry], include, script, work_dir, optimization=optimization)
        self._outputs = outputs
        self._read_elf(image.elf)
        self.flash_bytes = image.flash_bytes - self._entry_bytes
        self.ram_bytes = image.ram_bytes
        self._start_core(instructions=instructions)

    def _read_elf(self, path: Path) -> None:
        with path.open("rb") as file:
            elf = ELFFile(file)
            self._entry_bytes = int(elf.get_section_by_name(".entry")["sh_size"])
            image = bytearray(b"\xff" * _FLASH_BYTES)
            for segment in elf.iter_segments("PT_LOAD"):
                data, at = segment.data(), segment["p_paddr"]
                image[at : at + len(data)] = data
        image[_STOP : _STOP + 4] = struct.pack("<HH", 0xBF00, 0xBF00)
        self._image = (ctypes.c_char * _FLASH_BYTES).from_buffer(image)
        self._address = int.from_bytes(image[:4], "little")

    def _start_core(self, *, instructions: bool) -> None:
        uc = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        uc.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M4)
        uc.mem_map(0, _FLASH_BYTES)
        uc.mem_map(*_RAM)
        uc.mem_write(0, bytes(self._image))
        self._costs = (ctypes.c_uint16 * (_FLASH_BYTES // 2))()
        self._counter = Counter()
        self._counter.limit = (1 << 64) - 1
        self._counter.stop = ctypes.cast(uclib.uc_emu_stop, ctypes.c_void_p).value
        self._counter.flash, self._counter.flash_bytes = ctypes.addressof(self._image), _FLASH_BYTES
        self._counter.costs = ctypes.addressof(self._costs)
        self._hook = ctypes.c_size_t()
        status = uclib.uc_hook_add(
            uc._uch,
            ctypes.byref(self._hook),
            unicorn.UC_HOOK_BLOCK,
            count_block(),
            ctypes.cast(ctypes.pointer(self._counter), ctypes.c_void_p),
            ctypes.c_uint64(1),
            ctypes.c_uint64(0),
        )
        if status != unicorn.UC_ERR_OK:
            raise unicorn.UcError(status)
        self._instructions = 0
        if instructions:
            uc.hook_add(unicorn.UC_HOOK_CODE, self._count)
        self._uc = uc

    def _count(self, _uc: Any, _address: int, _size: int, _data: Any) -> None:
        self._instructions += 1

    def run(self, *inputs: Int8) -> Run:
        """Call the function with a pointer to each of `inputs`, at most three; memory stays as it is between calls."""
        uc, at, pointers = self._uc, _INPUT, []
        for values in inputs:
            uc.mem_write(at, values.tobytes())
            pointers.append(at)
            at += -(-values.nbytes // 8) * 8
        registers = {f"R{number}": pointer for number, pointer in enumerate((*pointers, _OUTPUT))}
        registers |= {"SP": _STACK, "LR": _STOP | 1}
        for name, value in registers.items():
            uc.reg_write(getattr(arm_const, f"UC_ARM_REG_{name}"), value)
        cycles, self._instructions = int(self._counter.cycles), 0
        uc.emu_start(self._address, _STOP, timeout=60_000_000)
        if uc.reg_read(arm_const.UC_ARM_REG_PC) != _STOP:
            raise BoardError(tr("The network did not come to an end in the emulator."))
        output = np.frombuffer(bytes(uc.mem_read(_OUTPUT, self._outputs)), np.int8)
        result = int(uc.reg_read(arm_const.UC_ARM_REG_R0))
        return Run(result, output, self._instructions, int(self._counter.cycles) - cycles)
