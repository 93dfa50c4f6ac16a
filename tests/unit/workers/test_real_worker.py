"""The worker that owns TensorFlow: it trains, stops, quantizes, runs, and outlives its own errors."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest

from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.errors import TrainingError
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient


def request(plan: NetworkPlan, windows: int = 64) -> messages.Train:
    """Two classes that are told apart by the sign of the first axis."""
    random = np.random.default_rng(1)
    classes = np.arange(windows, dtype=np.int64) % 2
    inputs = random.normal(0, 0.2, (windows, 20, 1, 3)).astype(np.float32)
    inputs[:, :, 0, 0] += (classes * 2 - 1)[:, None] * 0.6
    return messages.Train(plan.to_json(), 2, inputs, classes, inputs, classes, inputs)


def test_it_says_which_versions_it_has(worker: WorkerClient) -> None:
    assert worker.ready
    assert set(worker.versions) == {"tensorflow", "keras", "ai_edge_litert"}


def test_training_streams_epochs_and_keeps_the_best(worker: WorkerClient) -> None:
    epochs: list[messages.Epoch] = []
    asked = request(NetworkPlan(width=4, epochs=5, learning_rate=0.02))
    noise = np.random.default_rng(5).normal(0, 1, asked.train_inputs.shape).astype(np.float32)
    asked = replace(asked, validation_inputs=noise, test_inputs=noise)  # the surer it gets, the worse it does on noise
    trained = worker.ask(asked, messages.Trained, on_epoch=epochs.append)
    assert [epoch.number for epoch in epochs] == [1, 2, 3, 4, 5]
    best = min(epochs, key=lambda epoch: epoch.validation_loss)
    assert trained.best_epoch == best.number < 5
    assert not trained.stopped
    assert trained.test_probabilities.shape == (64, 2)
    assert trained.test_probabilities.sum(axis=1) == pytest.approx(np.ones(64), abs=1e-5)
    loss = -np.log(trained.test_probabilities[np.arange(64), asked.validation_classes]).mean()
    assert loss == pytest.approx(best.validation_loss, abs=1e-3) != pytest.approx(epochs[-1].validation_loss, abs=1e-3)
    accuracy = np.mean(trained.test_probabilities.argmax(axis=1) == asked.validation_classes)
    assert accuracy == pytest.approx(best.validation_accuracy, abs=0.02)


def test_the_same_seed_gives_the_same_network(worker: WorkerClient) -> None:
    plan = NetworkPlan(width=4, epochs=2, seed=3)
    one, other = (worker.ask(request(plan), messages.Trained).test_probabilities for _ in range(2))
    assert np.array_equal(one, other)


def test_stop_is_heard_while_it_trains_and_the_best_so_far_comes_back(worker: WorkerClient) -> None:
    epochs: list[messages.Epoch] = []

    def hear(epoch: messages.Epoch) -> None:
        epochs.append(epoch)
        if epoch.number == 3:
            worker.stop_training()

    plan = NetworkPlan(width=4, epochs=1000, patience=1000)
    trained = worker.ask(request(plan, windows=512), messages.Trained, on_epoch=hear)
    assert trained.stopped
    assert len(epochs) < 1000
    assert 1 <= trained.best_epoch <= len(epochs)
    again = worker.ask(request(replace(plan, epochs=1)), messages.Trained)
    assert not again.stopped, "the stop was for the run before"


@pytest.mark.parametrize("kind", ["tiny_cnn", "tiny_dense"])
def test_the_int8_network_runs_alike_in_litert_and_in_the_reference(
    worker: WorkerClient, kind: str, request: pytest.FixtureRequest
) -> None:
    network = request.getfixturevalue(kind)
    graph, side = load(network.tflite), network.dataset.test
    inputs = network.dataset.recipe.int8_inputs(side.windows, graph.quantizations)
    litert = worker.ask(messages.Run(network.tflite, inputs[0]), messages.Answers).outputs
    outputs = reference.run(graph, inputs)
    assert len(outputs) >= 16
    assert np.array_equal(outputs, litert)
    probabilities = (outputs.astype(float) + 128) / 256
    assert np.abs(probabilities - network.trained.test_probabilities).max() < 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        messages.Quantize(b"this is no network", np.zeros((2, 20, 1, 3), np.float32)),
        messages.Run(b"this is no network", np.zeros((2, 4), np.int8)),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_fault_in_the_worker_is_a_sentence_a_traceback_in_the_log_and_the_worker_goes_on(
    worker: WorkerClient, wrong: messages.Request, expects_unforeseen: list[logging.LogRecord]
) -> None:
    check_that_it_goes_on(worker, wrong)
    [record] = expects_unforeseen
    assert "Traceback (most recent call last)" in record.getMessage()
    assert "tinylab/workers/main.py" in record.getMessage().replace("\\", "/")


def test_a_request_that_is_refused_is_a_sentence_and_no_fault(worker: WorkerClient) -> None:
    nothing = [np.zeros((2, 2), np.float32)] * 5
    check_that_it_goes_on(worker, messages.Train({"family": "forest"}, 2, *nothing))  # type: ignore[arg-type]


def check_that_it_goes_on(worker: WorkerClient, wrong: messages.Request) -> None:
    pid = worker.process_id
    with pytest.raises(TrainingError) as caught:
        worker.ask(wrong, messages.Answers)
    assert "\n" not in caught.value.message
    assert worker.ask(request(NetworkPlan(width=4, epochs=1)), messages.Trained).best_epoch == 1
    assert worker.process_id == pid
