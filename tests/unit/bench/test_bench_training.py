"""The benchmark of training: both loops learn the same, and every figure is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinylab.bench import training
from tinylab.dsp.recipe import InputRecipe, fit
from tinylab.learning.augmentation import NONE
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

PLAN = NetworkPlan("dense", width=8, epochs=8, learning_rate=0.01, augmentation=NONE)


def request() -> messages.Train:
    """Slow and quick swings that anybody tells apart."""
    random, time = np.random.default_rng(3), np.arange(50) / 50
    classes = np.arange(96) % 2
    swings = [800 * np.sin(2 * np.pi * (2 + 5 * quick) * time + random.uniform(0, 6)) for quick in classes]
    windows = np.stack([np.stack([each, each / 2, each / 3], axis=1) for each in swings]).astype(np.int16)
    recipe = fit(InputRecipe("features", 50, 2, 0.001, 50, 25, features=("statistics", "spectrum")), windows)
    return messages.Train(
        PLAN.to_json(), recipe.to_json(), 2, windows[:64], classes[:64], windows[64:], classes[64:], windows[:0], 64
    )


def test_both_loops_learn_the_same_and_are_timed(worker: WorkerClient) -> None:
    asked = request()
    runs = [{"seed": 1, "ours": training._ours(worker, asked), "keras": training._plain(worker, asked)}]
    figures = training._figures(runs, 64)
    assert figures["accuracy"]["ours"][0] > 0.9 and figures["accuracy"]["keras"][0] > 0.9
    assert figures["epoch_ratio"] > 0 and figures["press_ratio"] > 0 and figures["first_point_s"] > 0
    assert len(training._lines(figures)) == 3


def run(epoch: float, press: float, accuracy: float) -> dict[str, Any]:
    return {"epoch": epoch, "press": press, "first_point": 0.5, "accuracy": accuracy}


@pytest.mark.parametrize(
    ("ours", "holds"),
    [
        (run(0.29, 4.9, 0.9), True), (run(0.31, 4.9, 0.9), False),
        (run(0.29, 5.1, 0.9), False), (run(0.29, 4.9, 0.85), False),
    ],
)  # fmt: skip
def test_it_holds_where_it_is_quick_enough_and_as_good(ours: dict[str, Any], holds: bool) -> None:
    figures = training._figures([{"seed": 1, "ours": ours, "keras": run(1.0, 10.0, 0.9)}], 2000)
    assert figures["holds"] is holds
