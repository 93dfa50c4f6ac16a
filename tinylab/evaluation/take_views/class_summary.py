"""What a class consists of: how much was recorded, how long its takes are, how strongly they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinylab.data.parts import Part
from tinylab.data.recording import Header


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """One label. Strengths are NaN where no take was looked at yet."""

    label: str
    takes: int
    parts: int  # labelled stretches; as many as takes where there are no regions
    people: int
    seconds: float  # in all
    shortest_s: float  # of a part
    longest_s: float
    motion_g: float  # how strongly it moves: the median over its takes
    weakest_g: float
    strongest_g: float


def summaries(parts: Sequence[tuple[Header, Part]], motion_g: Mapping[int, float]) -> tuple[ClassSummary, ...]:
    """One for each label, in the order in which they come; `motion_g` by take, as the checks measured it."""
    by_label: dict[str, list[tuple[Header, Part]]] = {}
    for take, part in parts:
        by_label.setdefault(part.label, []).append((take, part))
    return tuple(_summary(label, found, motion_g) for label, found in by_label.items())


def _summary(label: str, found: Sequence[tuple[Header, Part]], motion_g: Mapping[int, float]) -> ClassSummary:
    seconds = [part.count / take.rate_hz for take, part in found]
    ids = {take.id for take, _ in found}
    strengths = [motion_g[take_id] for take_id in ids if take_id in motion_g] or [float("nan")]
    return ClassSummary(
        label,
        len(ids),
        len(found),
        len({take.subject for take, _ in found if take.subject}),
        float(sum(seconds)),
        min(seconds),
        max(seconds),
        float(np.median(strengths)),
        min(strengths),
        max(strengths),
    )
