"""The worker that owns TensorFlow: it trains, stops, quantizes, runs, and outlives its own errors."""

from __future__ import annotations

import logging
import math
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.errors import TrainingError
from tinylab.learning.augmentation import Augmentation
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

RECIPE = InputRecipe("raw", 20, 2, 0.001, 20, 20, gains=(0.0005,))


def request(plan: NetworkPlan, windows: int = 64, **changes: Any) -> messages.Train:
    """Two classes that are told apart by the sign of the first axis."""
    random = np.random.default_rng(1)
    classes = np.arange(windows, dtype=np.int64) % 2
    counts = random.normal(0, 400, (windows, 20, 3))
    counts[:, :, 0] += (classes * 2 - 1)[:, None] * 1200
    counts = counts.clip(-2000, 2000).astype(np.int16)
    recipe = replace(RECIPE, magnitude=plan.magnitude)
    asked = messages.Train(plan.to_json(), recipe.to_json(), 2, counts, classes, counts, classes, counts, windows)
    return replace(asked, **changes)


def test_it_says_which_versions_it_has(worker: WorkerClient) -> None:
    assert worker.ready
    assert set(worker.versions) == {"tensorflow", "keras", "ai_edge_litert"}


def test_training_streams_epochs_and_keeps_the_last_or_the_best(worker: WorkerClient) -> None:
    plan = NetworkPlan("cnn", width=4, epochs=5, learning_rate=0.02)
    noise = np.random.default_rng(5).normal(0, 2000, (64, 20, 3)).astype(np.int16)
    for keep in ("last", "best"):
        epochs: list[messages.Epoch] = []
        asked = request(replace(plan, keep=keep), validation_windows=noise, asked_windows=noise)
        trained = worker.ask(asked, messages.Trained, on_epoch=epochs.append)
        assert [epoch.number for epoch in epochs] == [0, 1, 2, 3, 4, 5]
        best = min(epochs[1:], key=lambda epoch: epoch.validation_loss)  # the surer it gets, the worse it does on noise
        kept = best if keep == "best" else epochs[-1]
        assert trained.best_epoch == kept.number
        assert not trained.stopped
        assert trained.probabilities.shape == (64, 2)
        assert trained.probabilities.sum(axis=1) == pytest.approx(np.ones(64), abs=1e-5)
        loss = -np.log(trained.probabilities[np.arange(64), asked.validation_classes]).mean()
        assert loss == pytest.approx(kept.validation_loss, rel=1e-3)
        accuracy = np.mean(trained.probabilities.argmax(axis=1) == asked.validation_classes)
        assert accuracy == pytest.approx(kept.validation_accuracy, abs=0.02)


def test_the_first_point_is_what_guessing_is_worth_and_learning_pays(worker: WorkerClient) -> None:
    epochs: list[messages.Epoch] = []
    worker.ask(request(NetworkPlan("cnn", width=4, epochs=8)), messages.Trained, on_epoch=epochs.append)
    assert 0.3 < epochs[0].loss < 1.5
    assert epochs[-1].loss < 0.5 * epochs[0].loss
    assert epochs[-1].validation_accuracy > 0.95


def test_patience_ends_a_training_whose_best_weights_are_wanted(worker: WorkerClient) -> None:
    epochs: list[messages.Epoch] = []
    plan = NetworkPlan("cnn", width=4, epochs=200, learning_rate=0.02, keep="best", patience=3)
    noise = np.random.default_rng(5).normal(0, 2000, (64, 20, 3)).astype(np.int16)
    trained = worker.ask(request(plan, validation_windows=noise), messages.Trained, on_epoch=epochs.append)
    assert trained.best_epoch == epochs[-1].number - 3
    assert len(epochs) < 100


def test_without_anybody_held_back_there_is_no_validation(worker: WorkerClient) -> None:
    epochs: list[messages.Epoch] = []
    whole = request(NetworkPlan("cnn", width=4, epochs=2, keep="best", patience=1))
    nobody = replace(whole, validation_windows=whole.train_windows[:0], validation_classes=whole.train_classes[:0])
    trained = worker.ask(nobody, messages.Trained, on_epoch=epochs.append)
    assert all(math.isnan(epoch.validation_loss) for epoch in epochs)
    assert trained.best_epoch == 2


