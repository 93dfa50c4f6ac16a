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
from keras import layers

from tinylab.learning.in_worker.epochs import Epochs, Sizes
from tinylab.learning.in_worker.twins import quick_twin, quick_twin_where_it_is_the_same
from tinylab.learning.networks import build
from tinylab.learning.plan import NetworkPlan

SHAPES = {"cnn": [(37, 1, 4)], "hybrid": [(50, 1, 4), (9,)], "separable": [(48, 1, 3)], "residual": [(21, 1, 3)]}

# Shapes without the batch; (samples, 1, channels) but for the last.
QUICK: dict[str, tuple[Any, tuple[int, ...]]] = {
    "odd length": (layers.Conv2D(8, (5, 1), padding="same"), (37, 1, 4)),
    "even kernel": (layers.Conv2D(3, (4, 1), padding="same", use_bias=False), (8, 1, 2)),
    "kernel longer than the window": (layers.Conv2D(3, (9, 1), padding="same"), (4, 1, 2)),
    "one channel": (layers.Conv2D(1, (3, 1), padding="same", activation="relu"), (5, 1, 1)),
    "even and dilated": (layers.Conv2D(2, (2, 1), padding="same", dilation_rate=(3, 1)), (9, 1, 2)),
    "depthwise, longer than the window": (layers.DepthwiseConv2D((7, 1), padding="same"), (5, 1, 3)),
    "depthwise, even": (layers.DepthwiseConv2D((4, 1), padding="same"), (9, 1, 1)),
    "pairs of an odd length": (layers.MaxPooling2D((2, 1)), (9, 1, 3)),
    "threes and one left": (layers.MaxPooling2D((3, 1)), (10, 1, 3)),
    "largest of all": (layers.MaxPooling2D((5, 1)), (5, 1, 3)),
    "mean of all": (layers.AveragePooling2D((5, 1)), (5, 1, 3)),
    "mean and some left": (layers.AveragePooling2D((3, 1)), (7, 1, 1)),
    "normalized": (layers.BatchNormalization(momentum=0.9), (6, 1, 3)),
    "normalized, one channel": (layers.BatchNormalization(epsilon=0.1), (1, 1, 1)),
    "normalized numbers": (layers.BatchNormalization(), (4,)),
}
LEFT: list[tuple[Any, tuple[int, ...]]] = [
    (layers.Conv2D(2, (3, 1), strides=(2, 1), padding="same"), (8, 1, 2)),
    (layers.Conv2D(2, (3, 1)), (8, 1, 2)),
    (layers.Conv2D(2, (3, 2), padding="same"), (8, 2, 2)),
    (layers.Conv2D(2, (3, 1), padding="same", groups=2), (8, 1, 2)),
    (layers.DepthwiseConv2D((3, 1), padding="same", depth_multiplier=2), (8, 1, 2)),
    (layers.MaxPooling2D((2, 1), strides=(1, 1)), (8, 1, 2)),
    (layers.AveragePooling2D((3, 1), padding="same"), (8, 1, 2)),
    (layers.BatchNormalization(scale=False), (8, 1, 2)),
    (layers.BatchNormalization(center=False), (8, 1, 2)),
    (layers.BatchNormalization(axis=1), (8, 1, 2)),
    (layers.BatchNormalization(renorm=True), (8, 1, 2)),
    (layers.BatchNormalization(trainable=False), (8, 1, 2)),
    (layers.Dropout(0.5, noise_shape=(None, 1, 1, 2)), (8, 1, 2)),
    (layers.Dropout(0.0), (8,)),
    (layers.Dropout(1.0), (8,)),
    (layers.SpatialDropout1D(0.5), (8, 2)),
]
RATE = 0.25


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


def one_layer(layer: Any, shape: tuple[int, ...]) -> Any:
    given = keras.Input(shape)
    return keras.Model(given, layer(given))


def layer_alike(layer: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    """The largest difference, of a layer that trains, in what it gives, in every gradient, and in what it keeps."""
    plain, random = one_layer(layer, shape), np.random.default_rng(2)
    plain.set_weights([random.uniform(0.5, 1.5, each.shape) for each in plain.get_weights()])
    twin, found = quick_twin(plain), []
    (inputs,) = batch_of([shape], 6)
    given = tf.constant(inputs + 3)  # a mean far from 0
    for model in (plain, twin):
        with tf.GradientTape() as tape:
            tape.watch(given)
            gives = model(given, training=True)
            loss = tf.reduce_sum(gives * np.random.default_rng(4).normal(size=gives.shape).astype(np.float32))
        found.append([gives, *tape.gradient(loss, [given, *model.trainable_variables]), *model.get_weights()])
    apart = max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) for a, b in zip(*found, strict=True))
    return {"apart": apart, "kinds": [type(model.layers[-1]).__name__ for model in (plain, twin)]}


def left_alone(layer: Any, shape: tuple[int, ...]) -> bool:
    """Whether the twin has the very kind of layer, even where nothing is compared."""
    twins = quick_twin(one_layer(layer, shape)), quick_twin_where_it_is_the_same(one_layer(layer, shape))
    return all(type(twin.layers[-1]) is type(layer) for twin in twins)


def dropped() -> dict[str, Any]:
    """What dropping does to ones, call by call: eagerly from seeds 7, 7 and 8, and compiled from seed 7."""
    shape, ones = (40, 1, 6), tf.ones((64, 40, 1, 6))

    def calls(seed: int, compiled: bool = False) -> Any:
        layer = quick_twin(one_layer(layers.Dropout(RATE, seed=seed), shape)).layers[-1]
        layer.seed_generator.state.assign([seed, 0])
        call = tf.function(lambda given: layer(given, training=True), jit_compile=True) if compiled else layer
        return np.stack([np.asarray(call(ones) if compiled else call(ones, training=True)) for _ in range(8)])

    first, again, other, compiled = calls(7), calls(7), calls(8), calls(7, compiled=True)
    layer = quick_twin(one_layer(layers.Dropout(RATE, seed=7), shape)).layers[-1]
    with tf.GradientTape() as tape:
        tape.watch(ones)
        gives = layer(ones, training=True)
    kept = first > 0
    pairs = {
        "calls": (kept[:-1], kept[1:]), "seeds": (kept, other > 0), "windows": (kept[:, :-1], kept[:, 1:]),
        "samples": (kept[:, :, :-1], kept[:, :, 1:]), "channels": (kept[..., :-1], kept[..., 1:]),
    }  # fmt: skip
    return {
        "values": sorted({float(each) for each in np.unique(first)}),
        "same": bool((first == again).all() and (first == compiled).all()),
        "gradient": bool((np.asarray(tape.gradient(gives, ones)) == np.asarray(gives)).all()),
        "asked": bool((np.asarray(layer(ones, training=False)) == 1).all()),
        "kept": float(kept.mean()),
        "kept_at_a_place": [float(kept.mean(axis=(0, 1)).min()), float(kept.mean(axis=(0, 1)).max())],
        "both": {name: float((one & two).mean()) for name, (one, two) in pairs.items()},
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
                "quick": {name: layer_alike(*case) for name, case in QUICK.items()},
                "left": [left_alone(*case) for case in LEFT],
                "dropped": dropped(),
                "falls_back": falls_back(),
                "optimizers": {name: optimizer_alike(name) for name in ("adam", "momentum", "sgd")},
            }
        )
    )


if __name__ == "__main__":
    main()
