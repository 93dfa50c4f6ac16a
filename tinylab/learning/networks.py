"""From a plan to a Keras model of its family. Called only inside the worker process."""

from __future__ import annotations

from typing import Any

from tinylab.learning.menu import family_module
from tinylab.learning.plan import NetworkPlan


def build(plan: NetworkPlan, input_shape: tuple[int, ...], classes: int) -> Any:
    """An uncompiled Keras model with a softmax at its end.

    Convolutions are Conv2D with (k, 1) kernels on (time, 1, axes), because TFLite then holds no reshapes.
    """
    import keras

    keras.utils.set_random_seed(plan.seed)
    inputs = keras.Input(input_shape, name="window")
    hidden = inputs
    for layer in family_module(plan.family).layers_of(plan, input_shape[0]):
        hidden = layer(hidden)
    outputs = keras.layers.Dense(classes, activation="softmax", name="classes")(hidden)
    return keras.Model(inputs, outputs, name=plan.family)
