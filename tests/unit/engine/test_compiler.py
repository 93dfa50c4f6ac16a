"""The compiler's text and figures, and the plan of the arena."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tinylab.assets import firmware_dir
from tinylab.cli.model_readme import Figures, readme
from tinylab.deploy.feature_stage import feature_stage
from tinylab.dsp.recipe import InputRecipe
from tinylab.engine import compiler
from tinylab.engine.build_models.motion_models import hybrid
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


def test_two_inputs_are_two_pointers_and_the_header_says_which_is_which() -> None:
    model = compiler.compile_graph(hybrid(24, 4, 11, 4, 3), ["one", "two", "three"], 8)
    header = model.files["model.h"]
    assert (model.input_sizes, model.inputs) == ((96, 11), 107)
    for text in (
        "//     int8_t window[TL_MODEL_WINDOW];\n//     int8_t features[TL_MODEL_FEATURES];\n",
        "//     ... fill window and features ...\n//     tl_model_run(window, features, output);\n",
        "// Input window: 24 x 1 x 4. int8 value = real value / 0.02 + (-3).\n// Input features: 11. int8 value",
        "#define TL_MODEL_INPUTS 107  // all together\n#define TL_MODEL_WINDOW 96\n#define TL_MODEL_FEATURES 11\n",
        "void tl_model_run(const int8_t *window, const int8_t *features, int8_t *output);\n",
        "uint8_t tl_model_push(const int8_t *samples, const int8_t *features, int8_t *output);\n",
    ):
        assert text in header
    shown = readme(model, Figures("-O2", 1, 1, 1, 1))
    assert "int8_t window[TL_MODEL_WINDOW], features[TL_MODEL_FEATURES], output[TL_MODEL_OUTPUTS];" in shown
    assert " + (4) */\n    tl_model_run(window, features, output);" in shown


def test_compiling_twice_gives_the_same_text(kit) -> None:
    graph = load(kit.motion_model())
    one, two = (compiler.compile_graph(graph, ["a", "b", "c"]).files for _ in range(2))
    assert one == two


@pytest.mark.parametrize("stride", [None, 4])
def test_the_header_and_the_functions_keep_the_style_of_the_firmware(kit, stride: int | None) -> None:
    assert_style(compiler.compile_graph(load(kit.motion_model()), ["one", "two", "three"], stride).files)


def test_two_inputs_keep_the_style_of_the_firmware_with_and_without_features_in_front() -> None:
    recipe = InputRecipe("both", 50, 4, 0.002, 24, 8, (4,) * 27, (0.1,) * 27, 4.0, ("statistics",), True)
    graph = hybrid(24, 4, 27, 4, 3)
    for stage in (None, feature_stage(recipe, graph)):
        assert_style(compiler.compile_graph(graph, ["one", "two", "three"], 8, stage).files)


def assert_style(files: Mapping[str, str]) -> None:
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
