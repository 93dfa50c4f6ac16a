"""From a plan to a Keras model of its family. Called only inside the worker process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinylab.learning.menu import family_module
from tinylab.learning.plan import NetworkPlan

_NAMES = {3: "window", 1: "features"}  # of an input, by the number of its dimensions


def build(plan: NetworkPlan, input_shapes: Sequence[tuple[int, ...]], classes: int) -> Any:
    """An uncompiled Keras model with a softmax at its end, for inputs of these shapes without the batch.

    Convolutions are Conv2D with (k, 1) kernels on (time, 1, axes), because TFLite then holds no reshapes.
    """
    import keras

    keras.utils.set_random_seed(plan.seed)
    inputs = [keras.Input(shape, name=_NAMES[len(shape)]) for shape in input_shapes]
    hidden = family_module(plan.family).hidden(plan, inputs)
    outputs = keras.layers.Dense(classes, activation="softmax", name="classes")(hidden)
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs, name=plan.family)
