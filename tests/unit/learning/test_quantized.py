"""From float32 to int8: the answers stay, the file holds nothing but integers."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", ["tiny_cnn", "tiny_dense"])
def test_int8_agrees_with_float32_on_unseen_windows(kind: str, request: pytest.FixtureRequest) -> None:
    network = request.getfixturevalue(kind)
    side, graph = network.dataset.test, load(network.tflite)
    outputs = reference.run(graph, network.dataset.recipe.int8_inputs(side.windows, graph.quantizations))
    floats = network.trained.probabilities
    assert np.mean(outputs.argmax(axis=1) == floats.argmax(axis=1)) >= 0.95
    assert np.abs((outputs + 128.0) / 256 - floats).mean() < 0.03


def test_calibration_takes_few_windows_evenly_and_the_result_is_the_same_every_time(
    worker: WorkerClient, tiny_cnn: object
) -> None:
    network = tiny_cnn
    dataset = network.dataset  # type: ignore[attr-defined]
    (inputs,) = dataset.recipe.float_inputs(dataset.train.windows)
    many = [np.tile(inputs, (20, 1, 1, 1))]
    keras = network.trained.keras  # type: ignore[attr-defined]
    one, other = (worker.ask(messages.Quantize(keras, many), messages.Quantized).tflite for _ in range(2))
    assert one == other
    assert load(one).tensors[load(one).input].shape == (1, *inputs.shape[1:])
