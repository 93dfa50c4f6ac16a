"""C compiled from networks, run on this computer and on an emulated Cortex-M4."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import unicorn
import unicorn.arm_const as arm
from elftools.elf.elffile import ELFFile
from network_builder import Int8, NetworkBuilder, some_inputs
from random_networks import build_random_network, seeded_builder

from tinylab.assets import firmware_dir
from tinylab.engine import compiler
from tinylab.engine.graph import Graph

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
ZIG = [sys.executable, "-m", "ziglang", "cc"]
BARE_METAL = ["-ffunction-sections", "-fdata-sections"]


def write_networks(folder: Path, graphs: Sequence[Graph]) -> list[Path]:
    """One C file per network, with its functions renamed tl_model_run_0, ...; the list of files to compile."""
    sources = []
    names = (
        "tl_model_sizes",
        "tl_model_init",
        "tl_model_run",
        "tl_model_push",
        "tl_model_label",
        "tl_model_label_bytes",
    )
    for number, graph in enumerate(graphs):
        model_folder = folder / f"network{number}"
        model_folder.mkdir(exist_ok=True)
        labels = [f"class {i}" for i in range(graph.output_tensor.elements)]
        for name, text in compiler.compile_graph(graph, labels).files.items():
            (model_folder / name).write_text(text, encoding="utf-8")
        renamed = "".join(f"#define {name} {name}_{number}\n" for name in names)
        sources.append(model_folder / "renamed.c")
        sources[-1].write_text(renamed + '#include "model.c"\n', encoding="utf-8")
    return sources


def _main(graphs: Sequence[Graph]) -> str:
    """A program: network number as argument, windows in, outputs out; buffers fit exactly, so that ASan sees all."""
    declared = "".join(_declared(number, len(graph.inputs)) for number, graph in enumerate(graphs))
    table = "".join(
        f"    {{run_{i}, {g.input_tensor.elements}, {sum(t.elements for t in g.input_tensors[1:])}, "
        f"{g.output_tensor.elements}}},\n"
        for i, g in enumerate(graphs)
    )
    return f"""#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
{declared}
static const struct {{
    void (*run)(const int8_t *, const int8_t *, int8_t *);
    size_t first, second, outputs;
}} networks[] = {{
{table}}};
int main(int argc, char **argv)
{{
    const int n = argc > 1 ? atoi(argv[1]) : 0;
    int8_t *first = malloc(networks[n].first), *second = malloc(networks[n].second);
    int8_t *output = malloc(networks[n].outputs);
    while (fread(first, 1, networks[n].first, stdin) == networks[n].first) {{
        if (fread(second, 1, networks[n].second, stdin) != networks[n].second) {{
            return 1;
        }}
        networks[n].run(first, second, output);
        fwrite(output, 1, networks[n].outputs, stdout);
    }}
    free(first);
    free(second);
    free(output);
    return 0;
}}
"""


def _declared(number: int, inputs: int) -> str:
    """A network's function, and one that takes two inputs whatever it does."""
    given, unused = ("first, second", "") if inputs == 2 else ("first", "    (void)second;\n")
    return (
        f"void tl_model_run_{number}({'const int8_t *, ' * inputs}int8_t *);\n"
        f"static void run_{number}(const int8_t *first, const int8_t *second, int8_t *output)\n{{\n{unused}"
        f"    tl_model_run_{number}({given}, output);\n}}\n"
    )


Run = Callable[..., Int8]  # number of the network, then windows for each of its inputs


