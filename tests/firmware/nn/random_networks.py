"""Random networks over all operators, drawn from a seed, whose layers use their int8 range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tinylab.engine import reference
from tinylab.engine.graph import (
    Activation,
    Add,
    AddConstant,
    AveragePool2D,
    Concatenate,
    Conv2D,
    Curve,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    MulConstant,
    Operator,
    Pad,
    Padding,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)

Int8 = npt.NDArray[np.int8]


class NetworkBuilder:
    """Grows a graph layer by layer, with numbers drawn from a seed."""

    def __init__(self, seed: int, shape: tuple[int, ...], calm: bool = False) -> None:
        self.calm = calm  # every layer uses its int8 range, none saturates on purpose
        self.rng = np.random.default_rng(seed)
        self.tensors = [Tensor("input", (1, *shape), 0.05, int(self.rng.integers(-128, 128)))]
        self.operators: list[Operator] = []

    @property
    def last(self) -> Tensor:
        return self.tensors[-1]

    @property
    def at(self) -> int:
        return len(self.tensors) - 1

    def graph(self) -> Graph:
        return Graph(tuple(self.tensors), tuple(self.operators), 0, self.at)

    def _settle(self) -> None:
        """Choose the last tensor's scale so that it uses its range; one network in ten keeps an extreme one."""
        if not self.calm and self.rng.random() < 0.1:
            factor = float(self.rng.choice([0.003, 0.1, 8.0]))
            self.tensors[-1] = replace(self.last, scale=float(np.float32(self.last.scale * factor)))
            return
        windows = some_inputs(self.graph(), 12)[2:]
        for _ in range(8):
            outputs = reference.run(self.graph(), windows).astype(float)
            clipped = np.mean((outputs == outputs.max()) | (outputs == outputs.min()))
            if outputs.std() >= 12 and clipped < 0.6:
                return
            factor = 2.5 if clipped >= 0.6 and outputs.std() > 12 else 0.3
            self.tensors[-1] = replace(self.last, scale=float(np.float32(self.last.scale * factor)))

    def _tensor(self, shape: Sequence[int], scale: float, zero: int) -> int:
        self.tensors.append(Tensor(f"t{len(self.tensors)}", tuple(shape), float(np.float32(scale)), zero))
        return self.at

    def _zero(self) -> int:
        return 0 if self.calm else int(self.rng.choice([-128, -128, 0, 127, self.rng.integers(-128, 128)]))

    def _activation(self) -> Activation:
        return Activation.NONE if self.calm else self.rng.choice(np.array(list(Activation)))

    def _like(self, shape: Sequence[int]) -> int:
        return self._tensor(shape, self.last.scale, self.last.zero_point)

    def _numbers(
        self, taps: int, channels: int, kinds: tuple[int, ...]
    ) -> tuple[Int8, npt.NDArray, npt.NDArray, float]:
        """Weights, biases, their scales and an output scale that uses the int8 range; now and then an extreme one."""
        rng = self.rng
        limit = int(rng.choice([127, 20, 3]))
        weights = rng.integers(-limit, limit + 1, kinds, np.int8)
        scales = np.float32(0.01) * np.exp2(rng.uniform(-3, 3, channels)).astype(np.float32)
        spread = self.last.scale * 0.01 * np.sqrt(taps) * limit * 80 / 60
        bias = rng.integers(-4000, 4001, channels, np.int32)
        return weights, bias, scales.astype(np.float64), spread

    def dense(self, outputs: int) -> None:
        inputs = self.last.shape[-1]
        source, shape = self.at, self.last.shape
        weights, bias, scales, scale = self._numbers(inputs, outputs, (outputs, inputs))
        result = self._tensor((*shape[:-1], outputs), scale, self._zero())
        self.operators.append(FullyConnected("dense", source, result, weights, bias, scales, self._activation()))
        self._settle()

    def conv(self, channels: int, window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source = self.at
        weights, bias, scales, scale = self._numbers(
            window.kernel[0] * window.kernel[1] * depth, channels, (channels, *window.kernel, depth)
        )
        result = self._tensor((1, *outputs, channels), scale, self._zero())
        self.operators.append(Conv2D("conv", source, result, weights, bias, scales, window, self._activation()))
        self._settle()
        return True

    def depthwise(self, multiplier: int, window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source, channels = self.at, depth * multiplier
        taps = window.kernel[0] * window.kernel[1]
        weights, bias, scales, scale = self._numbers(taps, channels, (*window.kernel, channels))
        result = self._tensor((1, *outputs, channels), scale, self._zero())
        self.operators.append(
            DepthwiseConv2D("dw", source, result, weights, bias, scales, window, multiplier, self._activation())
        )
        self._settle()
        return True

    def pool(self, kind: type[MaxPool2D] | type[AveragePool2D], window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source = self.at
        result = self._like((1, *outputs, depth))
        self.operators.append(kind("pool", source, result, window, self._activation()))
        return True

    def mean(self) -> None:
        _, rows, columns, depth = self.last.shape
        source, scale = self.at, self.last.scale * float(self.rng.uniform(0.3, 1.5))
        result = self._tensor((1, depth), scale, self._zero())
        self.operators.append(Mean("mean", source, result, 1, rows * columns, depth))
        self._settle()

    def add(self, first: int) -> None:
        if not 0.02 < self.tensors[first].scale / self.last.scale < 50:
            self.rescale_to(self.tensors[first].scale)
        second, scale = self.at, (self.tensors[first].scale + self.last.scale) * float(self.rng.uniform(0.2, 1))
        result = self._tensor(self.last.shape, scale, self._zero())
        self.operators.append(Add("add", first, second, result, self._activation()))

    def rescale(self) -> None:
        source, scale = self.at, self.last.scale * float(self.rng.choice([1.0, 0.5, 1.7, 9.0]))
        zero = self.last.zero_point if self.rng.random() < 0.5 else self._zero()
        result = self._tensor(self.last.shape, scale, zero)
        self.operators.append(Rescale("rescale", source, result, self._activation()))

    def rescale_to(self, scale: float) -> None:
        source, result = self.at, self._tensor(self.last.shape, scale, self._zero())
        self.operators.append(Rescale("rescale", source, result))

    def with_constant(self, kind: type[AddConstant] | type[MulConstant]) -> None:
        rng, source, shape = self.rng, self.at, self.last.shape
        period = int(rng.choice([1, shape[-1], self.last.elements]))
        values = rng.integers(-128, 128, period, np.int8)
        ratio = float(rng.uniform(0.3, 3)) * (self.last.scale if kind is AddConstant else 0.02 / 1.5)
        constant = Tensor("constant", (period,), float(np.float32(ratio)), int(rng.integers(-40, 41)))
        scale = self.last.scale * float(rng.uniform(0.5, 3))
        result = self._tensor(shape, scale, self._zero())
        self.operators.append(kind("constant", source, result, values, constant, self._activation()))

    def pad(self) -> None:
        source, shape = self.at, self.last.shape[1:]
        pads = [(int(a), int(b)) for a, b in self.rng.integers(0, 3, (3, 2))]
        pads[2] = pads[2] if self.rng.random() < 0.3 else (0, 0)
        result = self._like((1, *(size + sum(pair) for size, pair in zip(shape, pads, strict=True))))
        inner, around = (shape[0], shape[1], shape[2]), (pads[0], pads[1], pads[2])
        self.operators.append(Pad("pad", source, result, inner, around))

    def join(self) -> None:
        first = self.at
        clamp = Activation.RELU if self.rng.random() < 0.5 else Activation.NONE
        second = self._like(self.last.shape)
        self.operators.append(Rescale("branch", first, second, clamp))
        axis = int(self.rng.integers(1, len(self.last.shape)))
        shape = [size * (2 if a == axis else 1) for a, size in enumerate(self.last.shape)]
        inputs, outer = self.rng.permutation([first, second]), int(np.prod(shape[:axis]))
        self.operators.append(Concatenate("join", tuple(int(i) for i in inputs), self._like(shape), outer))

    def curve(self) -> None:
        function = str(self.rng.choice(["logistic", "tanh"]))
        source = self.at
        result = self._tensor(self.last.shape, *((1 / 256, -128) if function == "logistic" else (1 / 128, 0)))
        self.operators.append(Curve("curve", source, result, function))

    def reshape(self, shape: Sequence[int]) -> None:
        source = self.at
        self.operators.append(Reshape("reshape", source, self._like(shape)))

    def softmax(self) -> None:
        scale = (0.05 if self.calm else float(self.rng.choice([1.0, 0.1, 0.004, 0.3]))) / self.last.scale
        source = self._tensor(self.last.shape, self.last.scale * scale, 0)
        self.operators.append(Rescale("logits", source - 1, source))
        result = self._tensor(self.last.shape, 1 / 256, -128)
        self.operators.append(Softmax("softmax", source, result, float(self.rng.choice([1.0, 1.0, 0.5]))))


def _random_window(rng: np.random.Generator, flat: tuple[bool, bool], pooling: bool = False) -> Window:
    kernel = [1 if flat[a] else int(rng.integers(1, 6)) for a in (0, 1)]
    if pooling and rng.random() < 0.6:
        stride = list(kernel)
    else:
        stride = [1 if flat[a] else int(rng.choice([1, 1, 2, 3])) for a in (0, 1)]
    dilation = [1 if flat[a] or pooling else int(rng.choice([1, 1, 1, 2])) for a in (0, 1)]
    padding = Padding.SAME if rng.random() < 0.5 else Padding.VALID
    return Window((kernel[0], kernel[1]), (stride[0], stride[1]), (dilation[0], dilation[1]), padding)


def _random_layer(net: NetworkBuilder) -> None:
    rng, shape = net.rng, net.last.shape
    flat = (shape[1] == 1 and rng.random() < 0.9, shape[2] == 1 and rng.random() < 0.9)
    kind = rng.choice(
        ["conv", "conv", "conv", "pointwise", "depthwise", "max", "max", "average", "add", "rescale", "more"]
    )
    if kind == "conv":
        if net.conv(int(rng.integers(1, 13)), _random_window(rng, flat)) and rng.random() < 0.4:
            net.pool(MaxPool2D, _random_window(rng, flat, pooling=True))
    elif kind == "pointwise":
        net.conv(int(rng.integers(1, 13)), Window((1, 1)))
    elif kind == "depthwise":
        net.depthwise(int(rng.choice([1, 1, 2, 3])) if shape[3] < 8 else 1, _random_window(rng, flat))
    elif kind in ("max", "average"):
        net.pool(MaxPool2D if kind == "max" else AveragePool2D, _random_window(rng, flat, pooling=True))
    elif kind == "add":
        first = net.at
        net.conv(shape[3], Window((3 if not flat[0] else 1, 1), padding=Padding.SAME))
        net.add(first)
    elif kind == "more":
        _rarer_layer(net)
    else:
        net.rescale()


def _rarer_layer(net: NetworkBuilder) -> None:
    kind = net.rng.choice(["add", "mul", "pad", "join", "curve"])
    if kind in ("add", "mul"):
        net.with_constant(AddConstant if kind == "add" else MulConstant)
    elif kind == "pad":
        net.pad()
        net.conv(int(net.rng.integers(1, 7)), Window((3 if net.last.shape[1] > 2 else 1, 1)))
    elif kind == "join":
        if net.last.elements < 2000:
            net.join()
    else:
        net.curve()


def build_random_network(seed: int) -> Graph:
    """A network of two to seven layers: dense, along rows, along columns, or over pictures."""
    rng = np.random.default_rng(seed)
    kind = seed % 4
    if kind == 0:
        net = NetworkBuilder(seed, (int(rng.integers(1, 40)),))
        for _ in range(int(rng.integers(1, 4))):
            net.dense(int(rng.integers(1, 24)))
    else:
        size, channels = int(rng.integers(6, 30)), int(rng.integers(1, 7))
        narrow = int(rng.integers(1, 4))
        shapes = [(size, 1, channels), (1, size, channels), (size, narrow, channels), (size // 2, size // 2, channels)]
        net = NetworkBuilder(seed, shapes[kind - 1 if rng.random() < 0.7 else 3])
        for _ in range(int(rng.integers(1, 6))):
            _random_layer(net)
        if rng.random() < 0.4:
            net.mean()
        elif net.last.elements < 2000:
            net.reshape((1, net.last.elements))
        if net.last.elements > 255 and len(net.last.shape) > 2:
            net.mean()
        if len(net.last.shape) == 2:
            net.dense(int(rng.integers(2, 9)))
    if len(net.last.shape) == 2 and rng.random() < 0.6:
        net.softmax()
    return net.graph()


def some_inputs(graph: Graph, count: int, seed: int = 0) -> Int8:
    """Random windows, and the two that saturate the most."""
    rng = np.random.default_rng(seed)
    windows = rng.integers(-128, 128, (count, graph.input_tensor.elements), np.int8)
    windows[0], windows[1] = -128, 127
    return windows
