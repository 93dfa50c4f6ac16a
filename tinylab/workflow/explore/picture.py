"""What the feature map shows: points, the windows they stand for, and how another window is placed among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from tinylab.evaluation.feature_map.neighbours import OddWindow, nearest, odd_windows, overlapping
from tinylab.evaluation.feature_map.projection import Projection
from tinylab.evaluation.feature_map.window_set import Floats, WindowSet, stratified

MOST_COMPARED: Final = 3000  # windows whose neighbours are looked for


class Layout(Enum):
    """How windows become points."""

    PCA = "principal components"
    TSNE = "t-SNE"
    LAYER = "last layer"


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What the windows' neighbours show."""

    overlaps: tuple[tuple[str, str], ...] = ()  # pairs of labels that lie among each other
    odd: tuple[OddWindow, ...] = ()  # windows whose neighbours all say otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One feature map. Row n of the points is row n of the windows."""

    layout: Layout
    windows: WindowSet
    points: Floats  # (windows, 2)
    window_s: float
    of_all: int  # windows that the project has; more than are shown where it is a sample
    projection: Projection | None = None  # None where no other window can be placed (t-SNE)
    run: int = 0  # of the last layer: the number of its run
    around: Around = field(default_factory=Around)


def look_around(windows: WindowSet, projection: Projection) -> Around:
    """Overlaps and odd windows, among a sample where there are many."""
    chosen = windows.chosen(stratified(windows, MOST_COMPARED))
    rows = nearest(projection.standardized(chosen.numbers), chosen.take_ids)
    return Around(overlapping(chosen, rows), odd_windows(chosen, rows))
