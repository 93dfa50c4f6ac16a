"""The networks as the worker makes them: small, of known layers, and trained on any window length."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.engine.compiler import compile_graph
from tinylab.engine.graph import Conv2D, FullyConnected, Softmax
from tinylab.engine.read.tflite_file import load
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient


@pytest.mark.parametrize(
    ("family", "shape", "convolutions"),
    [("cnn", (2, 1, 3), 1), ("cnn", (16, 1, 3), 2), ("cnn", (100, 1, 3), 3), ("dense", (27,), 0)],
)
def test_any_window_gives_a_network_that_the_engine_compiles(
    worker: WorkerClient, family: str, shape: tuple[int, ...], convolutions: int
) -> None:
    inputs = np.random.default_rng(2).normal(0, 0.4, (12, *shape)).astype(np.float32)
    classes = np.arange(12, dtype=np.int64) % 3
    plan = NetworkPlan(family, width=4, epochs=1, batch=4)
    request = messages.Train(plan.to_json(), 3, inputs, classes, inputs, classes, inputs)
    trained = worker.ask(request, messages.Trained)
    tflite = worker.ask(messages.Quantize(trained.keras, inputs), messages.Quantized).tflite
    graph = load(tflite)
    kinds = [type(operator) for operator in graph.operators]
    assert kinds.count(Conv2D) == convolutions
    assert kinds[-2:] == [FullyConnected, Softmax]
    assert graph.tensors[graph.input].shape == (1, *shape)
    output = graph.tensors[graph.output]
    assert (output.scale, output.zero_point) == (1 / 256, -128)
    assert compile_graph(graph, ["a", "b", "c"]).outputs == 3


def test_a_class_without_a_training_window_does_no_harm(worker: WorkerClient) -> None:
    inputs = np.random.default_rng(2).normal(0, 0.4, (8, 20, 1, 3)).astype(np.float32)
    classes = np.zeros(8, dtype=np.int64)
    plan = NetworkPlan(width=4, epochs=1)
    trained = worker.ask(messages.Train(plan.to_json(), 3, inputs, classes, inputs, classes, inputs), messages.Trained)
    assert np.isfinite(trained.test_probabilities).all()
