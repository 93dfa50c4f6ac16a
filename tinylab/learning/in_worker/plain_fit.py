"""The same network trained as Keras itself does it: what `tinylab bench training` holds the compiled epochs against."""

from __future__ import annotations

import time
from typing import Any

import keras

from tinylab.learning.batches import importance
from tinylab.learning.in_worker.fit import Task
from tinylab.learning.networks import build

BATCH = 32  # Keras's own default


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """When each epoch ended, with its validation."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = [time.perf_counter()]

    def on_epoch_end(self, _epoch: int, _logs: Any = None) -> None:
        """One more."""
        self.ends.append(time.perf_counter())


def plain_fit(task: Task) -> tuple[list[float], float]:
    """`Model.fit` for all epochs, without variations: (seconds of each epoch, accuracy on validation at the end).

    Optimizer, schedule, weight decay, dropout and class weights are those of the plan.
    """
    plan = task.plan
    model = build(plan, task.recipe.input_shapes, task.classes)
    steps = -(-len(task.train) // BATCH) * plan.epochs
    rate: Any = plan.learning_rate
    if plan.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(plan.learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=plan.weight_decay),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    inputs, held_back = (_given(task, side.counts) for side in (task.train, task.validation))
    weights = importance(task.train.classes, task.classes, even=plan.class_weights)
    clock = _Clock()
    found = model.fit(
        inputs, task.train.classes, sample_weight=weights, validation_data=(held_back, task.validation.classes),
        epochs=plan.epochs, batch_size=BATCH, verbose=0, callbacks=[clock],
    )  # fmt: skip
    seconds = [after - before for before, after in zip(clock.ends, clock.ends[1:], strict=False)]
    return seconds, float(found.history["val_accuracy"][-1])


def _given(task: Task, counts: Any) -> Any:
    inputs = task.recipe.float_inputs(counts)
    return list(inputs) if len(inputs) > 1 else inputs[0]
