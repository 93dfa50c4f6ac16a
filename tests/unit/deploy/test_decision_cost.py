"""Both kinds of inference are measured, the one with fewer cycles is built, and it computes what the PC computes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import boards
from tinylab.boards.discovery import virtual_port
from tinylab.deploy.decision_cost import choose_inference, measure_decision_costs
from tinylab.deploy.firmware import Build, Deployable, build_firmware
from tinylab.deploy.proof import Proof, expected_outputs, prove, spread
from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.build_models.reference_models import REFERENCE_MODELS
from tinylab.engine.compiler import compile_graph
from tinylab.virtualboard.service.client import start_virtual_board
from tinylab.workflow.board.opened_board import open_board

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
MAIN = """#include <stdio.h>
#include "model.h"
int main(void)
{
    static int16_t counts[TL_MODEL_INPUTS];
    int8_t output[TL_MODEL_OUTPUTS];
    tl_model_init();
    while (fread(counts, 1, sizeof counts, stdin) == sizeof counts) {
        tl_model_run(counts, output);
        fwrite(output, 1, sizeof output, stdout);
    }
    return 0;
}
"""


def deployable_of(trained: Any) -> Deployable:
    return Deployable.from_tflite(trained.tflite, trained.dataset.recipe, trained.dataset.labels)


def around_reference_model(name: str) -> Deployable:
    """A reference model that decides every 16 of 128 samples."""
    graph = REFERENCE_MODELS[name]()
    labels = tuple(f"class {i}" for i in range(graph.output_tensor.elements))
    recipe = InputRecipe("raw", 100, 4, 0.00195, 128, 16, gains=(0.001,))
    return Deployable(b"", recipe, labels, graph, compile_graph(graph, labels, 16))


def proof_of(build: Build, deployable: Deployable, windows: np.ndarray) -> Proof:
    with start_virtual_board("Costs", build.image.hex, fast=True) as process:
        linked = open_board(virtual_port(process.board))
        try:
            return prove(linked.link, deployable, windows)
        finally:
            linked.link.close()


@pytest.fixture(autouse=True)
def own_runtime_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))


def test_streaming_is_chosen_where_it_takes_fewer_cycles() -> None:
    deployable, costs = choose_inference(around_reference_model("dscnn"))
    assert costs.streaming is not None
    assert costs.streams
    assert deployable.streaming
    assert costs.used is costs.streaming
    assert costs.full.instructions > 5 * costs.streaming.instructions
    assert costs.as_json()["used"] == "streaming"
    assert f"{costs.streaming.cycles:,} cycles" in costs.text
    assert "built for streaming" in costs.text


def test_full_windows_are_taken_where_nothing_can_be_kept() -> None:
    deployable, costs = choose_inference(around_reference_model("magicwand"))
    assert costs.streaming is None
    assert not deployable.streaming
    assert costs.used is costs.full
    assert costs.as_json()["streaming"] is None
    assert "can be kept" in costs.text


def test_streaming_that_costs_more_is_not_chosen() -> None:
    costs = measure_decision_costs(around_reference_model("cnn1d"))
    assert costs.streaming is not None
    costlier = replace(costs, streaming=replace(costs.streaming, cycles=costs.full.cycles + 1))
    assert not costlier.streams
    assert costlier.used is costlier.full
    assert "built for full windows" in costlier.text


@pytest.mark.parametrize("name", ["cnn1d", "dscnn", "magicwand"])
@pytest.mark.parametrize("streaming", [False, True])
def test_the_whole_firmware_is_small_around_every_model(name: str, streaming: bool, tmp_path: Path) -> None:
    deployable = around_reference_model(name)
    if streaming and deployable.model.streaming is None:
        return
    image = build_firmware(boards()[0], tmp_path, replace(deployable, streaming=streaming)).image
    costs = measure_decision_costs(deployable)
    used = costs.streaming if streaming and costs.streaming else costs.full
    assert image.flash_bytes - used.flash_bytes < 13_000
    assert image.ram_bytes < 6_200


@pytest.mark.parametrize("streaming", [False, True])
def test_full_window_and_streaming_inference_are_proven_on_the_board(
    tiny_cnn: Any, streaming: bool, tmp_path: Path
) -> None:
    deployable = replace(deployable_of(tiny_cnn), streaming=streaming)
    assert deployable.model.streaming is not None, "the stride was chosen so that something can be kept"
    windows = tiny_cnn.dataset.test.windows
    windows = windows[spread(windows, 12)]
    proof = proof_of(build_firmware(boards()[0], tmp_path / "build", deployable), deployable, windows)
    assert (proof.identical, proof.windows) == (len(windows), len(windows))


def test_features_are_proven_on_the_board(tiny_dense: Any, tmp_path: Path) -> None:
    deployable, costs = choose_inference(deployable_of(tiny_dense))
    assert costs.streaming is None
    windows = tiny_dense.dataset.test.windows
    windows = windows[spread(windows, 12)]
    proof = proof_of(build_firmware(boards()[0], tmp_path / "build", deployable), deployable, windows)
    assert (proof.identical, proof.windows) == (len(windows), len(windows))
    assert proof.features_cycles > proof.network_cycles


def test_features_share_the_networks_buffer(tiny_dense: Any) -> None:
    deployable = deployable_of(tiny_dense)
    samples = deployable.recipe.window_samples
    alone = compile_graph(deployable.graph, deployable.labels)
    transform, lengths = 4 * (1 << (samples - 1).bit_length()), 2 * samples
    assert deployable.model.arena_bytes < alone.arena_bytes + transform + lengths + alone.inputs + 16
    assert f"raw counts, x, y, z one after the other; {alone.inputs} features" in deployable.model.files["model.h"]


def test_features_and_network_under_sanitizers(tiny_dense: Any, tmp_path: Path) -> None:
    deployable = deployable_of(tiny_dense)
    for name, text in {**deployable.model.files, "main.c": MAIN}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    gcc = shutil.which("gcc")
    command = [gcc, "-fsanitize=address,undefined"] if gcc else [sys.executable, "-m", "ziglang", "cc"]
    include = [f"-I{tmp_path}", f"-I{firmware_dir() / 'nn'}"]
    sources = [tmp_path / "main.c", tmp_path / "model.c"]
    subprocess.run([*command, "-O2", *WARNINGS, *include, *sources, "-o", tmp_path / "run"], check=True)
    random = np.random.default_rng(2)
    shape = (200, deployable.recipe.window_samples, 3)
    windows = np.concatenate(
        [
            tiny_dense.dataset.test.windows,
            random.integers(-32768, 32768, shape),
            np.where(random.random(shape) < 0.5, -32768, 32767),
        ]
    ).astype(np.int16)
    done = subprocess.run([tmp_path / "run"], input=windows.tobytes(), capture_output=True, check=True)
    found = np.frombuffer(done.stdout, np.int8).reshape(len(windows), -1)
    assert np.array_equal(found, expected_outputs(deployable, windows))
