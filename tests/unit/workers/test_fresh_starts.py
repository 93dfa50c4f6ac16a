"""The same seed on the same data gives the same numbers, in whichever process, and whatever it did before."""

from __future__ import annotations

import numpy as np
import pytest
from trials import FULL

from tinylab.dsp.recipe import InputRecipe
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

RECIPE = InputRecipe("raw", 50, 2, 0.001, 40, 20, gains=(0.0005,), magnitude=True)


def numbers_of(worker: WorkerClient, family: str, epochs: int) -> tuple[bytes, bytes, list[float]]:
    """What a training leaves: probabilities, the int8 file, and the losses on the way."""
    random, classes = np.random.default_rng(1), np.arange(128, dtype=np.int64) % 3
    counts = (random.normal(0, 300, (128, 40, 3)) + 300 * classes[:, None, None]).clip(-2000, 2000).astype(np.int16)
    plan = NetworkPlan(family, width=4, epochs=epochs)
    losses: list[float] = []
    asked = messages.Train(
        plan.to_json(), RECIPE.to_json(), 3, counts, classes, counts[:0], classes[:0], counts, len(counts)
    )
    trained = worker.ask(asked, messages.Trained, on_epoch=lambda epoch: losses.append(epoch.loss))
    calibration = messages.Quantize(trained.keras, list(RECIPE.float_inputs(counts)), classes)
    tflite = worker.ask(calibration, messages.Quantized).tflite
    return trained.probabilities.tobytes(), tflite, losses


@pytest.mark.skipif(not FULL, reason="TensorFlow takes seconds to start; test_real_worker compares within one process")
@pytest.mark.parametrize("epochs", [2, 40])  # from some 250 steps on an epoch is compiled
def test_a_fresh_process_gives_the_same_numbers(worker: WorkerClient, epochs: int) -> None:
    fresh = WorkerClient()
    try:
        assert numbers_of(fresh, "cnn", epochs) == numbers_of(worker, "cnn", epochs)
    finally:
        fresh.close()
