"""What must stay on one side of a split: a person's takes, or a take with its copies; and who is chosen for a side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

T = TypeVar("T")
_TRIES: Final = 200  # ways to choose people that are compared


@dataclass(frozen=True, slots=True)
class Item:
    """What a split needs to know of one recording."""

    label: str  # of a recording with regions: that of the longest of them together
    subject: str
    given: str  # "", "train", "validation" or "test"
    seconds: float
    more_labels: frozenset[str] = frozenset()  # of its other regions
    copies: int = 0  # the same number for recordings with the same samples; 0: there is no copy

    @property
    def labels(self) -> frozenset[str]:
        """All it teaches."""
        return self.more_labels | {self.label}


@dataclass(frozen=True, slots=True)
class Unit:
    """Recordings that stay together."""

    name: str  # of a person; empty of a recording
    members: tuple[int, ...]
    labels: frozenset[str]


def units_of(items: Sequence[Item], members: Sequence[int], by: Callable[[Item], Hashable] | None) -> list[Unit]:
    """The units among some recordings, in order; `by` names what belongs together, beside copies.

    Where a copy of one person's recording is another's, both belong together.
    """
    leader = {index: index for index in members}

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = index = leader[leader[index]]
        return index

    first: dict[Hashable, int] = {}
    for index in members:
        keys: list[Hashable] = [("copies", items[index].copies)] if items[index].copies else []
        keys += [("by", by(items[index]))] if by is not None else []
        for key in keys:
            leader[find(index)] = find(first.setdefault(key, index))
    groups: dict[int, list[int]] = defaultdict(list)
    for index in members:
        groups[find(index)].append(index)
    return [_unit(items, group, named=by is not None) for group in groups.values()]


def _unit(items: Sequence[Item], members: list[int], *, named: bool) -> Unit:
    labels = frozenset[str]().union(*(items[index].labels for index in members))
    return Unit(items[min(members)].subject if named else "", tuple(members), labels)


def chosen_units(units: Sequence[Unit], count: int, seed: int) -> list[Unit] | None:
    """`count` units, or fewer, that leave every label to the others, and hold as many labels as can be.

    None where no unit can be spared. Among equally good choices the seed decides.
    """
    random = np.random.default_rng(seed)
    for wanted in range(min(count, len(units) - 1), 0, -1):
        tries = (_a_try(units, wanted, random) for _ in range(_TRIES))
        found = [each for each in tries if len(each) == wanted]
        if found:
            return max(found, key=lambda each: len(labels_of(each)))
    return None


def _a_try(units: Sequence[Unit], wanted: int, random: np.random.Generator) -> list[Unit]:
    """Units in a drawn order, each as long as the others still teach all that it does."""
    left = defaultdict[str, int](int)
    for unit in units:
        for label in unit.labels:
            left[label] += 1
    found: list[Unit] = []
    for number in random.permutation(len(units)):
        unit = units[number]
        if len(found) < wanted and all(left[label] > 1 for label in unit.labels):
            found.append(unit)
            for label in unit.labels:
                left[label] -= 1
    return found


def labels_of(units: Sequence[Unit]) -> frozenset[str]:
    """All that some units teach."""
    return frozenset[str]().union(*(unit.labels for unit in units))


def indices_of(units: Sequence[Unit]) -> list[int]:
    """The recordings of some units."""
    return [index for unit in units for index in unit.members]


def shuffled(values: Sequence[T], seed: int) -> list[T]:
    """The values in an order that the seed decides."""
    return [values[i] for i in np.random.default_rng(seed).permutation(len(values))]
