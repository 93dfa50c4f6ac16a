"""The int8 network is looked at beside its float network, and made anew where it gives right answers away."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import pytest
from trials import FULL

from tinylab.dsp.recipe import InputRecipe, fit
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

CLASSES, TAUGHT, ASKED = 12, 800, 1200
RAW = InputRecipe("raw", 50, 8, 0.002, 32, 32)


def windows(count: int, seed: int, knocks: int = 0) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int64]]:
    """Swings in noise, of each class at its own frequency, strength and phase; `knocks`: windows of much more force."""
    random, known = np.random.default_rng(seed), np.random.default_rng(99)
    hz, strong = known.uniform(1, 5, CLASSES), known.uniform(100, 900, (CLASSES, 3))
    phase, truth = known.uniform(0, 6, (CLASSES, 3)), np.arange(count) % CLASSES
    time = np.arange(32)[None, :, None] / 50 * 2 * np.pi
    made = strong[truth][:, None] * np.sin(hz[truth][:, None, None] * time + phase[truth][:, None])
    made = made * random.uniform(0.7, 1.3, (count, 1, 1)) + random.normal(0, 200, made.shape)
    made[random.choice(count, knocks, replace=False)] *= random.uniform(10, 30, (knocks, 1, 1))
    return made.clip(-16000, 16000).astype(np.int16), truth.astype(np.int64)


class Network:
    """A trained network, the windows it has learned from, and what it says to windows that it has not."""

    def __init__(self, worker: WorkerClient, plan: NetworkPlan, recipe: InputRecipe, knocks: int = 0) -> None:
        self.recipe, self._worker = recipe, worker
        self.taught, (self.asked, self.truth) = windows(TAUGHT, 1, knocks), windows(ASKED, 2)
        none = (self.asked[:0], self.truth[:0])
        request = messages.Train(
            plan.to_json(), recipe.to_json(), CLASSES, *self.taught, *none, self.asked, len(self.taught[0])
        )
        trained = worker.ask(request, messages.Trained)
        self.keras, self.float32 = trained.keras, self.accuracy(trained.probabilities)

    def accuracy(self, answers: Any) -> float:
        """Share of the asked windows that are right."""
        return float((answers.argmax(axis=1) == self.truth).mean())

    def as_int8(self, keras: bytes, *, judged: bool = True) -> tuple[str, float]:
        """How it was made, and its accuracy."""
        inputs = list(self.recipe.float_inputs(self.taught[0]))
        truth = self.taught[1] if judged else self.taught[1][:0]
        made = self._worker.ask(messages.Quantize(keras, inputs, truth), messages.Quantized)
        graph = load(made.tflite)
        scaled = self.recipe.int8_inputs(self.asked, graph.quantizations)
        return made.way, self.accuracy(reference.run(graph, scaled))


@pytest.fixture(scope="module")
def dense(worker: WorkerClient) -> Network:
    recipe = fit(replace(RAW, kind="features", features=("statistics",)), windows(TAUGHT, 1)[0])
    return Network(worker, NetworkPlan("dense", width=8, epochs=30, seed=2), recipe)


def with_uneven_channels(keras: bytes, times: float) -> bytes:
    """The same network, but every fourth unit of its first layer is so much larger, for which the second makes up."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(keras)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "model.weights.h5":
                file = io.BytesIO(data)
                with h5py.File(file, "r+") as weights:
                    first, second = (weights[f"layers/{each}/vars"] for each in ("dense", "dense_1"))
                    larger = np.where(np.arange(len(first["1"])) % 4 == 0, times, 1.0)
                    first["0"][:] = first["0"][:] * larger
                    first["1"][:] = first["1"][:] * larger
                    second["0"][:] = second["0"][:] / larger[:, None]
                data = file.getvalue()
            new.writestr(name, data)
    return content.getvalue()


def test_the_usual_network_stays_within_a_hundredth_on_more_than_a_thousand_windows(dense: Network) -> None:
    way, int8 = dense.as_int8(dense.keras)
    assert 0.6 < dense.float32 < 0.99, "neither hopeless nor easy"
    assert way == "converted"
    assert abs(int8 - dense.float32) <= 0.01


def test_what_plain_conversion_gives_away_is_learned_back(dense: Network) -> None:
    uneven = with_uneven_channels(dense.keras, 200)
    _, plain = dense.as_int8(uneven, judged=False)
    way, int8 = dense.as_int8(uneven)
    assert dense.float32 - plain > 0.1
    assert way == "aware"
    assert int8 - plain > 0.6 * (dense.float32 - plain)


@pytest.mark.skipif(not FULL, reason="trains and converts for three seconds")
def test_a_few_knocks_do_not_take_all_the_room(worker: WorkerClient) -> None:
    unclipped = replace(RAW, gains=(1 / 16000,))
    network = Network(worker, NetworkPlan("cnn", width=8, epochs=4, magnitude=False), unclipped, knocks=4)
    _, plain = network.as_int8(network.keras, judged=False)
    way, int8 = network.as_int8(network.keras)
    assert network.float32 - plain > 0.01
    assert way == "usual"
    assert abs(network.float32 - int8) <= 0.01


@pytest.mark.skipif(not FULL, reason="converts a dozen networks")
@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_a_handful_of_windows_is_judged_without_a_stumble(worker: WorkerClient, dense: Network, count: int) -> None:
    uneven = with_uneven_channels(dense.keras, 3000)
    inputs = [each[:count] for each in dense.recipe.float_inputs(dense.taught[0])]
    made = worker.ask(messages.Quantize(uneven, inputs, dense.taught[1][:count]), messages.Quantized)
    assert load(made.tflite).operators
    assert made.way in ("converted", "usual", "aware")
