"""What the worker is asked to learn from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workflow.training.dataset import Dataset, Side


def train_request(
    dataset: Dataset, plan: NetworkPlan, recipe: InputRecipe, sides: tuple[Side, Side], asked: npt.NDArray[np.int16]
) -> messages.Train:
    """`sides`: who learns, and who is held back; `asked`: windows that the trained network answers."""
    train, validation = sides
    return messages.Train(
        plan=plan.to_json(),
        recipe=recipe.to_json(),
        classes=len(dataset.labels),
        train_windows=train.windows,
        train_classes=train.classes,
        validation_windows=validation.windows,
        validation_classes=validation.classes,
        asked_windows=asked,
        largest=len(dataset.train) + len(dataset.validation),
        labels=list(dataset.labels),
    )
