"""The networks as the worker makes them: small, of known layers, and trained on any window length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinylab.dsp.recipe import InputRecipe, fit
from tinylab.engine.compiler import compile_graph
from tinylab.engine.graph import Conv2D, FullyConnected, Softmax
from tinylab.engine.read.tflite_file import load
from tinylab.learning.menu import input_kind
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient


def recipe_of(family: str, samples: int) -> InputRecipe:
    kind = input_kind(NetworkPlan(family))
    base = InputRecipe(kind, 50, 2, 0.001, samples, samples, magnitude=kind != "features")
    windows = np.random.default_rng(3).normal(0, 500, (32, samples, 3)).astype(np.int16)
    return fit(base if kind == "raw" else replace(base, features=("statistics", "spectrum")), windows)


def request_of(family: str, samples: int, classes: list[int]) -> tuple[messages.Train, InputRecipe]:
    windows = np.random.default_rng(2).normal(0, 400, (len(classes), samples, 3)).astype(np.int16)
    truth, recipe = np.array(classes, dtype=np.int64), recipe_of(family, samples)
    plan = NetworkPlan(family, width=4, epochs=1, batch=4)
    asked = messages.Train(plan.to_json(), recipe.to_json(), 3, windows, truth, windows, truth, windows, len(windows))
    return asked, recipe


@pytest.mark.parametrize(
    ("family", "samples", "convolutions"),
    [
        ("cnn", 4, 1), ("cnn", 16, 2), ("cnn", 100, 3), ("dense", 100, 0), ("hybrid", 5, 1), ("hybrid", 100, 3),
        ("separable", 16, 2), ("separable", 100, 3), ("residual", 4, 4), ("residual", 100, 4),
    ],
)  # fmt: skip
def test_any_window_gives_a_network_that_the_engine_compiles(
    worker: WorkerClient, family: str, samples: int, convolutions: int
) -> None:
    request, recipe = request_of(family, samples, [number % 3 for number in range(12)])
    trained = worker.ask(request, messages.Trained)
    inputs = recipe.float_inputs(request.train_windows)
    tflite = worker.ask(messages.Quantize(trained.keras, list(inputs)), messages.Quantized).tflite
    graph = load(tflite)
    kinds = [type(operator) for operator in graph.operators]
    assert kinds.count(Conv2D) == convolutions
    assert kinds[-2:] == [FullyConnected, Softmax]
    assert [each.shape for each in graph.input_tensors] == [(1, *shape) for shape in recipe.input_shapes]
    output = graph.tensors[graph.output]
    assert (output.scale, output.zero_point) == (1 / 256, -128)
    assert compile_graph(graph, ["a", "b", "c"]).outputs == 3


def test_a_class_without_a_training_window_does_no_harm(worker: WorkerClient) -> None:
    request, _ = request_of("cnn", 20, [0] * 8)
    assert np.isfinite(worker.ask(request, messages.Trained).probabilities).all()
