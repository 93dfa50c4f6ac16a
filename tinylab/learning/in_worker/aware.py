"""Aware training: a network learns to give its own answers once it is rounded to int8. Only inside the worker process.

B. Jacob et al., “Quantization and training of neural networks for efficient integer-arithmetic-only inference” (2018):
weights and activations are rounded on the way forward, and gradients pass as if they were not. Weights are rounded as
the converter does, one scale for each output channel; that of a convolution is the same before and after its
normalization is folded in, so the network keeps its layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import layers

Arrays = Sequence[npt.NDArray[np.float32]]
_EPOCHS: Final = 40
_BATCH: Final = 32
_RATE: Final = 0.001  # at first; it falls to nothing
_LARGEST: Final = 127  # of an int8 weight


def tuned(model: Any, inputs: Arrays, seed: int = 1) -> Any:
    """A network of the same layers whose rounded answers are nearer to those of `model`, which stays as it is.

    `inputs` has an array for each of the network's inputs, each of shape (windows, *its input shape): windows that it
    has learned from. Their labels are not needed, for what is learned are the network's own answers.
    """
    rounded = keras.models.clone_model(model, clone_function=_rounded_layer)
    rounded.set_weights(model.get_weights())
    wanted = np.asarray(model(_given(inputs), training=False))
    seen = [_in_steps(each) for each in inputs]
    rounded(_given(seen), training=False)  # here the layers see how large their values become
    for layer in rounded.layers:
        if isinstance(layer, _Rounded):
            layer.rounds = True
    _learn(rounded, seen, wanted, np.random.default_rng(seed))
    plain = keras.models.clone_model(model)
    plain.set_weights(rounded.get_weights())
    return plain


def _learn(rounded: Any, inputs: Arrays, wanted: npt.NDArray[np.float32], random: np.random.Generator) -> None:
    batch = min(_BATCH, len(wanted))
    steps = len(wanted) // batch
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(_RATE, _EPOCHS * steps))

    @tf.function  # type: ignore[untyped-decorator]
    def step(some: list[Any], truth: Any) -> None:
        with tf.GradientTape() as tape:
            answers = rounded(_given(some), training=False)  # averages stay, nothing is dropped
            loss = -tf.reduce_mean(tf.reduce_sum(truth * tf.math.log(tf.maximum(answers, 1e-7)), axis=1))
        gradients = tape.gradient(loss, rounded.trainable_variables)
        optimizer.apply_gradients(zip(gradients, rounded.trainable_variables, strict=True))

    for _ in range(_EPOCHS):
        for rows in random.permutation(len(wanted))[: steps * batch].reshape(steps, batch):
            step([tf.constant(each[rows]) for each in inputs], tf.constant(wanted[rows]))


def _in_steps(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """An input of the network in 256 steps between its least and its largest."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 1e-6)
    return np.asarray(tf.quantization.fake_quant_with_min_max_args(values, low, high))


def _given(inputs: Sequence[Any]) -> Any:
    return inputs[0] if len(inputs) == 1 else list(inputs)


# --- layers that round ----------------------------------------------------------------------------------


class _Rounded:
    """What the layers below have in common: they look first, and round to 8 bits once `rounds` is set."""

    rounds = False
    low, high = 0.0, 1e-6  # the least and the largest that was seen; 0 must be among them

    def rounded(self, values: Any) -> Any:
        """Activations in 256 steps between the least and the largest."""
        if self.rounds:
            return tf.quantization.fake_quant_with_min_max_args(values, self.low, self.high)
        if tf.executing_eagerly():
            self.low = min(self.low, float(tf.reduce_min(values)))
            self.high = max(self.high, float(tf.reduce_max(values)))
        return values

    def rounded_weights(self, kernel: Any, channels: int) -> Any:
        """Weights in steps of the largest of each channel, which lie along the axis `channels`."""
        if not self.rounds:
            return kernel
        others = [axis for axis in range(len(kernel.shape)) if axis != channels]
        step = tf.maximum(tf.reduce_max(tf.abs(kernel), axis=others, keepdims=True), 1e-9) / _LARGEST
        return kernel + tf.stop_gradient(tf.round(kernel / step) * step - kernel)


class _Convolution(_Rounded, layers.Conv2D):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        found = self.convolution_op(inputs, self.rounded_weights(self.kernel, 3))
        return self.activation(found + self.bias if self.use_bias else found)


class _Depthwise(_Rounded, layers.DepthwiseConv2D):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        kernel = self.rounded_weights(self.kernel, 2)
        found = keras.ops.depthwise_conv(inputs, kernel, self.strides, self.padding, dilation_rate=self.dilation_rate)
        return self.activation(found + self.bias if self.use_bias else found)


class _Dense(_Rounded, layers.Dense):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        sums = tf.matmul(inputs, self.rounded_weights(self.kernel, 1))
        sums = sums + self.bias if self.use_bias else sums
        # The converter joins a ReLU with what is before it; a softmax begins with numbers of 8 bits.
        joined = self.activation is keras.activations.relu
        return self.rounded(self.activation(sums)) if joined else self.activation(self.rounded(sums))


class _Relu(_Rounded, layers.ReLU):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        return self.rounded(super().call(inputs))


class _Add(_Rounded, layers.Add):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        return self.rounded(super().call(inputs))


class _Concatenate(_Rounded, layers.Concatenate):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        return self.rounded(super().call(inputs))


_KINDS: dict[Any, Any] = {
    layers.Conv2D: _Convolution,
    layers.DepthwiseConv2D: _Depthwise,
    layers.Dense: _Dense,
    layers.ReLU: _Relu,
    layers.Add: _Add,
    layers.Concatenate: _Concatenate,
}


def _rounded_layer(layer: Any) -> Any:
    return _KINDS.get(type(layer), type(layer)).from_config(layer.get_config())
