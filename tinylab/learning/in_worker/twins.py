"""The same layers, computed in a way that trains faster. Imported only inside the worker process.

A convolution over time is a product of matrices, a pooling the largest of a few: compiled, their gradients
cost a third of those of the general operators. What is dropped is drawn by a short hash, for the usual generator took
half of a step; a normalization has its gradient written down. The twins have the weights of the layers that they stand
for, in the same order; what is stored and quantized is always the plain network.

Tried and left: the gradient of a convolution as a convolution of its own (no faster), the averages of a normalization
in one pass (no faster once it has its gradient), and XLA's fast arithmetic (no faster).
"""

from __future__ import annotations

import contextlib
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from keras import layers

_TRIED: Final = 4  # windows
_GOLDEN: Final = 0x9E3779B9  # 2³² over the golden ratio: keeps a count of 0 from being hashed to 0


def quick_twin(model: Any) -> Any:
    """The same network with quicker layers and the same weights."""
    twin = keras.models.clone_model(model, clone_function=_twin_of)
    twin.set_weights(model.get_weights())
    return twin


def quick_twin_where_it_is_the_same(model: Any) -> Any:
    """The quick twin of a network with any layers, or a copy of it where that would answer otherwise.

    The quick layers take signals (windows, samples, 1, channels); a user's own network may have others.
    """
    with contextlib.suppress(Exception):  # whatever a shape that they were not made for leads to
        twin = quick_twin(model)
        random = np.random.default_rng(1)
        tried = [tf.constant(random.normal(size=(_TRIED, *each.shape[1:])), tf.float32) for each in model.inputs]
        given = tried[0] if len(tried) == 1 else tried
        if np.allclose(model(given, training=False), twin(given, training=False), atol=1e-4):
            return twin
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def _twin_of(layer: Any) -> Any:
    kind = next((quick for plain, quick in _TWINS.items() if type(layer) is plain and quick.suits(layer)), type(layer))
    return kind.from_config(layer.get_config())


class QuickConvolution(layers.Conv2D):  # type: ignore[misc]
    """Along time only, one step at a time, the length kept."""

    @staticmethod
    def suits(layer: Any) -> bool:
        """Whether it can stand for this layer."""
        along_time = layer.kernel_size[1] == 1 and layer.groups == 1 and layer.data_format == "channels_last"
        return along_time and layer.strides == (1, 1) and layer.padding == "same"

    def call(self, inputs: Any) -> Any:
        """Shape (windows, samples, 1, channels) → (windows, samples, 1, filters)."""
        steps, samples, channels = self.kernel_size[0], inputs.shape[1], inputs.shape[3]
        columns = tf.concat(_shifted(inputs[:, :, 0, :], steps, self.dilation_rate[0]), axis=2)
        kernel = tf.reshape(self.kernel, [steps * channels, self.filters])
        found = tf.reshape(tf.reshape(columns, [-1, steps * channels]) @ kernel, [-1, samples, 1, self.filters])
        found = found + self.bias if self.use_bias else found
        return self.activation(found)


class QuickDepthwise(layers.DepthwiseConv2D):  # type: ignore[misc]
    """Along time only, one step at a time, the length kept."""

    @staticmethod
    def suits(layer: Any) -> bool:
        """Whether it can stand for this layer."""
        along_time = layer.kernel_size[1] == 1 and layer.depth_multiplier == 1
        return along_time and layer.strides == (1, 1) and layer.padding == "same"

    def call(self, inputs: Any) -> Any:
        """Shape (windows, samples, 1, channels), the same afterwards."""
        shifted = _shifted(inputs[:, :, 0, :], self.kernel_size[0], self.dilation_rate[0])
        found = tf.add_n([each * self.kernel[step, 0, :, 0] for step, each in enumerate(shifted)])[:, :, None, :]
        found = found + self.bias if self.use_bias else found
        return self.activation(found)


class QuickDropout(layers.Dropout):  # type: ignore[misc]
    """Each value dropped on its own; whether it is follows from the seed, the number of the call, and its place."""

    @staticmethod
    def suits(layer: Any) -> bool:
        """Whether it can stand for this layer."""
        return 0 < layer.rate < 1 and layer.noise_shape is None

    def call(self, inputs: Any, training: Any = False) -> Any:
        """Any shape; what is kept grows, so that the mean stays."""
        if not training:
            return inputs
        drawn = tf.reshape(_drawn(self.seed_generator.next(), tf.size(inputs)), tf.shape(inputs))
        kept = drawn >= tf.constant(int(self.rate * 2**32), tf.uint32)
        return tf.where(kept, inputs / (1 - self.rate), tf.zeros_like(inputs))


