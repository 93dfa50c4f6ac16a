"""`tinylab compile` from a file to C that compiles alone, and what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tinylab.cli.main import run
from tinylab.engine.contract import reference
from tinylab.engine.graph_text import describe
from tinylab.engine.passes.pipeline import passes
from tinylab.engine.read.tflite_file import load

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
COMPILERS = {"gcc": ["gcc"], "zig": [sys.executable, "-m", "ziglang", "cc"]}
CALLER = """#include <stdio.h>
#include "model.h"
int main(void)
{
    static int8_t input[TL_MODEL_INPUTS], output[TL_MODEL_OUTPUTS];
    tl_model_init();
    tl_model_run(input, output);
    for (uint8_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
        printf("%d %s %u\\n", output[i], tl_model_label(i), (unsigned)tl_model_label_bytes(i));
    }
    printf("%u\\n", (unsigned)tl_model_sizes()->inputs);
    return 0;
}
"""


def no_window(_arguments: list[str]) -> int:
    raise AssertionError("the command needs no window")


@pytest.fixture
def compiled(kit, tmp_path: Path, capsys) -> dict[str, object]:
    """What the command prints for the motion model, written into tmp_path/out."""
    file = tmp_path / "motion.tflite"
    file.write_bytes(kit.motion_model())
    arguments = [
        "compile",
        str(file),
        "--out",
        str(tmp_path / "out"),
        "--labels",
        "rest,walk,run",
        "--explain",
        "--json",
    ]
    assert run(arguments, no_window) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", COMPILERS)
def test_what_it_writes_compiles_alone_and_computes(name, compiled, kit, tmp_path: Path) -> None:
    if name == "gcc" and not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    out = tmp_path / "out"
    (tmp_path / "caller.c").write_text(CALLER, encoding="utf-8")
    command = [*COMPILERS[name], *WARNINGS, "-O2", f"-I{out}", tmp_path / "caller.c", out / "model.c"]
    subprocess.run([*command, "-o", tmp_path / "caller"], check=True)
    said = subprocess.run([tmp_path / "caller"], capture_output=True, text=True, check=True).stdout.split("\n")
    graph = load(kit.motion_model())
    expected = reference.run(graph, (np.zeros((1, 96), np.int8),))[0]
    assert said == [f"{expected[0]} rest 4", f"{expected[1]} walk 4", f"{expected[2]} run 3", "96", ""]


def test_it_reports_what_the_network_costs(compiled, tmp_path: Path) -> None:
    assert {Path(file).name for file in compiled["files"]} >= {"model.c", "model.h", "README.md", "tl_nn.h"}
    assert compiled["flash_bytes"] > compiled["constants_bytes"] > 0
    assert compiled["cycles"] > compiled["instructions"] > compiled["macs"] / 2
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"| cycles per run | {compiled['cycles']:,}, " in text


def test_explain_shows_the_graph_after_each_pass(compiled) -> None:
    texts = [one["graph"] for one in compiled["passes"]]
    assert any(line.startswith("Reshape") for line in texts[0])
    assert not any(line.startswith("Reshape") for line in texts[1])
    assert "stride" not in " ".join(texts[-1]), "what is as always is not said"
    assert [line.split(":")[0] for line in texts[-1]] == ["PooledConv2D", "FullyConnected", "Softmax"]


def test_no_pass_changes_a_bit(kit) -> None:
    graph = load(kit.motion_model())
    windows = np.random.default_rng(2).integers(-128, 128, (20, 96), np.int8)
    expected = reference.run(graph, (windows,))
    for title, after in passes(graph):
        np.testing.assert_array_equal(reference.run(after, (windows,)), expected, title)
        assert list(describe(after))


@pytest.mark.parametrize("arguments", [["--size"], ["--speed"]])
def test_small_and_fast_builds(arguments, compiled, tmp_path: Path, capsys) -> None:
    command = ["compile", str(tmp_path / "motion.tflite"), "--out", str(tmp_path / "again"), "--json", *arguments]
    assert run(command, no_window) == 0
    other = json.loads(capsys.readouterr().out)
    figure = "flash_bytes" if arguments == ["--size"] else "cycles"
    assert other[figure] <= compiled[figure]


def test_a_missing_file_ends_in_a_message(tmp_path: Path, capsys) -> None:
    assert run(["compile", str(tmp_path / "no.tflite"), "--out", str(tmp_path)], no_window) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_labels_that_do_not_fit_are_refused(kit, tmp_path: Path, capsys) -> None:
    file = tmp_path / "motion.tflite"
    file.write_bytes(kit.motion_model())
    assert run(["compile", str(file), "--out", str(tmp_path / "out"), "--labels", "a,b"], no_window) == 1
    assert "3 outputs" in capsys.readouterr().err


def test_full_and_streaming_cost_stand_side_by_side(kit, tmp_path: Path, capsys) -> None:
    file = tmp_path / "motion.tflite"
    file.write_bytes(kit.motion_model())
    arguments = ["compile", str(file), "--out", str(tmp_path / "out"), "--json", "--stream"]
    assert run([*arguments, "4"], no_window) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["streaming"]["instructions"] < printed["instructions"] / 2
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"{printed['streaming']['cycles']:,} cycles per decision instead of" in readme
    assert "TL_MODEL_STEP 12" in (tmp_path / "out" / "model.h").read_text(encoding="utf-8")
    assert run([*arguments, "3"], no_window) == 1
    assert "nothing of this network can be kept" in capsys.readouterr().err
