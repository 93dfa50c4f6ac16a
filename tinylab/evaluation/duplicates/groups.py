"""Which takes hold the same samples: candidates by their marks, then sample by sample.

Marks cost one reading of each take; only pairs that share some are compared, so that 2,000 takes need no two million
comparisons. The rate does not matter: the same samples are the same whatever clock their files believe in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.data.recording import Counts
from tinylab.evaluation.duplicates.anchors import LEAST_OF_WHOLE, Anchors, Marks

Cancelled = Callable[[], bool]
Numbers = npt.NDArray[np.int64]
Whole = npt.NDArray[np.signedinteger[Any]]
Samples = tuple[Counts, float]  # counts (samples, 3) and g per count
_NEIGHBOURS: Final = 3  # takes with the same mark that each is compared with; groups grow by chains
_TAKE_BITS, _OFFSET_BITS = 19, 25  # of a key: half a million takes, each of at most 10 million samples
_ZERO_OFFSET = 1 << (_OFFSET_BITS - 1)
_OFFSETS: Final = 3  # ways to lay one over the other that are tried
_LEAST_SHARE: Final = 0.5  # of the shorter take that both must share
_LEAST_SAMPLES: Final = 16
_LEAST_CHANGES: Final = 64  # values that change, before equal counts mean anything
_LEAST_MOTION_G: Final = 0.03  # below it two roundings of the same noise have nothing in common
_ROUNDING: Final = 0.05  # of the motion: how far two exports of the same samples may lie apart
_ROUNDING_G: Final = 0.006  # and at most: two decimals make 0.005 in three axes, the noise of two takes makes more


def duplicate_groups(
    takes: Sequence[Anchors], same: Callable[[int, int, Sequence[int]], bool], cancelled: Cancelled = lambda: False
) -> tuple[tuple[int, ...], ...]:
    """Ids of takes that hold the same samples, group by group, each in order.

    `same` compares two by their ids, the second laid over the first at any of some offsets, as `same_samples` does.
    """
    leader = {take.take_id: take.take_id for take in takes}
    for one, other, offsets in _candidates(takes):
        if cancelled():
            break
        if _leader(leader, one) == _leader(leader, other):
            continue
        if same(one, other, offsets):
            leader[_leader(leader, other)] = _leader(leader, one)
    return _groups(leader)


def _candidates(takes: Sequence[Anchors]) -> Iterator[tuple[int, int, list[int]]]:
    """Pairs of ids that share marks, those with most first, and by how much the second may begin later, likeliest
    first."""
    if not takes:
        return
    marks = np.concatenate([take.marks for take in takes])
    owners = np.repeat(np.arange(len(takes), dtype=np.int32), [len(take.marks) for take in takes])
    places = np.concatenate([take.places for take in takes])
    order = _of_repeated(marks)
    marks, owners, places = marks[order], owners[order], places[order]
    keys = []
    for step in range(1, _NEIGHBOURS + 1):
        same = np.flatnonzero((marks[step:] == marks[:-step]) & (owners[step:] != owners[:-step]))
        keys.append(_packed(owners[same], owners[same + step], places[same] - places[same + step]))
    shared, counts = np.unique(np.concatenate(keys), return_counts=True)
    offsets: dict[tuple[int, int], list[int]] = {}
    for one, other, offset in zip(*_unpacked(shared[np.argsort(-counts, kind="stable")]), strict=True):
        likely = offsets.setdefault((one, other), [])
        if len(likely) < _OFFSETS:
            likely.append(offset)
    for (one, other), likely in offsets.items():
        yield takes[one].take_id, takes[other].take_id, likely


def _of_repeated(marks: Marks) -> npt.NDArray[np.intp]:
    """The places of the marks that are there more than once, in the order of their values; most are there once."""
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    like_next = np.zeros(len(marks) + 1, dtype=bool)
    like_next[1:-1] = ordered[1:] == ordered[:-1]
    return order[like_next[1:] | like_next[:-1]]


def _packed(one: Whole, other: Whole, offset: Whole) -> Numbers:
    """Three numbers in one of 64 bits, for thousands of takes share millions of marks."""
    wide = (one.astype(np.int64), other.astype(np.int64), offset.astype(np.int64) + _ZERO_OFFSET)
    return (wide[0] << (_TAKE_BITS + _OFFSET_BITS)) | (wide[1] << _OFFSET_BITS) | wide[2]


def _unpacked(keys: Numbers) -> tuple[list[int], list[int], list[int]]:
    """The same back again."""
    takes, one = (1 << _TAKE_BITS) - 1, keys >> (_TAKE_BITS + _OFFSET_BITS)
    offset = (keys & ((1 << _OFFSET_BITS) - 1)) - _ZERO_OFFSET
    return one.tolist(), ((keys >> _OFFSET_BITS) & takes).tolist(), offset.tolist()


def group_numbers(groups: Sequence[Sequence[int]]) -> dict[int, int]:
    """Take id → number of its group, from 1; takes without copies are not there."""
    return {take_id: number for number, group in enumerate(groups, 1) for take_id in group}


def same_samples(one: Samples, other: Samples, offsets: Sequence[int]) -> bool:
    """Whether two takes are the same where they overlap, the other beginning at one of some samples of the one."""
    return any(_same_at(one, other, offset) for offset in offsets)


def _same_at(one: Samples, other: Samples, offset: int) -> bool:
    (first, first_g), (second, second_g) = one, other
    begin, end = max(offset, 0), min(len(first), len(second) + offset)
    shorter = min(len(first), len(second))
    if end - begin < max(min(_LEAST_SAMPLES, shorter), _LEAST_SHARE * shorter):
        return False
    first, second = first[begin:end], second[begin - offset : end - offset]
    if first_g == second_g and np.array_equal(first, second):
        whole = offset == 0 and len(one[0]) == len(other[0])
        return bool(np.count_nonzero(np.diff(first, axis=0)) >= (LEAST_OF_WHOLE if whole else _LEAST_CHANGES))
    signal = first.astype(np.float64) * first_g
    motion = float(np.sqrt(signal.var(axis=0).sum()))
    apart = float(np.sqrt(((signal - second.astype(np.float64) * second_g) ** 2).sum(axis=1).mean()))
    return motion >= _LEAST_MOTION_G and apart <= min(_ROUNDING * motion, _ROUNDING_G)


def _leader(leader: dict[int, int], take_id: int) -> int:
    while leader[take_id] != take_id:
        leader[take_id] = take_id = leader[leader[take_id]]
    return take_id


def _groups(leader: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    members: dict[int, list[int]] = defaultdict(list)
    for take_id in sorted(leader):
        members[_leader(leader, take_id)].append(take_id)
    return tuple(sorted(tuple(group) for group in members.values() if len(group) > 1))
