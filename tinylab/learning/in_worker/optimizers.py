"""One step of an optimizer, as functions of plain tensors, so that a whole epoch can be compiled.

Imported only inside the worker process. `step` counts from 1; `decay` is decoupled from the gradient, as
I. Loshchilov and F. Hutter, “Decoupled weight decay regularization” (2019), and spares biases and normalizations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import tensorflow as tf

Tensors = list[Any]
Update = Callable[[Any, Any, Any, Any, Any, Any], tuple[Any, Any, Any]]
_MOMENTUM: Final = 0.9
_SECOND: Final = 0.999
_LEAST: Final = 1e-7


def updated(
    optimizer: str, weights: Tensors, gradients: Tensors, first: Tensors, second: Tensors, rate: Any, step: Any,
    decay: float,
) -> tuple[Tensors, Tensors, Tensors]:  # fmt: skip
    """Weights and both kinds of memory after one step."""
    update = _UPDATES[optimizer]
    found = [update(*each, rate, step) for each in zip(weights, gradients, first, second, strict=True)]
    shrunk = [
        new - rate * decay * old if decay > 0 and len(old.shape) > 1 else new
        for (new, _, _), old in zip(found, weights, strict=True)
    ]
    return shrunk, [each[1] for each in found], [each[2] for each in found]


def _adam(weight: Any, gradient: Any, mean: Any, square: Any, rate: Any, step: Any) -> tuple[Any, Any, Any]:
    """D. P. Kingma and J. Ba, “Adam: a method for stochastic optimization” (2015), in the order of section 2."""
    mean = _MOMENTUM * mean + (1 - _MOMENTUM) * gradient
    square = _SECOND * square + (1 - _SECOND) * gradient * gradient
    unbiased = rate * tf.sqrt(1 - _SECOND**step) / (1 - _MOMENTUM**step)
    return weight - unbiased * mean / (tf.sqrt(square) + _LEAST), mean, square


def _momentum(weight: Any, gradient: Any, speed: Any, unused: Any, rate: Any, _step: Any) -> tuple[Any, Any, Any]:
    speed = _MOMENTUM * speed - rate * gradient
    return weight + speed, speed, unused


def _sgd(weight: Any, gradient: Any, unused: Any, unused2: Any, rate: Any, _step: Any) -> tuple[Any, Any, Any]:
    return weight - rate * gradient, unused, unused2


_UPDATES: Final[dict[str, Update]] = {"adam": _adam, "momentum": _momentum, "sgd": _sgd}
