"""Grows a network layer by layer, with weights from a seed that use the int8 range."""

from __future__ import annotations

import math

import numpy as np

from tinylab.engine.graph import (
    Activation,
    Concatenate,
    Conv2D,
    DepthwiseConv2D,
    Float64Array,
    FullyConnected,
    Graph,
    Int8Array,
    Int32Array,
    MaxPool2D,
    Mean,
    Operator,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)

_SCALE = 0.05  # of what a layer gives
_LOGITS_SCALE = 0.15  # of what softmax takes
_SPREAD = 92.0  # a layer's sum of random products, per root of taps, in steps of its output


class Chain:
    """Grows a network layer by layer; each layer reads what the one before it wrote, or what `at` is set to."""

    def __init__(self, seed: int, *shape: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._tensors = [Tensor("input", (1, *shape), 0.02, -3)]
        self._operators: list[Operator] = []
        self._inputs = [0]
        self.at = 0  # the tensor that the next layer reads

    def graph(self) -> Graph:
        """The network so far."""
        return Graph(tuple(self._tensors), tuple(self._operators), tuple(self._inputs), self.at)

    def input(self, *shape: int) -> None:
        """A further input, which the next layer reads."""
        self._inputs.append(self._grow(shape, 0.03, 4))

    def dense(self, units: int, activation: Activation = Activation.RELU) -> None:
        """A dense layer over everything."""
        inputs = self.last.elements
        inner = activation is Activation.RELU
        scale = _SCALE if inner else _LOGITS_SCALE
        numbers = self._numbers((units, inputs), units, inputs, scale)
        source = self.at
        at = self._grow((units,), scale, -128 if inner else 5)
        self._operators.append(FullyConnected(f"dense{at}", (source,), at, *numbers, activation=activation))

    def conv(self, channels: int, window: Window) -> None:
        """A convolution with ReLU."""
        _, rows, columns, depth = self.last.shape
        taps = window.kernel[0] * window.kernel[1] * depth
        numbers = self._numbers((channels, *window.kernel, depth), channels, taps, _SCALE)
        shape = (window.output_size(rows, 0), window.output_size(columns, 1), channels)
        source = self.at
        at = self._grow(shape, _SCALE, -128)
        self._operators.append(Conv2D(f"conv{at}", (source,), at, *numbers, window, activation=Activation.RELU))

    def depthwise(self, taps: int) -> None:
        """A depthwise convolution along the rows, any zero point, no clamp."""
        _, rows, columns, depth = self.last.shape
        window = Window((taps, 1))
        numbers = self._numbers((taps, 1, depth), depth, taps, _SCALE)
        source = self.at
        at = self._grow((window.output_size(rows, 0), columns, depth), _SCALE, 9)
        self._operators.append(DepthwiseConv2D(f"depthwise{at}", (source,), at, *numbers, window))

    def pool(self, window: Window) -> None:
        """The largest under a window."""
        _, rows, columns, depth = self.last.shape
        shape = (window.output_size(rows, 0), window.output_size(columns, 1), depth)
        source = self.at
        at = self._grow(shape, self.last.scale, self.last.zero_point)
        self._operators.append(MaxPool2D(f"pool{at}", (source,), at, window))

    def mean(self) -> None:
        """The average over rows and columns."""
        _, rows, columns, depth = self.last.shape
        source = self.at
        at = self._grow((depth,), self.last.scale * 0.5, -128)
        self._operators.append(Mean(f"mean{at}", (source,), at, 1, rows * columns, depth))

    def flat(self) -> None:
        """One row of numbers."""
        source = self.at
        at = self._grow((self.last.elements,), self.last.scale, self.last.zero_point)
        self._operators.append(Reshape(f"flat{at}", (source,), at))

    def join(self, *sources: int) -> None:
        """Several rows of numbers as one; all are brought to the largest of their scales."""
        widest = max((self._tensors[source] for source in sources), key=lambda tensor: tensor.scale)
        scale, zero = widest.scale, widest.zero_point
        parts = [self._rescaled(source, scale, zero) for source in sources]
        at = self._grow((sum(self._tensors[part].elements for part in parts),), scale, zero)
        self._operators.append(Concatenate(f"join{at}", tuple(parts), at, 1))

    def _rescaled(self, source: int, scale: float, zero: int) -> int:
        if (self._tensors[source].scale, self._tensors[source].zero_point) == (scale, zero):
            return source
        at = self._grow(self._tensors[source].shape[1:], scale, zero)
        self._operators.append(Rescale(f"rescale{at}", (source,), at))
        return at

    def softmax(self) -> None:
        """Probabilities."""
        source = self.at
        at = self._grow((self.last.elements,), 1 / 256, -128)
        self._operators.append(Softmax(f"softmax{at}", (source,), at))

    @property
    def last(self) -> Tensor:
        """The tensor that the next layer reads."""
        return self._tensors[self.at]

    def _grow(self, shape: tuple[int, ...], scale: float, zero: int) -> int:
        at = len(self._tensors)
        self._tensors.append(Tensor(f"tensor{at}", (1, *shape), float(np.float32(scale)), zero))
        self.at = at
        return at

    def _numbers(
        self, shape: tuple[int, ...], channels: int, taps: int, scale: float
    ) -> tuple[Int8Array, Int32Array, Float64Array]:
        """Weights, biases and weight scales with which the sums use the int8 range under an output `scale`."""
        weights = self._rng.integers(-127, 128, shape, np.int8)
        bias = self._rng.integers(-2000, 2001, channels, np.int32)
        middle = scale / (self.last.scale * math.sqrt(taps) * _SPREAD)
        return weights, bias, middle * self._rng.uniform(0.5, 1.5, channels)
