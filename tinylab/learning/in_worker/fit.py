"""The training loop. Imported only inside the worker process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import TrainingError
from tinylab.learning.augmentation import varied_counts
from tinylab.learning.batches import batch_for, importance, worth_compiling
from tinylab.learning.in_worker.epochs import Arrays, Epochs, Sizes
from tinylab.learning.in_worker.own_network import Spec, build_own
from tinylab.learning.in_worker.twins import quick_twin, quick_twin_where_it_is_the_same
from tinylab.learning.networks import build
from tinylab.learning.own_source import FAMILY
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

Classes = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int16]
_ASKED_AT_ONCE: Final = 512
_KEPT: Final = 2  # compilations that are kept, for the next training of the same shape
_LOOKED_AT: Final = 512  # training windows whose loss is measured before anything is learned


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Labelled windows in counts, (windows, samples, 3), and their classes."""

    counts: Counts
    classes: Classes

    def __len__(self) -> int:
        return len(self.classes)


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """What one pass over the training windows brought; number 0 is the network before it has learned anything."""

    number: int
    loss: float
    accuracy: float
    validation_loss: float  # NaN where nothing is held back for validation
    validation_accuracy: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The trained network."""

    model: Any
    best_epoch: int  # the epoch whose weights it has
    stopped: bool  # by the user
    fell_back: bool  # whether XLA could not compile it, so that it learned without


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be learned, and from how many windows at most the same network will learn next."""

    plan: NetworkPlan
    recipe: InputRecipe
    classes: int
    train: Windows
    validation: Windows
    largest: int  # windows; batches are made for so many, and one compilation serves all sets up to it
    labels: tuple[str, ...] = ()  # names of the classes, for a network of the user's own


def fit(
    task: Task, report_progress: Callable[[EpochFigures], None], stop: Callable[[], bool], gate: Callable[[], None]
) -> Fitted:
    """Train for all epochs, or until `stop` says so; `gate` returns at once, or as soon as a pause is over.

    The last weights are kept; with `keep` "best" those with the least loss on validation, and training ends where
    that has not fallen for `patience` epochs.
    """
    epochs, model, twin = _prepared(task)
    learning = _Learning(task, epochs, report_progress)
    with ThreadPoolExecutor(1, "augmentation") as beside:
        stopped = learning.run(beside, stop, gate)
    epochs.put_back(learning.kept)
    model.set_weights(twin.get_weights())
    return Fitted(model, learning.kept_epoch, stopped, epochs.fell_back)


class _Learning:
    """One training, epoch by epoch."""

    def __init__(self, task: Task, epochs: Epochs, report_progress: Callable[[EpochFigures], None]) -> None:
        self._task, self._epochs, self._report = task, epochs, report_progress
        self._random = np.random.default_rng(task.plan.seed)
        self._validation = task.recipe.float_inputs(task.validation.counts)
        self._importance = importance(task.train.classes, task.classes, even=task.plan.class_weights)
        self.kept = self._state = epochs.begin(task.plan.seed)
        self.kept_epoch, self._least = 0, float("inf")

    def run(self, beside: ThreadPoolExecutor, stop: Callable[[], bool], gate: Callable[[], None]) -> bool:
        """All epochs; whether it was stopped. While one is computed, the windows of the next are varied."""
        self._look_before()
        following: Future[Arrays] = beside.submit(self._varied)
        for number in range(1, self._task.plan.epochs + 1):
            gate()
            if stop():
                return True
            inputs = following.result()
            if number < self._task.plan.epochs:
                following = beside.submit(self._varied)
            self._one_epoch(number, inputs)
            if self._is_over(number):
                break
        return False

    def _look_before(self) -> None:
        """The network before it learns: what guessing is worth."""
        train = self._task.train
        some = _evenly(len(train), _LOOKED_AT)
        loss, accuracy = self._measured(self._task.recipe.float_inputs(train.counts[some]), train.classes[some])
        self._say(0, loss, accuracy)

    @cached_property
    def _plain(self) -> Arrays:
        return self._task.recipe.float_inputs(self._task.train.counts)

    def _varied(self) -> Arrays:
        wanted, recipe = self._task.plan.augmentation, self._task.recipe
        if not wanted.does_something:
            return self._plain
        return recipe.float_inputs(varied_counts(self._task.train.counts, recipe.g_per_count, wanted, self._random))

    def _one_epoch(self, number: int, inputs: Arrays) -> None:
        task = self._task
        order = np.random.default_rng((task.plan.seed, number)).permutation(len(task.train))
        total = task.plan.epochs * self._epochs.steps_for(len(task.train))
        self._state, loss, accuracy = self._epochs.run(
            self._state, inputs, task.train.classes, self._importance, order, total
        )
        if not np.isfinite(loss):
            raise TrainingError(
                tr("The loss is no number any more after epoch {number}.", number=number),
                hint=tr("Take a lower learning rate."),
            )
        self._say(number, loss, accuracy)

    def _say(self, number: int, loss: float, accuracy: float) -> None:
        held_back = len(self._task.validation) > 0
        validation = self._measured(self._validation, self._task.validation.classes) if held_back else (np.nan, np.nan)
        self._report(EpochFigures(number, loss, accuracy, *validation))
        best = self._task.plan.keep == "best" and held_back
        if number and (not best or validation[0] < self._least):
            self.kept, self.kept_epoch, self._least = self._state, number, validation[0]

    def _measured(self, inputs: Arrays, truth: Classes) -> tuple[float, float]:
        answers = self._epochs.answers(self._state, inputs).astype(np.float64)
        right = answers[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(right, 1e-7)).mean()), float((answers.argmax(axis=1) == truth).mean())

    def _is_over(self, number: int) -> bool:
        plan = self._task.plan
        return plan.keep == "best" and len(self._task.validation) > 0 and number - self.kept_epoch >= plan.patience


