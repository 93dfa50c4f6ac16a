"""Compares quick layers and epochs with Keras, for families (words) and compiled or not ("compiled"); prints JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy as np
import tensorflow as tf

from tinylab.learning.in_worker.epochs import Epochs, Sizes
from tinylab.learning.in_worker.twins import quick_twin
from tinylab.learning.networks import build
from tinylab.learning.plan import NetworkPlan

SHAPES = {"cnn": [(37, 1, 4)], "hybrid": [(50, 1, 4), (9,)], "separable": [(48, 1, 3)], "residual": [(21, 1, 3)]}


def batch_of(shapes: list[tuple[int, ...]], windows: int) -> list[Any]:
    random = np.random.default_rng(3)
    return [random.normal(0, 1, (windows, *shape)).astype(np.float32) for shape in shapes]


def gradients_of(model: Any, inputs: list[Any], truth: Any) -> list[Any]:
    with tf.GradientTape() as tape:
        answers = model(inputs if len(inputs) > 1 else inputs[0], training=True)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(truth, answers))
    return [np.asarray(each) for each in tape.gradient(loss, model.trainable_variables)]


def layers_alike(family: str) -> dict[str, float]:
    """The largest difference of answers and of gradients between a network and its quick twin."""
    shapes = SHAPES[family]
    plain = build(NetworkPlan(family, width=8, dropout=0.0), shapes, 3)
    twin, inputs, truth = quick_twin(plain), batch_of(shapes, 16), np.arange(16) % 3
    given = inputs if len(inputs) > 1 else inputs[0]
    answers = np.abs(np.asarray(plain(given, training=False)) - np.asarray(twin(given, training=False))).max()
    pairs = zip(gradients_of(plain, inputs, truth), gradients_of(twin, inputs, truth), strict=True)
    quick = [type(layer).__name__ for layer in twin.layers]
    return {
        "answers": float(answers),
        "gradients": float(max(np.abs(one - other).max() for one, other in pairs)),
        "quick_layers": sum(name.startswith("Quick") for name in quick),
    }


def optimizer_alike(optimizer: str) -> float:
    """The largest difference of the weights after 12 steps of a dense net, with Keras's own loop and with ours."""
    plan = NetworkPlan(
        "dense", width=8, dropout=0.0, optimizer=optimizer, schedule="constant", learning_rate=0.01, weight_decay=0.0
    )
    (inputs,), truth = batch_of([(9,)], 48), np.arange(48) % 3
    theirs, ours = build(plan, [(9,)], 3), build(plan, [(9,)], 3)
    made: dict[str, Any] = {
        "adam": keras.optimizers.Adam(0.01),
        "momentum": keras.optimizers.SGD(0.01, momentum=0.9),
        "sgd": keras.optimizers.SGD(0.01),
    }
    for first in (*range(0, 48, 16),) * 4:
        some = slice(first, first + 16)
        made[optimizer].apply_gradients(
            zip(gradients_of(theirs, [inputs[some]], truth[some]), theirs.trainable_variables, strict=True)
        )
    twin = quick_twin(ours)
    epochs = Epochs(twin, plan, Sizes.of(48, 16, 3), compiled="compiled" in sys.argv)
    state, even = epochs.begin(), np.ones(48, np.float32)
    for _ in range(4):
        state, _, _ = epochs.run(state, (inputs,), truth.astype(np.int64), even, np.arange(48), 12)
    epochs.put_back(state)
    pairs = zip(theirs.get_weights(), twin.get_weights(), strict=True)
    return float(max(np.abs(one - other).max() for one, other in pairs))


def falls_back() -> dict[str, Any]:
    """An epoch of a network that XLA does not compile: it is computed without, with the same figures."""
    plan = NetworkPlan("dense", width=8, dropout=0.0)
    (inputs,), truth = batch_of([(9,)], 48), np.arange(48) % 3
    losses = []
    for broken in (False, True):
        epochs = Epochs(quick_twin(build(plan, [(9,)], 3)), plan, Sizes.of(48, 16, 3), compiled=broken)
        if broken:
            epochs._epoch = lambda *_: tf.raw_ops.Fail()  # there is no such operator
        state = epochs.begin()
        for _ in range(2):
            state, loss, _ = epochs.run(
                state, (inputs,), truth.astype(np.int64), np.ones(48, np.float32), np.arange(48), 6
            )
        losses.append(loss)
    return {"fell_back": epochs.fell_back, "losses": losses}


def main() -> None:
    sys.stdout.write(
        json.dumps(
            {
                "layers": {family: layers_alike(family) for family in SHAPES if family in sys.argv},
                "falls_back": falls_back(),
                "optimizers": {name: optimizer_alike(name) for name in ("adam", "momentum", "sgd")},
            }
        )
    )


if __name__ == "__main__":
    main()
