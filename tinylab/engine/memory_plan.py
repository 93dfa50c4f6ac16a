"""Where every buffer stands in the one static arena; an output may overwrite an input that is no longer needed."""

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
    scratch: Mapping[int, int]  # per number of a call
    arena_bytes: int


@dataclass(frozen=True, slots=True)
class _Item:
    key: tuple[str, int]  # ("buffer", number) or ("scratch", call)
    size: int
    first: int  # call that writes it
    last: int  # last call that reads it
    align: int = 1


def plan(program: Program) -> Plan:
    """The smallest arena found among several orders in which items are placed."""
    items = _items(program)
    relations = _relations(program, items)
    best: dict[tuple[str, int], int] = {}
    best_size: int | None = None
    for order in _orders(items):
        offsets = _lowest_offsets(order, relations)
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
    for number, call in enumerate(program.calls):
        last_read.update(dict.fromkeys((*call.sources, call.target), number))
    items = []
    seen = {program.output}
    for number, call in enumerate(program.calls):
        if call.target not in seen:
            seen.add(call.target)
            first, last = number, last_read[call.target]
            if call.target in program.kept:
                first, last = 0, len(program.calls)
            items.append(_Item(("buffer", call.target), program.sizes[call.target], first, last, call.align))
        if call.scratch_bytes:
            items.append(_Item(("scratch", number), call.scratch_bytes, number, number, 4))
    return items


Relations = Mapping[tuple[tuple[str, int], tuple[str, int]], Overlap]


def _relations(program: Program, items: Sequence[_Item]) -> Relations:
    """(input, output) pairs that may share memory: the call that makes the output is the last to read the input."""
    by_key = {item.key: item for item in items}
    relations = {}
    for number, call in enumerate(program.calls):
        source, target = ("buffer", call.sources[0] if call.sources else -1), ("buffer", call.target)
        if call.overlap and source in by_key and target in by_key and by_key[source].last == number:
            relations[source, target] = call.overlap
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


def _lowest_offsets(order: Sequence[_Item], relations: Relations) -> dict[tuple[str, int], int]:
    """Each item at the lowest offset that fits what already stands."""
    offsets: dict[tuple[str, int], int] = {}
    placed: list[_Item] = []
    for item in order:
        others = [other for other in placed if item.first <= other.last and other.first <= item.last]
        candidates = sorted(_candidates(item, others, offsets, relations))
        offsets[item.key] = next(
            at for at in candidates if all(_agree(item, at, r, offsets[r.key], relations) for r in others)
        )
        placed.append(item)
    return offsets


def _candidates(
    item: _Item, others: Sequence[_Item], offsets: Mapping[tuple[str, int], int], relations: Relations
) -> set[int]:
    offsets_to_try = {0}
    for other in others:
        at = offsets[other.key]
        offsets_to_try.add(at + other.size)
        if (other.key, item.key) in relations:
            offsets_to_try.add(at - relations[other.key, item.key].distance)
        if (item.key, other.key) in relations:
            offsets_to_try.add(at + relations[item.key, other.key].distance)
    return {-(-at // item.align) * item.align for at in offsets_to_try if at >= 0}


def _agree(item: _Item, at: int, other: _Item, other_at: int, relations: Relations) -> bool:
    if at + item.size <= other_at or other_at + other.size <= at:
        return True
    if (other.key, item.key) in relations:
        return _may_overlap(relations[other.key, item.key], other_at - at)
    if (item.key, other.key) in relations:
        return _may_overlap(relations[item.key, other.key], at - other_at)
    return False


def _may_overlap(overlap: Overlap, ahead: int) -> bool:
    """Whether an output `ahead` bytes before its input is safe."""
    return ahead == overlap.distance if overlap.exact else ahead >= overlap.distance


def _reach_of_reads(program: Program, offsets: Mapping[tuple[str, int], int]) -> int:
    """Kernels may read up to three bytes behind a buffer, or behind their scratch; the arena must go on that far."""
    ends = [
        offsets["buffer", source] + program.sizes[source] + 3
        for call in program.calls
        for source in call.sources
        if call.reads_behind and ("buffer", source) in offsets
    ]
    return max(ends, default=0)