def _evenly(count: int, most: int) -> npt.NDArray[np.int64]:
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)


# --- networks that were compiled ------------------------------------------------------------------------

_compiled: OrderedDict[tuple[Any, ...], tuple[Epochs, Any, Any]] = OrderedDict()


def _prepared(task: Task) -> tuple[Epochs, Any, Any]:
    """Compiled functions, the plain network and its quick twin with fresh weights; compiled once for each shape."""
    sizes = Sizes.of(task.largest, batch_for(task.plan.batch, task.largest), task.classes)
    plan = task.plan
    shaped = (
        sizes, _is_worth_it(task, sizes), task.recipe.input_shapes, plan.family, plan.width, plan.optimizer,
        plan.schedule, plan.learning_rate, plan.weight_decay, plan.label_smoothing, plan.dropout, _own(task),
    )  # fmt: skip
    fresh = _fresh(task)
    if shaped not in _compiled:
        twin = quick_twin(fresh) if plan.family != FAMILY else quick_twin_where_it_is_the_same(fresh)
        _compiled[shaped] = (Epochs(twin, plan, sizes, compiled=_is_worth_it(task, sizes)), fresh, twin)
        while len(_compiled) > _KEPT:
            _compiled.popitem(last=False)
    _compiled.move_to_end(shaped)
    epochs, model, twin = _compiled[shaped]
    if model is not fresh:
        twin.set_weights(fresh.get_weights())
    return epochs, fresh, twin


def _own(task: Task) -> Any:
    """What the layers of a network of the user's own depend on; of the families nothing that is not named."""
    return (task.plan.own, _spec(task)) if task.plan.family == FAMILY else None


def _fresh(task: Task) -> Any:
    if task.plan.family == FAMILY:
        return build_own(task.plan.own, _spec(task))
    return build(task.plan, task.recipe.input_shapes, task.classes)


def _spec(task: Task) -> Spec:
    plan, recipe = task.plan, task.recipe
    shapes = tuple(tuple(shape) for shape in recipe.input_shapes)
    return Spec(shapes, task.classes, task.labels, plan.width, plan.seed, recipe.rate_hz, recipe.window_samples)


def _is_worth_it(task: Task, sizes: Sizes) -> bool:
    """The same for the same task, always. A network of the user's own may do with features what it likes."""
    alone = task.plan.family != FAMILY and all(len(shape) == 1 for shape in task.recipe.input_shapes)
    return worth_compiling(max(1, task.largest // sizes.batch) * task.plan.epochs, features_alone=alone)


def predict(model: Any, inputs: Arrays) -> npt.NDArray[np.float32]:
    """Probabilities, shape (windows, classes). Not compiled: a compilation would stay in memory with its network."""
    found = []
    for first in range(0, len(inputs[0]), _ASKED_AT_ONCE):
        some = [each[first : first + _ASKED_AT_ONCE] for each in inputs]
        found.append(np.asarray(model(some[0] if len(some) == 1 else some, training=False), dtype=np.float32))
    return np.concatenate(found) if found else np.empty((0, *model.output_shape[1:]), np.float32)
