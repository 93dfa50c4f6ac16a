"""What the worker is asked to learn from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe
from tinylab.evaluation.lie_of_board import lie_spread
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.training.dataset import Dataset
from tinylab.workflow.training.sides import Side


def train_request(
    dataset: Dataset, plan: NetworkPlan, recipe: InputRecipe, sides: tuple[Side, Side], asked: npt.NDArray[np.int16]
) -> messages.Train:
    """`sides`: who learns, and who is held back; `asked`: windows that the trained network answers."""
    train, validation = sides
    plan = suited_plan(plan, dataset, train)
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


def suited_plan(plan: NetworkPlan, dataset: Dataset, taught: Side) -> NetworkPlan:
    """What the user left open of the plan, by the takes that teach and no others."""
    ids = set(taught.take_ids.tolist())
    people = {take.subject for take in dataset.takes if take.subject and take.id in ids}
    return plan.suited_to(len(people), lie_spread(taught.windows, taught.classes, taught.take_ids))


def rotation_notes(plan: NetworkPlan, dataset: Dataset, taught: Side) -> tuple[str, ...]:
    """That windows were turned less than is set, where they were."""
    turned = suited_plan(plan, dataset, taught).augmentation.rotation
    if turned == plan.augmentation.rotation:
        return ()
    return (
        tr(
            "The board lies alike in all takes of a label, so windows were turned at random by {turned:g} rad only.",
            turned=turned,
        ),
    )
