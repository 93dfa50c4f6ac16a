"""A whole epoch as one compiled function of plain tensors. Imported only inside the worker process.

What one epoch leaves goes into the next, so nothing is kept in variables; how many steps it has is a number and not a
shape, so that one compilation serves sets of different size. Where XLA cannot compile a network, the same function
runs without it, slower.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from tinylab.learning.in_worker.optimizers import updated
from tinylab.learning.plan import NetworkPlan
from tinylab.log.faults import unforeseen

Arrays = tuple[npt.NDArray[np.float32], ...]
_LEAST_RATE: Final = 0.02  # of the learning rate, at the end of the cosine
_LEAST_PROBABILITY: Final = 1e-7
_ROOM: Final = 16  # steps are padded to multiples of it
_AT_ONCE: Final = 256  # windows of a forward pass


@dataclass(slots=True)
class State:
    """Everything that changes while a network learns."""

    weights: list[Any]
    others: list[Any]  # moving averages, and the state of the random numbers that drop values
    first: list[Any]
    second: list[Any]
    step: Any


@dataclass(frozen=True, slots=True)
class Sizes:
    """Shapes that a compilation holds for."""

    batch: int
    room: int  # steps at most
    classes: int

    @classmethod
    def of(cls, windows: int, batch: int, classes: int) -> Sizes:
        """For an epoch over so many windows, or fewer."""
        return cls(batch, -(-max(1, windows // batch) // _ROOM) * _ROOM, classes)


class Epochs:
    """The compiled functions of one network."""

    def __init__(self, twin: Any, plan: NetworkPlan, sizes: Sizes, *, compiled: bool = True) -> None:
        self.sizes, self.fell_back = sizes, False
        self._twin, self._plan = twin, plan
        self._make_functions(compiled=compiled)

    def _make_functions(self, *, compiled: bool) -> None:
        self._compiled = compiled
        self._epoch = tf.function(self._whole, jit_compile=compiled)
        self._forward = tf.function(self._answers, jit_compile=compiled)

    def _called(self, name: str, *values: Any) -> Any:
        """Call `_epoch` or `_forward`; where XLA cannot compile it, from then on without XLA."""
        try:
            return getattr(self, name)(*values)
        except Exception:  # whatever a compiler does not support, it says in its own way
            if not self._compiled:
                raise
            unforeseen("compiling the network")
            self.fell_back = True
            self._make_functions(compiled=False)
            return getattr(self, name)(*values)

    def begin(self, seed: int = 1) -> State:
        """The state before the first epoch, from the network's weights; `seed` of what is dropped at random."""
        weights = [tf.convert_to_tensor(each) for each in self._twin.trainable_variables]
        others = [
            tf.convert_to_tensor(each)
            if tf.as_dtype(each.dtype).is_floating
            else tf.constant([seed, number], dtype=each.dtype)  # of a generator that an earlier training has used
            for number, each in enumerate(self._twin.non_trainable_variables)
        ]
        return State(weights, others, [0 * w for w in weights], [0 * w for w in weights], tf.constant(0.0))

    def put_back(self, state: State) -> None:
        """Give the network the weights of a state."""
        for variable, value in zip(self._twin.trainable_variables, state.weights, strict=True):
            variable.assign(value)
        for variable, value in zip(self._twin.non_trainable_variables, state.others, strict=True):
            if tf.as_dtype(variable.dtype).is_floating:
                variable.assign(value)

    def steps_for(self, windows: int) -> int:
        """Steps of an epoch over so many windows; the few that fill no batch wait for another order."""
        return min(max(1, windows // self.sizes.batch), self.sizes.room)

    def run(
        self, state: State, inputs: Arrays, truth: npt.NDArray[np.int64], weights: npt.NDArray[np.float32],
        order: npt.NDArray[np.int64], total_steps: int,
    ) -> tuple[State, float, float]:  # fmt: skip
        """One pass in the given order; the state after it, the mean loss and the accuracy on the way."""
        steps, batch = self.steps_for(len(truth)), self.sizes.batch
        rows = np.resize(order, steps * batch)
        rows = np.concatenate([rows, np.zeros((self.sizes.room - steps) * batch, np.int64)])
        shape = (self.sizes.room, batch)
        found = self._called(
            "_epoch", state.weights, state.others, state.first, state.second, state.step, tf.constant(steps),
            tf.constant(float(total_steps)),
            [tf.constant(each[rows].reshape(*shape, *each.shape[1:])) for each in inputs],
            tf.constant(truth[rows].reshape(shape)), tf.constant(weights[rows].reshape(shape)),
        )  # fmt: skip
        *changed, loss, right = found
        windows = steps * batch
        return State(*changed), float(loss) / windows, float(right) / windows

    def answers(self, state: State, inputs: Arrays) -> npt.NDArray[np.float32]:
        """Probabilities for windows that nothing is learned from, shape (windows, classes)."""
        found = []
        for first in range(0, len(inputs[0]), _AT_ONCE):
            some = [each[first : first + _AT_ONCE] for each in inputs]
            count = len(some[0])
            padded = [tf.constant(np.resize(each, (_AT_ONCE, *each.shape[1:]))) for each in some]
            found.append(np.asarray(self._called("_forward", state.weights, state.others, padded))[:count])
        return np.concatenate(found) if found else np.empty((0, self.sizes.classes), np.float32)

    # --- what is compiled -------------------------------------------------------------------------------

    def _answers(self, weights: list[Any], others: list[Any], inputs: list[Any]) -> Any:
        found, _ = self._twin.stateless_call(weights, others, _given(inputs), training=False)
        return found

    def _whole(
        self, weights: list[Any], others: list[Any], first: list[Any], second: list[Any], step: Any, steps: Any,
        total: Any, inputs: list[Any], truth: Any, importance: Any,
    ) -> Any:  # fmt: skip
        def one(number: Any, *state: Any) -> Any:
            batch = [each[number] for each in inputs]
            return (number + 1, *self._step(state, total, batch, truth[number], importance[number]))

        none = tf.constant(0.0)
        begin = (tf.constant(0), weights, others, first, second, step, none, none)
        return tf.while_loop(lambda number, *_: number < steps, one, begin)[1:]

    def _step(self, state: tuple[Any, ...], total: Any, inputs: list[Any], truth: Any, importance: Any) -> Any:
        plan = self._plan
        weights, others, first, second, step, loss, right = state
        with tf.GradientTape() as tape:
            tape.watch(weights)
            answers, others, added = self._twin.stateless_call(
                weights, others, _given(inputs), training=True, return_losses=True
            )
            each = self._losses(answers, truth)
            mean = tf.reduce_mean(each * importance) + sum(added)  # of regularizers, which only own networks have
        gradients = tape.gradient(mean, weights)
        step = step + 1
        weights, first, second = updated(
            plan.optimizer, weights, gradients, first, second, self._rate(step, total), step, plan.weight_decay
        )
        hits = tf.reduce_sum(tf.cast(tf.argmax(answers, axis=1) == truth, tf.float32))
        return weights, list(others), first, second, step, loss + tf.reduce_sum(each), right + hits

    def _losses(self, answers: Any, truth: Any) -> Any:
        """Cross entropy of each window."""
        classes, smoothing = self.sizes.classes, self._plan.label_smoothing
        wanted = tf.one_hot(truth, classes) * (1 - smoothing) + smoothing / classes
        return -tf.reduce_sum(wanted * tf.math.log(tf.maximum(answers, _LEAST_PROBABILITY)), axis=1)

    def _rate(self, step: Any, total: Any) -> Any:
        if self._plan.schedule == "constant":
            return tf.constant(self._plan.learning_rate)
        share = tf.minimum((step - 1) / total, 1.0)
        falling = (1 + tf.cos(math.pi * share)) / 2
        return self._plan.learning_rate * (_LEAST_RATE + (1 - _LEAST_RATE) * falling)


def _given(inputs: Sequence[Any]) -> Any:
    return inputs[0] if len(inputs) == 1 else list(inputs)