def test_a_pause_lasts_until_it_is_over(worker: WorkerClient) -> None:
    epochs: list[int] = []
    went_on: list[int] = []

    def hear(epoch: messages.Epoch) -> None:
        epochs.append(epoch.number)
        if epoch.number == 2:
            worker.pause_training(True)
            threading.Timer(0.3, go_on).start()

    def go_on() -> None:
        went_on.append(epochs[-1])
        worker.pause_training(False)

    trained = worker.ask(request(NetworkPlan("cnn", width=4, epochs=60)), messages.Trained, on_epoch=hear)
    assert trained.best_epoch == 60
    assert went_on[0] < 60, "it waited"


def test_the_same_seed_gives_the_same_network(worker: WorkerClient) -> None:
    def answers(seed: int) -> np.ndarray:
        plan = NetworkPlan(
            "cnn", width=4, epochs=2, seed=seed, augmentation=Augmentation(0.3, 0.1, 0.1, 0.1, 0.02, 0.1)
        )
        return worker.ask(request(plan), messages.Trained).probabilities

    one, between, again = answers(3), answers(4), answers(3)  # with a network of the same shape trained between
    assert np.array_equal(one, again)
    assert not np.array_equal(one, between)


def test_stop_is_heard_while_it_trains_and_the_best_so_far_comes_back(worker: WorkerClient) -> None:
    epochs: list[messages.Epoch] = []

    def hear(epoch: messages.Epoch) -> None:
        epochs.append(epoch)
        if epoch.number == 3:
            worker.stop_training()

    plan = NetworkPlan("cnn", width=4, epochs=1000)
    trained = worker.ask(request(plan, windows=512), messages.Trained, on_epoch=hear)
    assert trained.stopped
    assert len(epochs) < 1000
    assert 1 <= trained.best_epoch <= len(epochs)
    again = worker.ask(request(replace(plan, epochs=1)), messages.Trained)
    assert not again.stopped, "the stop was for the run before"


def test_a_pause_between_two_trainings_of_a_run_holds_the_second(worker: WorkerClient) -> None:
    plan = NetworkPlan("cnn", width=4, epochs=20)
    worker.ask(request(replace(plan, epochs=1)), messages.Trained)  # so that the next one begins at once
    worker.pause_training(True)
    heard: list[int] = []
    went_on: list[int] = []

    def go_on() -> None:
        went_on.append(heard[-1])
        worker.pause_training(False)

    def hear(epoch: messages.Epoch) -> None:
        heard.append(epoch.number)
        if epoch.number == 0:
            threading.Timer(0.3, go_on).start()

    worker.ask(request(plan), messages.Trained, on_epoch=hear)
    assert went_on == [0], "it waited before its first epoch"
    assert heard == list(range(21))


@pytest.mark.parametrize("kind", ["tiny_cnn", "tiny_dense"])
def test_the_int8_network_runs_alike_in_litert_and_in_the_reference(
    worker: WorkerClient, kind: str, request: pytest.FixtureRequest
) -> None:
    network = request.getfixturevalue(kind)
    graph, side = load(network.tflite), network.dataset.test
    inputs = network.dataset.recipe.int8_inputs(side.windows, graph.quantizations)
    litert = worker.ask(messages.Run(network.tflite, list(inputs)), messages.Answers).outputs
    outputs = reference.run(graph, inputs)
    assert len(outputs) >= 16
    assert np.array_equal(outputs, litert)
    probabilities = (outputs.astype(float) + 128) / 256
    assert np.abs(probabilities - network.trained.probabilities).max() < 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        messages.Quantize(b"this is no network", [np.zeros((2, 20, 1, 3), np.float32)]),
        messages.Run(b"this is no network", [np.zeros((2, 4), np.int8)]),
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
    check_that_it_goes_on(worker, replace(request(NetworkPlan("cnn")), plan={"family": "no such family"}))


def check_that_it_goes_on(worker: WorkerClient, wrong: messages.Request) -> None:
    pid = worker.process_id
    with pytest.raises(TrainingError) as caught:
        worker.ask(wrong, messages.Answers)
    assert "\n" not in caught.value.message
    assert worker.ask(request(NetworkPlan("cnn", width=4, epochs=1)), messages.Trained).best_epoch == 1
    assert worker.process_id == pid
