"""Folds: everybody, or every recording, is tested once by a network that has not learned from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tinylab.errors import TrainingError
from tinylab.evaluation.splits import check_items, check_people
from tinylab.evaluation.units import Item, Unit, indices_of, shuffled, units_of
from tinylab.text import tr

FoldsBy = Literal["subject", "recording"]
EACH_ALONE: Final = 10  # up to so many people each is a fold of their own
USUAL_COUNT: Final = 5  # folds, where there are more


@dataclass(frozen=True, slots=True)
class Fold:
    """Indices of the recordings that are learned from, and of those that are tested; in order."""

    train: tuple[int, ...]
    test: tuple[int, ...]
    people: tuple[str, ...]  # who is tested; none in folds by recording


@dataclass(frozen=True, slots=True)
class Folds:
    """All folds of a project. No recording is tested twice."""

    by: FoldsBy
    folds: tuple[Fold, ...]
    untested: tuple[str, ...]  # labels that are learned in some fold and tested in none


def make_folds(items: Sequence[Item], by: FoldsBy = "subject", count: int | None = None, seed: int = 1) -> Folds:
    """Divide recordings into folds; raises TrainingError with advice where that cannot be done honestly.

    `count` None: up to EACH_ALONE people each is a fold, more people or recordings are dealt into USUAL_COUNT folds.
    Copies of a recording stay together, and so do people of whom one has a copy of the other's. A recording is not
    tested where its fold's network has not learned one of its labels: then it only learns, in the other folds.
    """
    check_items(items)
    named = by == "subject"
    units = units_of(items, range(len(items)), (lambda item: item.subject) if named else None)
    if named:
        check_people(items, units)
    usual = len(units) if named and len(units) <= EACH_ALONE else USUAL_COUNT
    dealt = _dealt(units, min(max(2, usual if count is None else count), len(units)), seed)
    folds = [_fold(items, members, named=named) for members in dealt]
    found = tuple(fold for fold in folds if fold.test)
    if not found:
        raise TrainingError(
            tr("No label was recorded twice, so nothing can be tested."),
            hint=tr("Record each label at least twice, by more than one subject where you leave people out."),
        )
    untested = _labels(items, range(len(items))) - _labels(items, (i for fold in found for i in fold.test))
    return Folds(by, found, tuple(sorted(untested)))


def _fold(items: Sequence[Item], members: Sequence[int], *, named: bool) -> Fold:
    held = set(members)
    train = tuple(index for index in range(len(items)) if index not in held)
    taught = _labels(items, train)
    test = tuple(sorted(index for index in members if items[index].labels <= taught))
    # With one label left there is nothing to tell apart: the answer would be right whatever the network does.
    test = test if len(taught) > 1 else ()
    return Fold(train, test, tuple(sorted({items[index].subject for index in test})) if named else ())


def _labels(items: Sequence[Item], members: Iterable[int]) -> frozenset[str]:
    return frozenset[str]().union(*(items[index].labels for index in members))


def _dealt(units: Sequence[Unit], count: int, seed: int) -> list[list[int]]:
    """The recordings of `count` folds, each label spread over as many of them as can be, rare labels first."""
    total = Counter(label for unit in units for label in unit.labels)
    order = sorted(shuffled(units, seed), key=lambda unit: min(total[label] for label in unit.labels))
    folds: list[list[Unit]] = [[] for _ in range(count)]
    held = [Counter[str]() for _ in range(count)]

    def crowd(number: int, unit: Unit) -> tuple[float, int]:
        """How much of the unit's labels a fold holds already, and how many recordings."""
        held_of = sum(held[number][label] / total[label] for label in unit.labels)
        return held_of, sum(len(each.members) for each in folds[number])

    for unit in order:
        chosen = min(range(count), key=lambda number: crowd(number, unit))
        folds[chosen].append(unit)
        held[chosen].update(unit.labels)
    return [indices_of(fold) for fold in folds if fold]
