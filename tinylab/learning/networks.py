"""The model families in Keras. Imported only inside the worker process."""

from __future__ import annotations

from typing import Any

from tinylab.learning.plan import NetworkPlan, cnn_rounds, pooled_lengths


def build(plan: NetworkPlan, input_shape: tuple[int, ...], classes: int) -> Any:
    """An uncompiled Keras model with a softmax at its end.

    Convolutions are Conv2D with (k, 1) kernels on (time, 1, axes), because TFLite then holds no reshapes.
    """
    import keras

    keras.utils.set_random_seed(plan.seed)
    inputs = keras.Input(input_shape, name="window")
    layers = _cnn(plan, input_shape[0]) if plan.family == "cnn" else _dense(plan)
    hidden = inputs
    for layer in layers:
        hidden = layer(hidden)
    outputs = keras.layers.Dense(classes, activation="softmax", name="classes")(hidden)
    return keras.Model(inputs, outputs, name=plan.family)


def _cnn(plan: NetworkPlan, samples: int) -> list[Any]:
    """Two or three rounds of convolution and pooling, then the mean over time: small, and glad of int8."""
    from keras import layers

    pooled = pooled_lengths(samples)
    found: list[Any] = []
    for number in range(cnn_rounds(samples)):
        channels = plan.width * (1, 1.5, 2)[number]
        kernel = min(5, max(1, samples))
        found += [
            layers.Conv2D(int(channels), (kernel, 1), padding="same", use_bias=False, name=f"convolution_{number + 1}"),
            # Evens out how strongly people move: 5 to 10 points on unseen subjects of the example. The converter
            # folds it into the convolution, so it costs the board nothing. Small sets have few steps to average over,
            # and with Keras's own momentum of 0.99 the averages would lag behind the weights.
            layers.BatchNormalization(momentum=0.9, name=f"normalization_{number + 1}"),
            layers.ReLU(name=f"relu_{number + 1}"),
        ]
        if number < len(pooled):
            found.append(layers.MaxPooling2D((2, 1), name=f"pooling_{number + 1}"))
            samples = pooled[number]
    found.append(layers.GlobalAveragePooling2D(name="mean_over_time"))
    found.append(layers.Dropout(plan.dropout, seed=plan.seed, name="dropout"))
    return found


def _dense(plan: NetworkPlan) -> list[Any]:
    from keras import layers

    return [
        layers.Dense(2 * plan.width, activation="relu", name="hidden_1"),
        layers.Dropout(plan.dropout, seed=plan.seed, name="dropout"),
        layers.Dense(plan.width, activation="relu", name="hidden_2"),
    ]
