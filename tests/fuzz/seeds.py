"""Whole files to begin with: the reference models, and small networks that hold every operator the engine knows."""

from __future__ import annotations

import numpy as np

from tinylab.engine.build_models.motion_models import hybrid
from tinylab.engine.build_models.reference_models import REFERENCE_MODELS
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.engine.forest import Forest
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


def weights(*shape: int, channels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, biases, scales."""
    rng = np.random.default_rng(sum(shape))
    scales = rng.uniform(0.002, 0.01, channels).astype(np.float32).astype(np.float64)
    return rng.integers(-127, 128, shape, np.int8), rng.integers(-500, 501, channels, np.int32), scales


def picture() -> Graph:
    """Padding, convolutions, pooling, clamps, constants, curves, a sum, a mean, a dense layer, softmax."""
    step, curve = (0.05, -7), (1 / 128, 0)
    shapes = {
        "input": ((6, 5, 2), *step),
        "padded": ((8, 6, 2), *step),
        "conv": ((6, 6, 3), 0.06, -128),
        "largest": ((3, 6, 3), 0.06, -128),
        "depthwise": ((3, 3, 6), 0.03, 11),
        "six": ((3, 3, 6), 0.03, 11),
        "average": ((2, 3, 6), 0.03, 11),
        "times": ((2, 3, 6), 0.04, 3),
        "plus": ((2, 3, 6), 0.05, -4),
        "curve": ((2, 3, 6), *curve),
        "sum": ((2, 3, 6), 0.06, 9),
        "mean": ((6,), 0.03, 9),
        "dense": ((3,), 0.1, 4),
        "classes": ((3,), 1 / 256, -128),
    }
    tensors = tuple(Tensor(name, (1, *shape), scale, zero) for name, (shape, scale, zero) in shapes.items())
    values, constant = np.arange(-3, 3).astype(np.int8), Tensor("constant", (6,), 0.02, 1)
    operators: list[Operator] = [
        Pad("pad", (0,), 1, (6, 5, 2), ((1, 1), (0, 1), (0, 0))),
        Conv2D("conv", (1,), 2, *weights(3, 3, 1, 2, channels=3), Window((3, 1))),
        MaxPool2D("largest", (2,), 3, Window((2, 1), (2, 1))),
        DepthwiseConv2D(
            "depthwise", (3,), 4, *weights(3, 2, 6, channels=6), Window((3, 2), (1, 2), padding=Padding.SAME), 2
        ),
        Rescale("six", (4,), 5, activation=Activation.RELU6),
        AveragePool2D("average", (5,), 6, Window((2, 1))),
        MulConstant("times", (6,), 7, values, constant),
        AddConstant("plus", (7,), 8, values, constant, activation=Activation.RELU),
        Curve("curve", (8,), 9, "tanh"),
        Add("sum", (9, 8), 10),
        Mean("mean", (10,), 11, 1, 6, 6),
        FullyConnected("dense", (11,), 12, *weights(3, 6, channels=3)),
        Softmax("classes", (12,), 13),
    ]
    return Graph(tensors, tuple(operators), (0,), 13)


def signal() -> Graph:
    """A flat signal: convolution, join, quantize, relu, logistic, reshape."""
    shapes = [(1, 16, 3), (1, 14, 4), (1, 14, 4), (1, 14, 4), (1, 14, 8), (112,), (5,), (5,)]
    scales = [(0.05, 3), (0.06, 5), (0.03, -20), (0.03, -20), (0.03, -20), (0.03, -20), (0.1, 0), (1 / 256, -128)]
    tensors = tuple(
        Tensor(f"t{i}", (1, *shape), *scale) for i, (shape, scale) in enumerate(zip(shapes, scales, strict=True))
    )
    operators: list[Operator] = [
        Conv2D("conv", (0,), 1, *weights(4, 1, 3, 3, channels=4), Window((1, 3))),
        Rescale("quantize", (1,), 2),
        Rescale("relu", (2,), 3, activation=Activation.RELU),
        Concatenate("join", (3, 2), 4, 14),
        Reshape("flat", (4,), 5),
        FullyConnected("dense", (5,), 6, *weights(5, 112, channels=5)),
        Curve("classes", (6,), 7, "logistic"),
    ]
    return Graph(tensors, tuple(operators), (0,), 7)


def forest() -> Graph:
    """Two trees; the second is a leaf."""
    features, thresholds = np.array([1, -1, 0, -1, -1, -1], np.int16), np.array([10, 0, -5, 0, 0, 0], np.int8)
    others, roots = np.array([2, 0, 4, 1, 2, 1], np.int16), np.array([0, 5], np.int16)
    votes = np.array([[128, 0, 0], [32, 90, 6], [64, 0, 64]], np.uint8)
    tensors = (Tensor("features", (1, 2), 0.03, 0), Tensor("classes", (1, 3), 1 / 256, -128))
    return Graph(tensors, (Forest("forest", (0,), 1, features, thresholds, others, roots, votes),), (0,), 1)


def seeds() -> dict[str, bytes]:
    """Name to file."""
    small = {"picture": picture(), "signal": signal(), "hybrid": hybrid(12, 3, 7, 2, 3, hidden=4)}
    small["forest"] = forest()
    graphs = {**small, **{name: make() for name, make in REFERENCE_MODELS.items()}}
    return {name: to_tflite(graph) for name, graph in graphs.items()}