class QuickNormalization(layers.BatchNormalization):  # type: ignore[misc]
    """Over the batch, channel by channel, with a gradient of two sums."""

    @staticmethod
    def suits(layer: Any) -> bool:
        """Whether it can stand for this layer."""
        usual = layer.axis == -1 and layer.scale and layer.center and layer.trainable
        return usual and not layer.renorm and not layer.synchronized and layer.compute_dtype == "float32"

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Shape (…, channels), the same afterwards."""
        if not training or mask is not None:
            return super().call(inputs, training=training, mask=mask)
        flat = tf.reshape(inputs, [-1, inputs.shape[-1]])
        mean, variance = tf.nn.moments(tf.stop_gradient(flat), axes=[0])
        self.moving_mean.assign(self.moving_mean * self.momentum + mean * (1 - self.momentum))
        self.moving_variance.assign(self.moving_variance * self.momentum + variance * (1 - self.momentum))
        scale, offset = tf.convert_to_tensor(self.gamma), tf.convert_to_tensor(self.beta)
        return tf.reshape(_normalized(flat, scale, offset, mean, variance + self.epsilon), tf.shape(inputs))


class QuickPooling(layers.MaxPooling2D):  # type: ignore[misc]
    """The largest of every few samples, of all in a row.

    Of equal ones Keras gives the first the gradient, here more than two share it. Behind a ReLU those are 0, with none.
    """

    @staticmethod
    def suits(layer: Any) -> bool:
        """Whether it can stand for this layer."""
        return layer.pool_size[1] == 1 and layer.strides == layer.pool_size and layer.padding == "valid"

    def call(self, inputs: Any) -> Any:
        """Shape (windows, samples, 1, channels) → (windows, samples // size, 1, channels)."""
        size = self.pool_size[0]
        grouped = _grouped(inputs, size)
        return tf.maximum(grouped[:, :, 0], grouped[:, :, 1]) if size == 2 else tf.reduce_max(grouped, axis=2)


class QuickMean(layers.AveragePooling2D):  # type: ignore[misc]
    """The mean of every few samples, of all in a row."""

    @staticmethod
    def suits(layer: Any) -> bool:
        """Whether it can stand for this layer."""
        return QuickPooling.suits(layer)

    def call(self, inputs: Any) -> Any:
        """Shape (windows, samples, 1, channels) → (windows, samples // size, 1, channels)."""
        return tf.reduce_mean(_grouped(inputs, self.pool_size[0]), axis=2)


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _normalized(values: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> Any:
    """`values`, (rows, channels), with their own mean and variance, which move with them.

    S. Ioffe and C. Szegedy, “Batch normalization” (2015), section 3, with what is the same for a channel taken out.
    """
    steepness = tf.math.rsqrt(variance)

    def gradient(above: Any) -> Any:
        rows = tf.cast(tf.shape(values)[0], tf.float32)
        of_offset = tf.reduce_sum(above, axis=0)
        of_scale = tf.reduce_sum(above * (values - mean), axis=0) * steepness
        pulled = (steepness * of_scale / rows) * (values - mean) + of_offset / rows
        return (scale * steepness) * (above - pulled), of_scale, of_offset, None, None

    return values * (steepness * scale) + (offset - mean * steepness * scale), gradient


def _drawn(seed: Any, count: Any) -> Any:
    """`count` numbers of 32 bits from a seed of two numbers, each hashed twice, with one of the two each time."""
    first, second = tf.unstack(tf.cast(seed, tf.uint32))
    places = tf.cast(tf.range(count), tf.uint32)
    return _hashed(tf.bitwise.bitwise_xor(_hashed(places + _hashed(first)), _hashed(second + _GOLDEN)))


def _hashed(bits: Any) -> Any:
    """C. Wellons, “Prospecting for hash functions” (2018), lowbias32: each bit turns about half of the others over."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        bits = tf.bitwise.bitwise_xor(bits, tf.bitwise.right_shift(bits, tf.constant(shift, tf.uint32))) * factor
    return bits


def _grouped(inputs: Any, size: int) -> Any:
    """(windows, samples, 1, channels) → (windows, samples // size, size, 1, channels)."""
    rows = inputs.shape[1] // size
    return tf.reshape(inputs[:, : size * rows], [-1, rows, size, 1, inputs.shape[3]])


def _shifted(signal: Any, steps: int, dilation: int) -> list[Any]:
    """A padded signal (windows, samples, channels) as each weight of a kernel sees it."""
    before = (steps - 1) * dilation // 2
    padded = tf.pad(signal, [[0, 0], [before, (steps - 1) * dilation - before], [0, 0]])
    samples = signal.shape[1]
    return [padded[:, step * dilation : step * dilation + samples] for step in range(steps)]


_TWINS: dict[Any, Any] = {
    layers.Conv2D: QuickConvolution,
    layers.DepthwiseConv2D: QuickDepthwise,
    layers.MaxPooling2D: QuickPooling,
    layers.AveragePooling2D: QuickMean,
    layers.Dropout: QuickDropout,
    layers.BatchNormalization: QuickNormalization,
}