@pytest.fixture
def compile_for_host(tmp_path: Path) -> Callable[..., Run]:
    """Compile networks with sanitizers, by gcc where it is there; the result runs windows through network number n."""

    def compile_all(graphs: Sequence[Graph], clang: bool = False) -> Run:
        sources = write_networks(tmp_path, graphs)
        (tmp_path / "main.c").write_text(_main(graphs), encoding="utf-8")
        gcc = None if clang else shutil.which("gcc")
        command = [gcc, "-fsanitize=address,undefined"] if gcc else [*ZIG, "-fsanitize=undefined"]
        include = f"-I{firmware_dir() / 'nn'}"
        program = tmp_path / "networks"
        subprocess.run(
            [
                *command,
                "-fno-sanitize-recover=all",
                "-O1",
                *WARNINGS,
                include,
                tmp_path / "main.c",
                *sources,
                "-o",
                program,
            ],
            check=True,
        )

        def run(number: int, *inputs: Int8) -> Int8:
            given = b"".join(values.tobytes() for row in zip(*inputs, strict=True) for values in row)
            done = subprocess.run([program, str(number)], input=given, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
            return np.frombuffer(done.stdout, np.int8).reshape(len(inputs[0]), -1)

        return run

    return compile_all


_LINKER_SCRIPT = """MEMORY
{
  FLASH (rx) : ORIGIN = 0x0, LENGTH = 1M
  RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 512K
}
SECTIONS
{
  .text : { KEEP(*(.text*)) } > FLASH
  .rodata : { *(.rodata*) } > FLASH
  .bss (NOLOAD) : { *(.bss*) } > RAM
  /DISCARD/ : { *(.ARM.exidx*) *(.ARM.extab*) *(.comment) }
}
"""
_FLASH, _RAM = (0x0, 0x100000), (0x20000000, 0x100000)
_INPUT, _OUTPUT, _STACK, _STOP = 0x200A0000, 0x200C0000, 0x20090000, 0xFF000


class Board:
    """An emulated Cortex-M4 with the networks in its flash."""

    def __init__(self, image: Path, graphs: Sequence[Graph]) -> None:
        self._graphs = graphs
        self._cpu = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self._cpu.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_M4)
        self._cpu.mem_map(*_FLASH)
        self._cpu.mem_map(*_RAM)
        with image.open("rb") as file:
            elf = ELFFile(file)
            for segment in elf.iter_segments("PT_LOAD"):
                self._cpu.mem_write(segment["p_paddr"], segment.data())
            symbols = elf.get_section_by_name(".symtab").iter_symbols()
            self._address = {symbol.name: symbol["st_value"] for symbol in symbols}
        self._cpu.mem_write(_STOP, struct.pack("<HH", 0xBF00, 0xBF00))

    def run(self, number: int, *inputs: Int8) -> Int8:
        outputs, function = self._graphs[number].output_tensor.elements, f"tl_model_run_{number}"
        return np.stack([self._run(function, row, outputs) for row in zip(*inputs, strict=True)])

    def _run(self, function: str, row: Sequence[Int8], outputs: int) -> Int8:
        cpu, pointers = self._cpu, [_INPUT + 0x10000 * number for number in range(len(row))]
        for pointer, values in zip(pointers, row, strict=True):
            cpu.mem_write(pointer, values.tobytes())
        registers = {f"R{number}": pointer for number, pointer in enumerate((*pointers, _OUTPUT))}
        registers |= {"SP": _STACK, "LR": _STOP | 1}
        for name, value in registers.items():
            cpu.reg_write(getattr(arm, f"UC_ARM_REG_{name}"), value)
        cpu.emu_start(self._address[function] | 1, _STOP, timeout=20_000_000)
        assert cpu.reg_read(arm.UC_ARM_REG_PC) == _STOP
        return np.frombuffer(bytes(cpu.mem_read(_OUTPUT, outputs)), np.int8)


@pytest.fixture
def compile_for_board(tmp_path: Path) -> Callable[..., Run]:
    """Compile networks for a Cortex-M4; the result runs windows through network number n on the emulated core."""

    def compile_all(graphs: Sequence[Graph], core: str = "cortex_m4", flags: Sequence[str] = ("-O3",)) -> Run:
        sources = write_networks(tmp_path, graphs)
        script, image = tmp_path / "link.ld", tmp_path / "networks.elf"
        script.write_text(_LINKER_SCRIPT, encoding="utf-8")
        include = f"-I{firmware_dir() / 'nn'}"
        target = "thumb-freestanding-eabi" + ("hf" if core == "cortex_m4" else "")
        command = [*ZIG, "-target", target, f"-mcpu={core}", *BARE_METAL, *WARNINGS, *flags, include, *sources]
        subprocess.run([*command, f"-Wl,-T,{script}", "-Wl,-e,tl_model_run_0", "-o", image], check=True)
        return Board(image, graphs).run

    return compile_all


@pytest.fixture
def random_network() -> Callable[[int], Graph]:
    """Seed to network."""
    return build_random_network


@pytest.fixture
def windows_for() -> Callable[..., Int8]:
    """Network to input windows."""
    return some_inputs


@pytest.fixture
def network_builder() -> Callable[..., NetworkBuilder]:
    """To build one network on purpose."""
    return seeded_builder
