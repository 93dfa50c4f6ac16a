"""The generated C on an 8-bit core: avr-gcc compiles it without a warning; simavr, where it is installed, runs it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tinylab.assets import firmware_dir
from tinylab.engine import compiler
from tinylab.engine.contract import reference
from tinylab.engine.graph import Graph, MaxPool2D, Padding, Window

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]

pytestmark = pytest.mark.skipif(not shutil.which("avr-gcc"), reason="avr-gcc is not installed")

MAIN = """#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/interrupt.h>
#include "model.h"
static const int8_t windows[][TL_MODEL_INPUTS] = {
%s};
static void say(uint8_t byte)
{
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = byte;
}
static void say_hex(uint8_t byte)
{
    say((uint8_t)"0123456789abcdef"[byte >> 4]);
    say((uint8_t)"0123456789abcdef"[byte & 15]);
}
int main(void)
{
    static int8_t output[TL_MODEL_OUTPUTS];
    UCSR0B = (uint8_t)(1 << TXEN0);
    for (uint8_t w = 0; w < sizeof windows / sizeof windows[0]; w++) {
        tl_model_run(windows[w], output);
        for (uint8_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
            say_hex((uint8_t)output[i]);
        }
    }
    say('\\n');
    cli();
    sleep_mode();
}
"""


def small_network(builder) -> Graph:
    net = builder(11, (16, 1, 3), calm=True)
    net.conv(4, Window((3, 1), padding=Padding.SAME))
    net.pool(MaxPool2D, Window((2, 1), (2, 1)))
    net.depthwise(1, Window((3, 1)))
    net.reshape((1, net.last.elements))
    net.dense(4)
    net.softmax()
    return net.graph()


def build(graph: Graph, windows: np.ndarray, folder: Path) -> Path:
    files = dict(compiler.compile_graph(graph, ["a", "b", "c", "d"]).files)
    rows = "".join("    {" + ", ".join(str(v) for v in window) + "},\n" for window in windows)
    files["main.c"] = MAIN % rows
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ["avr-gcc", "-mmcu=atmega2560", "-Os", *WARNINGS, f"-I{folder}", f"-I{firmware_dir() / 'nn'}"]
    subprocess.run([*command, folder / "main.c", folder / "model.c", "-o", folder / "model.elf"], check=True)
    return folder / "model.elf"


def test_it_compiles_for_eight_bits_and_computes_the_same(network_builder, tmp_path: Path) -> None:
    graph = small_network(network_builder)
    windows = np.random.default_rng(3).integers(-128, 128, (3, graph.input_tensor.elements), np.int8)
    image = build(graph, windows, tmp_path)
    assert image.stat().st_size > 0
    simulator = shutil.which("simavr")
    if not simulator:
        pytest.skip("compiled; simavr, which would run it, is not installed")
    done = subprocess.run(
        [simulator, "-m", "atmega2560", "-f", "16000000", image],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    expected = reference.run(graph, (windows,)).astype(np.uint8).tobytes().hex()
    assert expected in done.stdout + done.stderr


def test_random_networks_compile_for_eight_bits(random_network, tmp_path: Path) -> None:
    for seed in range(0, 12):
        graph = random_network(seed)
        labels = [str(i) for i in range(graph.output_tensor.elements)]
        for name, text in compiler.compile_graph(graph, labels).files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        command = ["avr-gcc", "-mmcu=atmega2560", "-Os", *WARNINGS, f"-I{firmware_dir() / 'nn'}", "-c"]
        done = subprocess.run(
            [*command, tmp_path / "model.c", "-o", tmp_path / "model.o"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), f"network {seed}: {done.stderr}"
