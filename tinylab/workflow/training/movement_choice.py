"""Whether the board decides when something has moved, and from which level on it calls that a movement.

Where most takes are shorter than a window they are gestures, centred on their movement before they are learned from;
then the board looks at a gesture the same way. Otherwise it decides every stride.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tinylab.dsp.motion_level import LOWEST_G, Floats, Signal, motion_level
from tinylab.dsp.motion_parts import movement_threshold, strong_level
from tinylab.dsp.recipe import InputRecipe
from tinylab.dsp.windows import SAME_RATE
from tinylab.text import tr
from tinylab.workflow.training.window_plan import WindowPlan

_MOVES_G: Final = 0.08  # strong moments of a label that is a movement; a hand at rest trembles less
_OVER_REST: Final = 1.5  # times what rests come to
_OF_MOVEMENT: Final = 0.5  # at most, of the weakest label's strong moments


@dataclass(frozen=True, slots=True)
class Stretch:
    """A labelled stretch of a take that teaches."""

    label: str
    signal_g: Signal  # (samples, 3)


def wants_movements(plan: WindowPlan, seconds: Sequence[float]) -> bool:
    """Whether windows of labelled stretches of these lengths are decided on by movement."""
    if plan.decides != "auto":
        return plan.decides == "movement"
    short = sum(each < plan.window_s * (1 - SAME_RATE) for each in seconds)
    return 2 * short > len(seconds)


def with_movements(recipe: InputRecipe, stretches: Sequence[Stretch]) -> InputRecipe:
    """The recipe with the level that parts these stretches' movements from their rests; as it is where none moves."""
    by_label: dict[str, list[Floats]] = {}  # the levels of each stretch
    for each in stretches:
        if len(each.signal_g):
            by_label.setdefault(each.label, []).append(motion_level(each.signal_g, recipe.rate_hz))
    strong = {label: _typical(some, strong_level) for label, some in by_label.items()}
    moving = [label for label, level in strong.items() if level >= _MOVES_G]
    if not moving:
        return recipe
    wanted = min(
        _typical(by_label[label], lambda levels: movement_threshold(levels, recipe.rate_hz)) for label in moving
    )
    rests = [_OVER_REST * level for label, level in strong.items() if label not in moving]
    level_g = min(max([wanted, *rests]), _OF_MOVEMENT * min(strong[label] for label in moving))
    counts = max(1, round(max(level_g, LOWEST_G) / recipe.g_per_count))
    return replace(recipe, movement_level=counts, decides_rest=bool(rests))


def said_of(recipe: InputRecipe) -> tuple[str, ...]:
    """What a run says of it, a sentence at most."""
    if not recipe.by_movement:
        return ()
    level = tr("{level:.2f} g", level=recipe.movement_level * recipe.g_per_count)
    said = tr(
        "The board decides on a movement when it has ended, not at rest; a movement is above {level}.", level=level
    )
    if recipe.decides_rest:
        said = tr(
            "The board decides on a movement when it has ended, and on rests; a movement is above {level}.", level=level
        )
    return (said,)


def _typical(some: Sequence[Floats], figure: Callable[[Floats], float]) -> float:
    return float(np.median([figure(levels) for levels in some]))
