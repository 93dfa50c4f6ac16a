"""Weighted sums of features: one dense layer and a softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.graph import FullyConnected, Graph, Softmax, Tensor
from tinylab.evaluation.baseline import Numbers, Scale
from tinylab.learning.simple.model import MOST_INT8, Floats32, quantization

_NEVER = -1e4  # the sum of a label that was not learned
_SMALLEST = 1e-6  # of a scale
_DEEPEST = 6.0  # below 0, of a sum in int8: at most a four-hundredth as probable as the largest
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A sum for each label, of features on the training side's scale; the largest answers. A `SimpleModel`."""

    scale: Scale  # the same as the recipe's that was fitted to the same windows
    weights: Floats  # (labels, features)
    biases: Floats  # (labels,)
    lowest: float  # of the sums on what it learned from
    highest: float
    words: str

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return int(self.weights.size + self.biases.size)

    @property
    def asked(self) -> tuple[int, ...]:
        """All features: each has its weight."""
        return tuple(range(self.weights.shape[1]))

    def given(self, features: Sequence[int]) -> Linear:
        """Itself, for it can do without none."""
        if tuple(features) != self.asked:
            raise ValueError("a sum needs all of its features")
        return self

    def probabilities(self, numbers: Numbers) -> Floats32:
        """Softmax of the sums, shape (windows, labels)."""
        return softmax(self.scale.scaled(numbers) @ self.weights.T + self.biases).astype(np.float32)

    def graph(self, recipe: InputRecipe) -> Graph:
        """Weights in int8 with a scale for each label, as TFLite's specification of int8 has it."""
        source_scale, source_zero = quantization(recipe)
        scales = np.maximum(np.abs(self.weights).max(axis=1) / MOST_INT8, _SMALLEST)
        scales = scales.astype(np.float32).astype(np.float64)
        weights = np.clip(np.rint(self.weights / scales[:, None]), -MOST_INT8, MOST_INT8).astype(np.int8)
        biases = np.clip(np.rint(self.biases / (scales * source_scale)), -(2.0**30), 2.0**30).astype(np.int32)
        low, high = min(max(self.lowest, -_DEEPEST), 0.0), max(self.highest, 0.0)
        step = float(np.float32(max((high - low) / 255, _SMALLEST)))
        zero = int(np.clip(np.rint(-128 - low / step), -128, 127))
        classes = len(self.weights)
        tensors = (
            Tensor("features", (1, self.weights.shape[1]), source_scale, source_zero),
            Tensor("sums", (1, classes), step, zero),
            Tensor("classes", (1, classes), 1 / 256, -128),
        )
        return Graph(
            tensors,
            (FullyConnected("sums", (0,), 1, weights, biases, scales), Softmax("classes", (1,), 2)),
            (0,),
            2,
        )


def linear(
    taught: Numbers, weights: Floats, biases: Floats, learned: npt.NDArray[np.int64], labels: int, words: str
) -> Linear:
    """Of weights and biases for the labels `learned` alone, that belong to the scale of `taught`.

    What all labels' sums have in common is taken off: it changes no probability, but would waste steps of int8. The
    largest is then never below 0, and what lies _DEEPEST below that needs no steps of its own.
    """
    scale = Scale.of(taught)
    weights, biases = weights - weights.mean(axis=0), biases - biases.mean()
    every_weight, every_bias = np.zeros((labels, weights.shape[1])), np.full(labels, _NEVER)
    every_weight[learned], every_bias[learned] = weights, biases
    sums = scale.scaled(taught) @ weights.T + biases
    return Linear(scale, every_weight, every_bias, float(sums.min()), float(sums.max()), words)


def softmax(sums: Floats) -> Floats:
    """Probabilities along the last axis."""
    grown = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float64)


def softness(sums: Floats, classes: npt.NDArray[np.int64]) -> float:
    """What sums are divided by so that their softmax says how sure they are: what gives the smallest cross-entropy.

    `classes`: the column that is right, of each row of sums. Which answer is the largest does not change by it.
    """
    rows = np.arange(len(sums))
    tried = 2.0 ** np.arange(-4, 11)
    losses = [-np.log(np.maximum(softmax(sums / each)[rows, classes], 1e-12)).mean() for each in tried]
    return float(tried[int(np.argmin(losses))])
