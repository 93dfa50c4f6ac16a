"""Where every buffer stands in the one static arena: lifetimes overlap, and outputs may eat their inputs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tinylab.engine.program import Overlap, Program

_MOST_EXACT = 6  # buffers whose every order is tried; more: some orders, always the same ones
_TRIES = 400
_MOST_WORK = 4_000_000  # tries times items squared, so that hundreds of layers take seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """Byte offsets into the arena."""

    offsets: Mapping[int, int]  # per buffer; the caller's input and output have none
    scratch: Mapping[int, int]  # per number of a step
    arena_bytes: int


@dataclass(frozen=True, slots=True)
class _Item:
    key: tuple[str, int]  # ("buffer", number) or ("scratch", step)
    size: int
    first: int  # step that writes it
    last: int  # last step that reads it
    align: int = 1


def plan(program: Program) -> Plan:
    """The smallest arena found among several orders of placement."""
    items = _items(program)
    relations = _relations(program, items)
    best: dict[tuple[str, int], int] = {}
    best_size: int | None = None
    for order in _orders(items):
        offsets = _place(order, relations)
        size = max((offsets[i.key] + i.size for i in items), default=0)
        if best_size is None or size < best_size:
            best, best_size = offsets, size
    return Plan(
        {number: at for (kind, number), at in best.items() if kind == "buffer"},
        {number: at for (kind, number), at in best.items() if kind == "scratch"},
        max(best_size or 0, _reach_of_reads(program, best)),
    )


def _items(program: Program) -> list[_Item]:
    last_read: dict[int, int] = {}
    for number, step in enumerate(program.steps):
        last_read.update(dict.fromkeys((*step.sources, step.target), number))
    items = []
    placed = {program.output}
    for number, step in enumerate(program.steps):
        if step.target not in placed:
            placed.add(step.target)
            first, last = number, last_read[step.target]
            if step.target in program.kept:
                first, last = 0, len(program.steps)
            items.append(_Item(("buffer", step.target), program.sizes[step.target], first, last, step.align))
        if step.scratch_bytes:
            items.append(_Item(("scratch", number), step.scratch_bytes, number, number, 4))
    return items


Relations = Mapping[tuple[tuple[str, int], tuple[str, int]], Overlap]


def _relations(program: Program, items: Sequence[_Item]) -> Relations:
    """(input, output) pairs that may share memory: the input dies in the step that makes the output."""
    by_key = {item.key: item for item in items}
    relations = {}
    for number, step in enumerate(program.steps):
        source, target = ("buffer", step.sources[0] if step.sources else -1), ("buffer", step.target)
        if step.overlap and source in by_key and target in by_key and by_key[source].last == number:
            relations[source, target] = step.overlap
    return relations


def _orders(items: Sequence[_Item]) -> Iterable[Sequence[_Item]]:
    if len(items) <= _MOST_EXACT:
        yield from itertools.permutations(items)
        return
    yield items
    yield items[::-1]
    yield sorted(items, key=lambda i: -i.size)
    chance = random.Random(1)  # noqa: S311 - not for secrets; the same orders every time
    for _ in range(min(_TRIES, _MOST_WORK // len(items) ** 2)):
        yield chance.sample(items, len(items))


def _place(order: Sequence[_Item], relations: Relations) -> dict[tuple[str, int], int]:
    """Each item at the lowest place that fits what already stands."""
    offsets: dict[tuple[str, int], int] = {}
    placed: list[_Item] = []
    for item in order:
        rivals = [other for other in placed if item.first <= other.last and other.first <= item.last]
        candidates = sorted(_candidates(item, rivals, offsets, relations))
        offsets[item.key] = next(
            at for at in candidates if all(_agree(item, at, r, offsets[r.key], relations) for r in rivals)
        )
        placed.append(item)
    return offsets


def _candidates(
    item: _Item, rivals: Sequence[_Item], offsets: Mapping[tuple[str, int], int], relations: Relations
) -> set[int]:
    places = {0}
    for rival in rivals:
        at = offsets[rival.key]
        places.add(at + rival.size)
        if (rival.key, item.key) in relations:
            places.add(at - relations[rival.key, item.key].distance)
        if (item.key, rival.key) in relations:
            places.add(at + relations[item.key, rival.key].distance)
    return {-(-place // item.align) * item.align for place in places if place >= 0}


def _agree(item: _Item, at: int, rival: _Item, rival_at: int, relations: Relations) -> bool:
    if at + item.size <= rival_at or rival_at + rival.size <= at:
        return True
    if (rival.key, item.key) in relations:
        return _may_overlap(relations[rival.key, item.key], rival_at - at)
    if (item.key, rival.key) in relations:
        return _may_overlap(relations[item.key, rival.key], at - rival_at)
    return False


def _may_overlap(overlap: Overlap, ahead: int) -> bool:
    """Whether an output `ahead` bytes before its input is safe."""
    return ahead == overlap.distance if overlap.exact else ahead >= overlap.distance


def _reach_of_reads(program: Program, offsets: Mapping[tuple[str, int], int]) -> int:
    """Kernels may read up to three bytes behind a buffer, or behind their scratch; the arena must go on that far."""
    ends = [
        offsets["buffer", source] + program.sizes[source] + 3
        for step in program.steps
        for source in step.sources
        if step.fields.values.get("beyond") and ("buffer", source) in offsets
    ]
    return max(ends, default=0)
