"""Streaming gives the full window's bits, on this computer under sanitizers and on the emulated Cortex-M4F."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tinylab.assets import firmware_dir
from tinylab.deploy.measure import Probe
from tinylab.engine import compiler
from tinylab.engine.build_models.reference_models import REFERENCE_MODELS
from tinylab.engine.contract import reference
from tinylab.engine.graph import Graph, MaxPool2D, Padding, Window

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
MAIN = """#include <stdio.h>
#include "model.h"
int main(void)
{
    int8_t samples[TL_MODEL_STEP], output[TL_MODEL_OUTPUTS];
    tl_model_init();
    while (fread(samples, 1, sizeof samples, stdin) == sizeof samples) {
        const int8_t whole = (int8_t)tl_model_push(samples, output);
        fwrite(&whole, 1, 1, stdout);
        fwrite(output, 1, sizeof output, stdout);
    }
    return 0;
}
"""


def compiled(graph: Graph, stride: int) -> compiler.CompiledModel:
    return compiler.compile_graph(graph, [str(i) for i in range(graph.output_tensor.elements)], stride)


def signal_and_windows(graph: Graph, stride: int, calls: int) -> tuple[np.ndarray, np.ndarray]:
    """New samples call by call, and the window that ends with each; before the first there were zeros."""
    rows = next(size for size in graph.input_tensor.shape[1:-1] if size > 1)
    width = graph.input_tensor.elements // rows
    signal = np.random.default_rng(stride).integers(-128, 128, (calls * stride, width), np.int8)
    history = np.concatenate([np.zeros((rows, width), np.int8), signal])
    windows = [history[(i + 1) * stride : (i + 1) * stride + rows].reshape(-1) for i in range(calls)]
    return signal.reshape(calls, -1), np.stack(windows)


def push_on_host(model: compiler.CompiledModel, samples: np.ndarray, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """(whether a whole window has passed, outputs) after each call."""
    for name, text in {**model.files, "main.c": MAIN}.items():
        (folder / name).write_text(text, encoding="utf-8")
    gcc = shutil.which("gcc")
    command = [gcc, "-fsanitize=address,undefined"] if gcc else [sys.executable, "-m", "ziglang", "cc"]
    sources = [folder / "main.c", folder / "model.c"]
    subprocess.run(
        [*command, "-O1", *WARNINGS, f"-I{folder}", f"-I{firmware_dir() / 'nn'}", *sources, "-o", folder / "push"],
        check=True,
    )
    done = subprocess.run([folder / "push"], input=samples.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    rows = np.frombuffer(done.stdout, np.int8).reshape(len(samples), -1)
    return rows[:, 0], rows[:, 1:]


def network(builder, seed: int, pad: Padding, flat: bool = False) -> Graph:
    """Convolutions with and without pooling, a stride, depthwise and pointwise layers, then dense."""
    net = builder(seed, (1, 48, 3) if flat else (48, 1, 3), calm=True)

    def along(kernel: int, stride: int = 1) -> Window:
        sizes = ((1, kernel), (1, stride)) if flat else ((kernel, 1), (stride, 1))
        return Window(*sizes, padding=pad)

    net.conv(5, along(5, 2 if seed % 2 else 1))
    if seed % 3:
        pooling = Window((1, 2), (1, 2)) if flat else Window((2, 1), (2, 1))
        net.pool(MaxPool2D, pooling)
    net.depthwise(1, along(3))
    net.conv(6, Window((1, 1)))
    net.conv(4, along(3))
    net.reshape((1, net.last.elements))
    net.dense(5)
    return net.graph()


@pytest.mark.parametrize("pad", list(Padding))
@pytest.mark.parametrize(("seed", "stride", "flat"), [(0, 3, False), (1, 8, False), (2, 6, True), (4, 4, False)])
def test_pushing_equals_running_the_whole_window(seed, stride, flat, pad, network_builder, tmp_path: Path) -> None:
    graph = network(network_builder, seed, pad, flat)
    model = compiled(graph, stride)
    assert model.streaming is not None
    assert model.streaming.layers >= 3
    calls = model.streaming.calls + 9
    samples, windows = signal_and_windows(graph, stride, calls)
    whole, outputs = push_on_host(model, samples, tmp_path)
    first = model.streaming.calls - 1
    assert whole.tolist() == [0] * first + [1] * (calls - first)
    np.testing.assert_array_equal(outputs[first:], reference.run(graph, (windows,))[first:])
    assert len(np.unique(outputs[first:])) > 5


@pytest.mark.parametrize(("name", "times"), [("cnn1d", 3), ("dscnn", 5)])
def test_a_stride_of_16_of_128_costs_a_fraction(name, times, tmp_path: Path) -> None:
    graph = REFERENCE_MODELS[name]()
    model = compiled(graph, 16)
    samples, windows = signal_and_windows(graph, 16, 12)
    pushing = Probe(model.files, "tl_model_push", model.outputs, tmp_path / "push")
    runs = [pushing.run(row) for row in samples]
    assert [run.result & 0xFF for run in runs] == [0] * 7 + [1] * 5
    expected = reference.run(graph, (windows,))
    np.testing.assert_array_equal([run.output for run in runs[7:]], expected[7:])
    full = Probe(model.files, "tl_model_run", model.outputs, tmp_path / "run").run(windows[9])
    assert runs[9].instructions * times <= full.instructions


def test_nothing_to_keep_means_no_push(network_builder) -> None:
    net = network_builder(1, (33,))
    net.dense(4)
    model = compiled(net.graph(), 16)
    assert model.streaming is None
    assert "tl_model_push" not in model.files["model.h"]
