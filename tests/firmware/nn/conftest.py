"""Random networks, and C compiled from them, run on this computer and on an emulated Cortex-M4."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import unicorn
import unicorn.arm_const as arm
from elftools.elf.elffile import ELFFile

from tinylab.assets import firmware_dir
from tinylab.engine import compiler, reference
from tinylab.engine.graph import (
    Activation,
    Add,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    Operator,
    Padding,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)

Int8 = npt.NDArray[np.int8]
WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
ZIG = [sys.executable, "-m", "ziglang", "cc"]
BARE_METAL = ["-ffunction-sections", "-fdata-sections"]


class NetworkBuilder:
    """Grows a graph layer by layer, with numbers drawn from a seed."""

    def __init__(self, seed: int, shape: tuple[int, ...], calm: bool = False) -> None:
        self.calm = calm  # every layer uses its int8 range, none saturates on purpose
        self.rng = np.random.default_rng(seed)
        self.tensors = [Tensor("input", (1, *shape), 0.05, int(self.rng.integers(-128, 128)))]
        self.operators: list[Operator] = []

    @property
    def last(self) -> Tensor:
        return self.tensors[-1]

    @property
    def at(self) -> int:
        return len(self.tensors) - 1

    def graph(self) -> Graph:
        return Graph(tuple(self.tensors), tuple(self.operators), 0, self.at)

    def _settle(self) -> None:
        """Choose the last tensor's scale so that it uses its range; one network in ten keeps an extreme one."""
        if not self.calm and self.rng.random() < 0.1:
            factor = float(self.rng.choice([0.003, 0.1, 8.0]))
            self.tensors[-1] = replace(self.last, scale=float(np.float32(self.last.scale * factor)))
            return
        windows = some_inputs(self.graph(), 12)[2:]
        for _ in range(8):
            outputs = reference.run(self.graph(), windows).astype(float)
            clipped = np.mean((outputs == outputs.max()) | (outputs == outputs.min()))
            if outputs.std() >= 12 and clipped < 0.6:
                return
            factor = 2.5 if clipped >= 0.6 and outputs.std() > 12 else 0.3
            self.tensors[-1] = replace(self.last, scale=float(np.float32(self.last.scale * factor)))

    def _tensor(self, shape: Sequence[int], scale: float, zero: int) -> int:
        self.tensors.append(Tensor(f"t{len(self.tensors)}", tuple(shape), float(np.float32(scale)), zero))
        return self.at

    def _zero(self) -> int:
        return 0 if self.calm else int(self.rng.choice([-128, -128, 0, 127, self.rng.integers(-128, 128)]))

    def _activation(self) -> Activation:
        return Activation.NONE if self.calm else self.rng.choice(np.array(list(Activation)))

    def _like(self, shape: Sequence[int]) -> int:
        return self._tensor(shape, self.last.scale, self.last.zero_point)

    def _numbers(
        self, taps: int, channels: int, kinds: tuple[int, ...]
    ) -> tuple[Int8, npt.NDArray, npt.NDArray, float]:
        """Weights, biases, their scales and an output scale that uses the int8 range; now and then an extreme one."""
        rng = self.rng
        limit = int(rng.choice([127, 20, 3]))
        weights = rng.integers(-limit, limit + 1, kinds, np.int8)
        scales = np.float32(0.01) * np.exp2(rng.uniform(-3, 3, channels)).astype(np.float32)
        spread = self.last.scale * 0.01 * np.sqrt(taps) * limit * 80 / 60
        bias = rng.integers(-4000, 4001, channels, np.int32)
        return weights, bias, scales.astype(np.float64), spread

    def dense(self, outputs: int) -> None:
        inputs = self.last.shape[-1]
        source, shape = self.at, self.last.shape
        weights, bias, scales, scale = self._numbers(inputs, outputs, (outputs, inputs))
        result = self._tensor((*shape[:-1], outputs), scale, self._zero())
        self.operators.append(FullyConnected("dense", source, result, weights, bias, scales, self._activation()))
        self._settle()

    def conv(self, channels: int, window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source = self.at
        weights, bias, scales, scale = self._numbers(
            window.kernel[0] * window.kernel[1] * depth, channels, (channels, *window.kernel, depth)
        )
        result = self._tensor((1, *outputs, channels), scale, self._zero())
        self.operators.append(Conv2D("conv", source, result, weights, bias, scales, window, self._activation()))
        self._settle()
        return True

    def depthwise(self, multiplier: int, window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source, channels = self.at, depth * multiplier
        taps = window.kernel[0] * window.kernel[1]
        weights, bias, scales, scale = self._numbers(taps, channels, (*window.kernel, channels))
        result = self._tensor((1, *outputs, channels), scale, self._zero())
        self.operators.append(
            DepthwiseConv2D("dw", source, result, weights, bias, scales, window, multiplier, self._activation())
        )
        self._settle()
        return True

    def pool(self, kind: type[MaxPool2D] | type[AveragePool2D], window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source = self.at
        result = self._like((1, *outputs, depth))
        self.operators.append(kind("pool", source, result, window, self._activation()))
        return True

    def mean(self) -> None:
        _, rows, columns, depth = self.last.shape
        source, scale = self.at, self.last.scale * float(self.rng.uniform(0.3, 1.5))
        result = self._tensor((1, depth), scale, self._zero())
        self.operators.append(Mean("mean", source, result, 1, rows * columns, depth))
        self._settle()

    def add(self, first: int) -> None:
        second, scale = self.at, (self.tensors[first].scale + self.last.scale) * float(self.rng.uniform(0.2, 1))
        result = self._tensor(self.last.shape, scale, self._zero())
        self.operators.append(Add("add", first, second, result, self._activation()))
        self._settle()

    def rescale(self) -> None:
        source, scale = self.at, self.last.scale * float(self.rng.choice([1.0, 0.5, 1.7, 9.0]))
        zero = self.last.zero_point if self.rng.random() < 0.5 else self._zero()
        result = self._tensor(self.last.shape, scale, zero)
        self.operators.append(Rescale("rescale", source, result, self._activation()))

    def reshape(self, shape: Sequence[int]) -> None:
        source = self.at
        self.operators.append(Reshape("reshape", source, self._like(shape)))

    def softmax(self) -> None:
        scale = (0.05 if self.calm else float(self.rng.choice([1.0, 0.1, 0.004, 0.3]))) / self.last.scale
        source = self._tensor(self.last.shape, self.last.scale * scale, 0)
        self.operators.append(Rescale("logits", source - 1, source))
        result = self._tensor(self.last.shape, 1 / 256, -128)
        self.operators.append(Softmax("softmax", source, result, float(self.rng.choice([1.0, 1.0, 0.5]))))


def _random_window(rng: np.random.Generator, flat: tuple[bool, bool], pooling: bool = False) -> Window:
    kernel = [1 if flat[a] else int(rng.integers(1, 6)) for a in (0, 1)]
    if pooling and rng.random() < 0.6:
        stride = list(kernel)
    else:
        stride = [1 if flat[a] else int(rng.choice([1, 1, 2, 3])) for a in (0, 1)]
    dilation = [1 if flat[a] or pooling else int(rng.choice([1, 1, 1, 2])) for a in (0, 1)]
    padding = Padding.SAME if rng.random() < 0.5 else Padding.VALID
    return Window((kernel[0], kernel[1]), (stride[0], stride[1]), (dilation[0], dilation[1]), padding)


def _random_layer(net: NetworkBuilder) -> None:
    rng, shape = net.rng, net.last.shape
    flat = (shape[1] == 1 and rng.random() < 0.9, shape[2] == 1 and rng.random() < 0.9)
    kind = rng.choice(["conv", "conv", "conv", "pointwise", "depthwise", "max", "max", "average", "add", "rescale"])
    if kind == "conv":
        if net.conv(int(rng.integers(1, 13)), _random_window(rng, flat)) and rng.random() < 0.4:
            net.pool(MaxPool2D, _random_window(rng, flat, pooling=True))
    elif kind == "pointwise":
        net.conv(int(rng.integers(1, 13)), Window((1, 1)))
    elif kind == "depthwise":
        net.depthwise(int(rng.choice([1, 1, 2, 3])) if shape[3] < 8 else 1, _random_window(rng, flat))
    elif kind in ("max", "average"):
        net.pool(MaxPool2D if kind == "max" else AveragePool2D, _random_window(rng, flat, pooling=True))
    elif kind == "add":
        first = net.at
        net.conv(shape[3], Window((3 if not flat[0] else 1, 1), padding=Padding.SAME))
        net.add(first)
    else:
        net.rescale()


def build_random_network(seed: int) -> Graph:
    """A network of two to seven layers: dense, along rows, along columns, or over pictures."""
    rng = np.random.default_rng(seed)
    kind = seed % 4
    if kind == 0:
        net = NetworkBuilder(seed, (int(rng.integers(1, 40)),))
        for _ in range(int(rng.integers(1, 4))):
            net.dense(int(rng.integers(1, 24)))
    else:
        size, channels = int(rng.integers(6, 30)), int(rng.integers(1, 7))
        narrow = int(rng.integers(1, 4))
        shapes = [(size, 1, channels), (1, size, channels), (size, narrow, channels), (size // 2, size // 2, channels)]
        net = NetworkBuilder(seed, shapes[kind - 1 if rng.random() < 0.7 else 3])
        for _ in range(int(rng.integers(1, 6))):
            _random_layer(net)
        if rng.random() < 0.4:
            net.mean()
        elif net.last.elements < 2000:
            net.reshape((1, net.last.elements))
        if net.last.elements > 255 and len(net.last.shape) > 2:
            net.mean()
        if len(net.last.shape) == 2:
            net.dense(int(rng.integers(2, 9)))
    if len(net.last.shape) == 2 and rng.random() < 0.6:
        net.softmax()
    return net.graph()


def some_inputs(graph: Graph, count: int, seed: int = 0) -> Int8:
    """Random windows, and the two that saturate the most."""
    rng = np.random.default_rng(seed)
    windows = rng.integers(-128, 128, (count, graph.input_tensor.elements), np.int8)
    windows[0], windows[1] = -128, 127
    return windows


def write_networks(folder: Path, graphs: Sequence[Graph]) -> list[Path]:
    """One C file per network, with its functions renamed tl_model_run_0, ...; the list of files to compile."""
    sources = []
    for number, graph in enumerate(graphs):
        place = folder / f"network{number}"
        place.mkdir()
        labels = [f"class {i}" for i in range(graph.output_tensor.elements)]
        for name, text in compiler.compile_graph(graph, labels).files.items():
            (place / name).write_text(text, encoding="utf-8")
        names = ("tl_model_run", "tl_model_label", "tl_model_label_bytes")
        renamed = "".join(f"#define {name} {name}_{number}\n" for name in names)
        sources.append(place / "renamed.c")
        sources[-1].write_text(renamed + '#include "model.c"\n', encoding="utf-8")
    return sources


def _main(graphs: Sequence[Graph]) -> str:
    """A program: network number as argument, windows in, outputs out; buffers fit exactly, so that ASan sees all."""
    declared = "".join(f"void tl_model_run_{i}(const int8_t *, int8_t *);\n" for i in range(len(graphs)))
    table = "".join(
        f"    {{tl_model_run_{i}, {g.input_tensor.elements}, {g.output_tensor.elements}}},\n"
        for i, g in enumerate(graphs)
    )
    return f"""#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
{declared}
static const struct {{ void (*run)(const int8_t *, int8_t *); size_t inputs, outputs; }} networks[] = {{
{table}}};
int main(int argc, char **argv)
{{
    const int n = argc > 1 ? atoi(argv[1]) : 0;
    int8_t *input = malloc(networks[n].inputs), *output = malloc(networks[n].outputs);
    while (fread(input, 1, networks[n].inputs, stdin) == networks[n].inputs) {{
        networks[n].run(input, output);
        fwrite(output, 1, networks[n].outputs, stdout);
    }}
    free(input);
    free(output);
    return 0;
}}
"""


Run = Callable[[int, Int8], Int8]


@pytest.fixture
def compile_for_host(tmp_path: Path) -> Callable[[Sequence[Graph]], Run]:
    """Compile networks with sanitizers; the result runs windows through network number n."""

    def compile_all(graphs: Sequence[Graph]) -> Run:
        sources = write_networks(tmp_path, graphs)
        (tmp_path / "main.c").write_text(_main(graphs), encoding="utf-8")
        gcc = shutil.which("gcc")
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

        def run(number: int, windows: Int8) -> Int8:
            done = subprocess.run([program, str(number)], input=windows.tobytes(), capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
            return np.frombuffer(done.stdout, np.int8).reshape(len(windows), -1)

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

    def run(self, number: int, windows: Int8) -> Int8:
        outputs = self._graphs[number].output_tensor.elements
        return np.stack([self._run(f"tl_model_run_{number}", window, outputs) for window in windows])

    def _run(self, function: str, window: Int8, outputs: int) -> Int8:
        cpu = self._cpu
        cpu.mem_write(_INPUT, window.tobytes())
        registers = {"R0": _INPUT, "R1": _OUTPUT, "SP": _STACK, "LR": _STOP | 1}
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
def network_builder() -> type[NetworkBuilder]:
    """To build one network on purpose."""
    return NetworkBuilder
