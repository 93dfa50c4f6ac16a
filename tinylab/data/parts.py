"""What of a take counts for learning: its regions where it has any, else the whole take under its own label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinylab.data.recording import Header
from tinylab.data.storage.schema import Region


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled stretch of a take; windows are cut from it and never reach beyond it."""

    label: str
    start: int  # number of its first sample, from 0
    count: int  # samples


def parts_of(take: Header, regions: Sequence[Region]) -> tuple[Part, ...]:
    """The labelled stretches of a take, by where they begin; none of an unlabelled take without regions."""
    inside = [
        r for r in regions if r.take_id == take.id and r.start >= 0 < r.count and r.start + r.count <= take.samples
    ]
    if inside:
        ordered = sorted(inside, key=lambda region: (region.start, region.id))
        return tuple(Part(region.label, region.start, region.count) for region in ordered)
    return (Part(take.label, 0, take.samples),) if take.label and take.samples else ()
