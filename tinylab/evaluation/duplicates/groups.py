"""Which takes hold the same samples: candidates by their marks, then sample by sample.

Marks cost one reading of each take; only pairs that share some are compared, so that 2,000 takes need no two million
comparisons. The rate does not matter: the same samples are the same whatever clock their files believe in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from tinylab.data.recording import Counts
from tinylab.evaluation.duplicates.anchors import Anchors

Samples = tuple[Counts, float]  # counts (samples, 3) and g per count
_NEIGHBOURS: Final = 3  # takes with the same mark that each is compared with; groups grow by chains
_OFFSETS: Final = 3  # ways to lay one over the other that are tried
_LEAST_SHARE: Final = 0.5  # of the shorter take that both must share
_LEAST_SAMPLES: Final = 16
_LEAST_CHANGES: Final = 64  # values that change, before equal counts mean anything
_LEAST_MOTION_G: Final = 0.03  # below it two roundings of the same noise have nothing in common
_ROUNDING: Final = 0.05  # of the motion: how far two exports of the same samples may lie apart


def duplicate_groups(
    takes: Sequence[Anchors], samples_of: Callable[[int], Samples], cancelled: Callable[[], bool] = lambda: False
) -> tuple[tuple[int, ...], ...]:
    """Ids of takes that hold the same samples, group by group, each in order; `samples_of` reads one by its id."""
    leader = {take.take_id: take.take_id for take in takes}
    for (one, other), offsets in _candidates(takes):
        if cancelled():
            break
        if _leader(leader, one) == _leader(leader, other):
            continue
        first, second = samples_of(one), samples_of(other)
        if any(same_samples(first, second, offset) for offset, _ in offsets.most_common(_OFFSETS)):
            leader[_leader(leader, other)] = _leader(leader, one)
    return _groups(leader)


def _candidates(takes: Iterable[Anchors]) -> Iterator[tuple[tuple[int, int], Counter[int]]]:
    """Pairs that share marks, those with most first, and by how much the second begins later."""
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for take in takes:
        for mark, place in take.marks:
            places[mark].append((take.take_id, place))
    pairs: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for found in places.values():
        for number, (take_id, place) in enumerate(found):
            for other_id, other_place in found[max(0, number - _NEIGHBOURS) : number]:
                if other_id != take_id:
                    pairs[other_id, take_id][other_place - place] += 1
    yield from sorted(pairs.items(), key=lambda item: -item[1].most_common(1)[0][1])


def same_samples(one: Samples, other: Samples, offset: int) -> bool:
    """Whether two takes are the same where they overlap, the other's sample 0 lying at sample `offset` of the one."""
    (first, first_g), (second, second_g) = one, other
    begin, end = max(offset, 0), min(len(first), len(second) + offset)
    if end - begin < max(_LEAST_SAMPLES, _LEAST_SHARE * min(len(first), len(second))):
        return False
    first, second = first[begin:end], second[begin - offset : end - offset]
    if first_g == second_g and np.array_equal(first, second):
        return bool(np.count_nonzero(np.diff(first, axis=0)) >= _LEAST_CHANGES)
    signal = first.astype(np.float64) * first_g
    motion = float(np.sqrt(signal.var(axis=0).sum()))
    apart = float(np.sqrt(((signal - second.astype(np.float64) * second_g) ** 2).sum(axis=1).mean()))
    return motion >= _LEAST_MOTION_G and apart <= _ROUNDING * motion


def _leader(leader: dict[int, int], take_id: int) -> int:
    while leader[take_id] != take_id:
        leader[take_id] = take_id = leader[leader[take_id]]
    return take_id


def _groups(leader: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    members: dict[int, list[int]] = defaultdict(list)
    for take_id in sorted(leader):
        members[_leader(leader, take_id)].append(take_id)
    return tuple(sorted(tuple(group) for group in members.values() if len(group) > 1))
