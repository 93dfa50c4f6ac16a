"""What a board measures with is chosen by the takes, said in words, and proven whatever it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tinylab.boards.catalog import boards
from tinylab.boards.discovery import virtual_port
from tinylab.boards.ranges import Levels
from tinylab.deploy.firmware import Deployable, build_firmware, generated_files
from tinylab.deploy.measuring import measuring
from tinylab.deploy.proof import expected_outputs, prove, spread
from tinylab.dsp.recipe import InputRecipe
from tinylab.virtualboard.service.client import start_virtual_board
from tinylab.workflow.board.opened_board import open_board

SENSOR = boards()[0].sensor
RECIPE = InputRecipe("raw", 50, 2, SENSOR.g_per_count[2], 100, 25)
TAKES = Levels(recorded_g=4.0, peak_g=1.7, cut={2: 0.013, 4: 0.0, 8: 0.0, 16: 0.0})


def test_the_range_of_the_takes_is_kept_even_for_a_network_of_a_smaller_one() -> None:
    plan = measuring(RECIPE, TAKES, SENSOR)
    assert (plan.range_g, plan.automatic_g, plan.cut) == (4, 4, 0.0)
    assert plan.text == (
        "The board measures with 50 Hz and ±4 g. The takes were recorded with the same range. "
        "It cuts none of the samples that the network learned from."
    )


def test_the_user_may_choose_less_and_is_told_what_is_cut() -> None:
    plan = measuring(RECIPE, TAKES, SENSOR, 2)
    assert plan.to_json() == {
        "rate_hz": 50, "range_g": 2, "takes_range_g": 4.0, "trained_range_g": 2, "cut_share": 0.013,
    }  # fmt: skip
    assert "recorded with up to ±4 g" in plan.text and "cuts 1.30 % of the samples" in plan.text


def test_a_range_that_the_sensor_does_not_have_becomes_the_next_larger() -> None:
    assert measuring(RECIPE, TAKES, SENSOR, 5).range_g == 8
    assert measuring(RECIPE, TAKES, SENSOR, 99).range_g == 16


def test_imports_have_no_range_of_their_own() -> None:
    text = measuring(RECIPE, replace(TAKES, recorded_g=0.0, cut={}), SENSOR).text
    assert "imported" in text and "cuts" not in text


def test_without_a_conversion_the_image_is_as_it_was(tiny_cnn: Any) -> None:
    dataset = tiny_cnn.dataset
    header = generated_files(Deployable.from_tflite(tiny_cnn.tflite, dataset.recipe, dataset.labels))["tl_config.h"]
    assert f"#define TL_MODEL_RANGE_G ({dataset.recipe.range_g})\n" in header
    assert "TL_COUNT_MULTIPLIER" not in header


def test_features_of_another_range_are_proven_bit_for_bit(tiny_dense: Any, tmp_path: Path) -> None:
    """A network on the signal itself is flashed with another range in tests/unit/workflow/test_deploy_settings.py."""
    tiny, dataset = tiny_dense, tiny_dense.dataset
    plan = measuring(dataset.recipe, dataset.levels, SENSOR, 16)
    deployable = Deployable.from_tflite(tiny.tflite, dataset.recipe, dataset.labels, conversion=plan.conversion)
    windows = dataset.test.windows[spread(dataset.test.windows, 4)]
    build = build_firmware(boards()[0], tmp_path, deployable)
    with start_virtual_board("range", build.image.hex, fast=True) as process:
        linked = open_board(virtual_port(process.board))
        try:
            assert linked.identity.hello.model_range_g == 16
            proof = prove(linked.link, deployable, windows)
        finally:
            linked.link.close()
    assert (proof.windows, proof.identical) == (len(windows), len(windows))
    measured = plan.conversion.as_measured(windows, dataset.recipe)
    assert np.array_equal(proof.expected, expected_outputs(deployable, measured)), "the board's own counts were sent"
    own = Deployable.from_tflite(tiny.tflite, dataset.recipe, dataset.labels)
    (plain,) = own.recipe.int8_inputs(windows, own.graph.quantizations)
    coarse = plan.conversion.to_recipe(measured)
    (near,) = own.recipe.int8_inputs(coarse, own.graph.quantizations)
    assert np.median(np.abs(plain.astype(int) - near)) <= 2, "coarser, and still the same signal"
