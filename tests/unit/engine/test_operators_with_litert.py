"""Constants, joins, padding and curves: LiteRT's default interpreter, the reference and the C give the same bits."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from tinylab.assets import firmware_dir
from tinylab.engine import compiler
from tinylab.engine.contract import reference
from tinylab.engine.graph import Conv2D, Graph
from tinylab.engine.passes.pipeline import optimize
from tinylab.engine.read.tflite_file import load
from tinylab.errors import EngineError

SHAPE = [1, 4, 6, 3]
WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


def constant(kit, name: str, shape: list[int], rng: np.random.Generator):
    values = rng.integers(-128, 128, shape).astype(np.int8)
    zero = int(rng.integers(-20, 21))
    return kit.Tensor(name, shape, scale=float(np.float32(rng.uniform(0.005, 0.05))), zero=zero, data=values)


def one_layer(kit, kind: str, seed: int) -> bytes:
    """A file with one operator on (4, 6, 3), or two where it joins."""
    rng = np.random.default_rng(seed)
    source = kit.Tensor("input", SHAPE, scale=0.03, zero=int(rng.integers(-90, 90)))
    scale = float(np.float32(rng.uniform(0.01, 0.1)))
    result = kit.Tensor("result", SHAPE, scale=scale, zero=int(rng.integers(-128, 128)))
    if kind in ("ADD", "MUL"):
        shape = [[3], [6, 3], [1], [1, 1, 1, 3], SHAPE][seed % 5]
        inputs = [0, 1] if seed % 2 else [1, 0]
        tensors = [source, constant(kit, "constant", shape, rng), result]
        options = {"FusedActivationFunction": seed % 2}
        return kit.write(tensors, [kit.Operator(kind, inputs, [2], options)], [0], [2])
    if kind in ("LOGISTIC", "TANH"):
        source.scale = float(np.float32(rng.uniform(0.004, 0.12)))
        result.scale, result.zero = (1 / 256, -128) if kind == "LOGISTIC" else (1 / 128, 0)
        return kit.write([source, result], [kit.Operator(kind, [0], [1])], [0], [1])
    if kind == "PAD":
        pads = [[0, 0], *rng.integers(0, 2, (3, 2)).tolist()]
        result.shape = [size + sum(pair) for size, pair in zip(SHAPE, pads, strict=True)]
        result.scale, result.zero = source.scale, source.zero
        table = kit.Tensor("pads", [4, 2], kit.INT32, None, data=np.array(pads, np.int32))
        return kit.write([source, table, result], [kit.Operator("PAD", [0, 1], [2])], [0], [2])
    axis = 1 + seed % 3
    curve = kit.Tensor("curve", SHAPE, scale=1 / 128, zero=0)
    other = kit.Tensor("other", SHAPE, scale=1 / 128, zero=0)
    joined = [size * (2 if i == axis else 1) for i, size in enumerate(SHAPE)]
    result = kit.Tensor("result", joined, scale=1 / 128, zero=0)
    operators = [
        kit.Operator("TANH", [0], [1]),
        kit.Operator("TANH", [1], [2]),
        kit.Operator("CONCATENATION", [2, 1], [3], {"Axis": axis}),
    ]
    return kit.write([source, curve, other, result], operators, [0], [3])


def litert(data: bytes, windows: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=data, num_threads=1)
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = []
    for window in windows:
        interpreter.set_tensor(source["index"], window.reshape(source["shape"]))
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(result["index"]).reshape(-1))
    return np.stack(outputs)


def in_c(graph: Graph, windows: np.ndarray, folder: Path) -> Iterator[bytes]:
    files = compiler.compile_graph(graph, [str(i) for i in range(graph.output_tensor.elements)]).files
    files |= {
        "main.c": '#include <stdio.h>\n#include "model.h"\nint main(void)\n{\n'
        "    int8_t in[TL_MODEL_INPUTS], out[TL_MODEL_OUTPUTS];\n"
        "    while (fread(in, 1, sizeof in, stdin) == sizeof in) {\n"
        "        tl_model_run(in, out);\n        fwrite(out, 1, sizeof out, stdout);\n    }\n    return 0;\n}\n"
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    gcc = shutil.which("gcc")
    command = [gcc, "-fsanitize=address,undefined"] if gcc else [sys.executable, "-m", "ziglang", "cc"]
    compile_it = [*command, "-O1", *WARNINGS, f"-I{folder}", f"-I{firmware_dir() / 'nn'}"]
    subprocess.run([*compile_it, folder / "main.c", folder / "model.c", "-o", folder / "run"], check=True)
    return subprocess.run([folder / "run"], input=windows.tobytes(), capture_output=True, check=True).stdout


@pytest.mark.parametrize("kind", ["ADD", "MUL", "LOGISTIC", "TANH", "CONCATENATION", "PAD"])
@pytest.mark.parametrize("seed", range(6))
def test_the_reference_equals_litert(kind, seed, kit) -> None:
    data = one_layer(kit, kind, seed)
    windows = np.random.default_rng(seed).integers(-128, 128, (60, 72), np.int8)
    windows[:4].reshape(-1)[:256] = np.arange(-128, 128)
    np.testing.assert_array_equal(reference.run(load(data), (windows,)), litert(data, windows))


@pytest.mark.parametrize("kind", ["ADD", "MUL", "LOGISTIC", "CONCATENATION", "PAD"])
def test_the_c_equals_the_reference(kind, kit, tmp_path: Path) -> None:
    for seed in (1, 2):
        graph = load(one_layer(kit, kind, seed))
        windows = np.random.default_rng(seed).integers(-128, 128, (40, 72), np.int8)
        outputs = np.frombuffer(in_c(graph, windows, tmp_path), np.int8).reshape(40, -1)
        np.testing.assert_array_equal(outputs, reference.run(graph, (windows,)))


def test_padding_before_a_convolution_becomes_its_own(kit) -> None:
    rng = np.random.default_rng(5)
    weights = kit.Tensor(
        "kernel", [2, 3, 3, 3], scale=[0.01013, 0.02027], data=rng.integers(-127, 128, (2, 3, 3, 3)).astype("i1")
    )
    pads = kit.Tensor("pads", [4, 2], kit.INT32, None, data=np.array([[0, 0], [1, 2], [2, 0], [0, 0]], np.int32))
    tensors = [
        kit.Tensor("input", SHAPE, scale=0.05, zero=7),
        pads,
        kit.Tensor("padded", [1, 7, 8, 3], scale=0.05, zero=7),
        weights,
        kit.Tensor("bias", [2], kit.INT32, [0.0005, 0.001], data=np.array([300, -200], np.int32)),
        kit.Tensor("result", [1, 5, 6, 2], scale=0.0617, zero=-9),
    ]
    conv = {"Padding": 1, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1}
    operators = [kit.Operator("PAD", [0, 1], [2]), kit.Operator("CONV_2D", [2, 3, 4], [5], conv)]
    data = kit.write(tensors, operators, [0], [5])
    graph = load(data)
    assert [type(op) for op in optimize(graph).operators] == [Conv2D]
    windows = rng.integers(-128, 128, (40, 72), np.int8)
    expected = litert(data, windows)
    np.testing.assert_array_equal(reference.run(graph, (windows,)), expected)
    np.testing.assert_array_equal(reference.run(optimize(graph), (windows,)), expected)


def test_two_layers_multiplied_are_refused_in_a_sentence(kit) -> None:
    tensors = [kit.Tensor(name, SHAPE) for name in ("input", "curve", "result")]
    operators = [kit.Operator("TANH", [0], [1]), kit.Operator("MUL", [0, 1], [2])]
    with pytest.raises(EngineError, match="multiplies two layers"):
        load(kit.write(tensors, operators, [0], [2]))
