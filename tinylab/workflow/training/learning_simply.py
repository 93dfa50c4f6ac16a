"""What the job of training does for a family that is no network: scikit-learn learns in its thread, no worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.errors import CancelledError, TrainingError
from tinylab.evaluation.baseline import Numbers, Task, few_windows
from tinylab.learning.menu import family_module, title_of
from tinylab.learning.plan import NetworkPlan
from tinylab.learning.simple.model import SimpleModel, seen
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.training.dataset import Dataset
from tinylab.workflow.training.quantizing import Quantized, answered
from tinylab.workflow.training.sides import Side

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedSimply:
    """A model that all who are not tested have taught, and what one answered that did not know the validation side."""

    trained: messages.Trained  # without a file of the float model; asked about the windows of the test
    recipe: InputRecipe  # makes those groups of features alone that the model asks about
    model: SimpleModel
    tflite: bytes
    validation: Probabilities | None  # None where nobody was held back, or only one class was left to learn
    sentence: str  # what it does

    def asked(self, tested: Side) -> tuple[Quantized, int]:
        """What the int8 network answers, and to how many windows scikit-learn gives the same class.

        scikit-learn is given the int8 inputs, as the numbers that they stand for.
        """
        int8 = answered(self.tflite, "", self.recipe, tested)
        same = self.model.probabilities(seen(self.recipe, int8.inputs[0], int8.quantizations[0])).argmax(axis=1)
        return int8, int((same == int8.outputs.argmax(axis=1)).sum())


def learn_simply(
    dataset: Dataset, plan: NetworkPlan, cancelled: Callable[[], bool] = lambda: False, *, validate: bool = True
) -> LearnedSimply:
    """Learn and answer. Raises TrainingError where there is only one class, CancelledError where it is cancelled."""
    if len(dataset.labels) < 2:
        raise TrainingError(tr("With one label there is nothing to tell apart."), hint=tr("Record a second label."))
    validation = None
    if validate and len(dataset.validation) and len(np.unique(dataset.train.classes)) > 1:
        recipe = dataset.recipe_of(dataset.train)
        checked = _fitted(dataset, dataset.train, recipe, plan)
        validation = checked.probabilities(_numbers(recipe, dataset.validation))
    _stop(cancelled)
    test = dataset.test
    recipe, model = narrowed(dataset.recipe, _fitted(dataset, dataset.everyone, dataset.recipe, plan))
    _stop(cancelled)
    trained = messages.Trained(b"", 0, False, model.parameters, model.probabilities(_numbers(recipe, test)))
    words = " ".join(model.words.split())  # a label may have more than one line
    sentence = tr("{title}: {words}", title=tr(title_of(plan.family)), words=words)
    sentence += "." * (not words.endswith("?"))
    return LearnedSimply(trained, recipe, model, to_tflite(model.graph(recipe)), validation, sentence)


def narrowed(recipe: InputRecipe, model: SimpleModel) -> tuple[InputRecipe, SimpleModel]:
    """Without the groups of features that the model asks nothing about, so that the board does not make them."""
    groups: list[str] = []
    kept: list[int] = []
    at = 0
    for group in recipe.features:
        places = range(at, at + len(feature_names([group])))
        at = places.stop
        if not set(places).isdisjoint(model.asked):
            groups.append(group)
            kept += places
    if not groups or len(groups) == len(recipe.features):
        return recipe, model
    offsets, gains = tuple(recipe.offsets[place] for place in kept), tuple(recipe.gains[place] for place in kept)
    return replace(recipe, features=tuple(groups), offsets=offsets, gains=gains), model.given(kept)


def _fitted(dataset: Dataset, side: Side, recipe: InputRecipe, plan: NetworkPlan) -> SimpleModel:
    names = feature_names(recipe.features)
    task = Task(dataset.labels, names, recipe.g_per_count, recipe.rate_hz, recipe.window_samples, plan.seed)
    with few_windows():
        model: SimpleModel = family_module(plan.family).learn(_numbers(recipe, side), side.classes, task)
    return model


def _numbers(recipe: InputRecipe, side: Side) -> Numbers:
    (values,) = recipe.values(side.windows)
    return values.astype(np.float64)


def _stop(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError(tr("Cancelled."))
