"""Every group of features compiles for the board, computes there what Python does, and costs what is written."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from trials import FULL

from tinylab.boards.catalog import boards
from tinylab.deploy.feature_stage import feature_stage
from tinylab.deploy.firmware import Deployable, build_firmware
from tinylab.deploy.measure import Probe
from tinylab.deploy.proof import expected_outputs
from tinylab.dsp.features.menu import feature_groups, feature_names, features
from tinylab.dsp.recipe import InputRecipe, fit
from tinylab.engine.build_models.chain import Chain
from tinylab.engine.compiler import compile_graph
from tinylab.engine.graph import Activation

SAMPLES, LABELS = 100, ("still", "wave", "knock")
ALL = ("statistics", "spectrum", "shape", "motion")
DOCUMENT = Path(__file__).parents[3] / "docs" / "engine.md"


def some_windows() -> np.ndarray:
    """A wave with noise, as the document's figures are measured; at rest, noise, clipped, constant, zero, a knock."""
    random, at = np.random.default_rng(1), np.arange(SAMPLES)[:, None]
    wave = 400 * np.sin(at * np.array([[0.3, 0.5, 0.11]]) + [0, 1, 2]) + [0, 0, 512]
    shape = (SAMPLES, 3)
    kinds = (
        wave + random.normal(0, 40, shape),
        random.normal((10, -20, 512), 3, shape),
        random.integers(-32768, 32768, shape),
        np.where(random.random(shape) < 0.5, -32768, 32767),
        np.full(shape, -32768),
        np.zeros(shape),
        random.normal(0, 3, shape) + 30_000 * (at == 50),
    )
    return np.rint(np.stack(kinds)).astype(np.int16)


@lru_cache(maxsize=1)
def deployable(groups: tuple[str, ...]) -> Deployable:
    """A dense network on some groups, whose inputs use the whole int8 range."""
    count, windows = len(feature_names(groups)), some_windows()
    recipe = fit(InputRecipe("features", SAMPLES, 4, 0.00195, SAMPLES, 25, features=groups), windows)
    chain = Chain(1, count)
    chain.dense(len(LABELS), Activation.NONE)
    graph = chain.graph()
    return Deployable(b"", recipe, LABELS, graph, compile_graph(graph, LABELS, 25, feature_stage(recipe, graph)))


def test_every_group_has_its_stage_on_the_board() -> None:
    assert set(feature_groups()) == set(ALL)
    assert deployable(ALL).model.argument_bytes == (2 * 3 * SAMPLES,)
    assert len(deployable(ALL).recipe.offsets) == features(some_windows(), ALL).shape[1] == 95


def test_all_groups_at_once_compute_on_the_board_what_python_does(tmp_path: Path) -> None:
    made, windows = deployable(ALL), some_windows()
    probe = Probe(made.model.files, "tl_model_run", len(LABELS), tmp_path)
    found = [probe.run(window).output for window in windows]
    np.testing.assert_array_equal(found, expected_outputs(made, windows))
    assert len(np.unique(found)) > 6


def test_all_groups_fit_into_the_firmware(tmp_path: Path) -> None:
    image = build_firmware(boards()[0], tmp_path, deployable(ALL)).image
    assert image.ram_bytes < 8_000
    assert image.flash_bytes < 24_000


@pytest.mark.parametrize(
    "groups",
    [("shape",), ("motion",), ALL, *([("statistics",), ("spectrum",)] if FULL else [])],
    ids=" and ".join,
)
def test_the_document_says_what_a_group_costs(groups: tuple[str, ...], tmp_path: Path) -> None:
    probe = Probe(deployable(groups).model.files, "tl_model_prepare", 0, tmp_path)
    cycles = probe.run(some_windows()[0]).cycles
    name = "all four" if len(groups) > 1 else f"`{groups[0]}`"
    row = re.search(rf"^\| {name} \| \d+ \| ([\d,]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert row, f"docs/engine.md has no row for {name}: {cycles:,}"
    assert int(row[1].replace(",", "")) == pytest.approx(cycles, rel=0.02)
