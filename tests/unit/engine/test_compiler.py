"""The compiler's text and figures, and the plan of the arena."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from tinylab.assets import firmware_dir
from tinylab.engine import compiler
from tinylab.engine.lower.full_window import lower
from tinylab.engine.memory_plan import plan
from tinylab.engine.passes.pipeline import optimize
from tinylab.engine.read.tflite_file import load
from tinylab.errors import EngineError


def test_what_a_compiled_model_says_about_itself(kit) -> None:
    model = compiler.compile_graph(load(kit.motion_model()), ["one", "two", "three"])
    assert set(model.files) == {"model.c", "model.h"}
    assert "#define TL_MODEL_INPUTS 96\n" in model.files["model.h"]
    assert "#define TL_MODEL_OUTPUTS 3\n" in model.files["model.h"]
    assert "tl_nn.h" in model.kernel_files
    assert all((firmware_dir() / "nn" / name).is_file() for name in model.kernel_files)
    assert model.quantizations == ((pytest.approx(0.02), -29),)
    assert (model.output_scale, model.output_zero_point) == (1 / 256, -128)
    assert model.constants_bytes == 4 * 16 + 4 * 56 + 2 * 4 * 4 + (4 + 3) * 5  # outputs in pairs, multipliers, shifts
    assert model.macs == 28 * 4 * 15 + 56 * 3


def test_compiling_twice_gives_the_same_text(kit) -> None:
    graph = load(kit.motion_model())
    one, two = (compiler.compile_graph(graph, ["a", "b", "c"]).files for _ in range(2))
    assert one == two


@pytest.mark.parametrize("stride", [None, 4])
def test_the_header_and_the_functions_keep_the_style_of_the_firmware(kit, stride: int | None) -> None:
    files = compiler.compile_graph(load(kit.motion_model()), ["one", "two", "three"], stride).files
    assert formatted(files["model.h"]) == files["model.h"]
    assert functions(formatted(files["model.c"])) == functions(files["model.c"])


def formatted(text: str) -> str:
    style = Path(__file__).parents[3] / ".clang-format"
    tool = "import sys; from clang_format import clang_format; sys.exit(clang_format())"
    command = [sys.executable, "-c", tool, f"--style=file:{style}", "--assume-filename=model.c"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def functions(text: str) -> list[str]:
    """The functions of a C file; its tables have a row per channel, which clang-format would join."""
    return [block for block in text.split("\n\n") if ") {\n" in block and not block.startswith("//")]


def test_labels_must_fit_the_outputs(kit) -> None:
    with pytest.raises(EngineError, match="3 outputs, but there are 2 labels"):
        compiler.compile_graph(load(kit.motion_model()), ["one", "two"])


def test_the_arena_holds_no_two_living_buffers_in_one_place(kit) -> None:
    program = lower(optimize(load(kit.motion_model())))
    memory = plan(program)
    kernels = [call.kernel.name for call in program.calls]
    assert kernels == ["tl_conv", "tl_dense", "tl_softmax"]  # pooling went into the convolution
    spans = [(at, at + program.sizes[buffer]) for buffer, at in memory.offsets.items()]
    assert all(end <= memory.arena_bytes for _, end in spans)
    assert all(a[1] <= b[0] or b[1] <= a[0] for a, b in itertools.combinations(spans, 2))
    assert memory.arena_bytes <= 56 + 2 * 32 + 24  # the convolution's output, its windows in 16 bits, its edge
