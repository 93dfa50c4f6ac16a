"""Who learns, who checks, who stays unseen: windows of one recording, or of one subject, never sit on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from tinylab.errors import TrainingError
from tinylab.text import ntr, tr

T = TypeVar("T")
SplitKind = Literal["auto", "subject", "recording", "given"]
_TEST_SHARE = 0.2
_VALIDATION_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Item:
    """What a split needs to know of one recording."""

    label: str  # of a recording with regions: that of the longest of them together
    subject: str
    given: str  # "", "train", "validation" or "test"
    seconds: float
    more_labels: frozenset[str] = frozenset()  # of its other regions

    @property
    def labels(self) -> frozenset[str]:
        """All it teaches."""
        return self.more_labels | {self.label}


@dataclass(frozen=True, slots=True)
class Split:
    """Indices of recordings. The three never share a group."""

    kind: str  # "subject", "recording" or "given"
    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]
    sentence: str  # for the user: who learns, who checks, who stays unseen


def make_split(items: Sequence[Item], kind: SplitKind = "auto", seed: int = 1) -> Split:
    """Divide recordings; raises TrainingError with advice where that cannot be done honestly.

    "auto" splits by subject where there are two or more, else by recording.
    """
    _check(items)
    subjects = sorted({item.subject for item in items if item.subject})
    if kind == "auto":
        kind = "subject" if len(subjects) >= 2 else "recording"
    if kind == "given":
        return _given(items, seed)
    if kind == "subject":
        return _by_subject(items, subjects, seed)
    return _by_recording(items, seed)


def _check(items: Sequence[Item]) -> None:
    labels = frozenset[str]().union(*(item.labels for item in items))
    if not items:
        raise TrainingError(tr("There is nothing to learn from."), hint=tr("Record or import something first."))
    if len(items) == 1:
        raise TrainingError(
            tr("There is only one recording, so nothing would be left to test on."),
            hint=tr("Record each label at least twice."),
        )
    if len(labels) < 2:
        only = next(iter(labels))
        raise TrainingError(
            tr("Everything is labelled “{only}”; there is nothing to tell apart.", only=only[:40]),
            hint=tr("Record a second label."),
        )


def _by_subject(items: Sequence[Item], subjects: list[str], seed: int) -> Split:
    if len(subjects) < 2:
        raise TrainingError(
            tr("A split by subject needs recordings of at least two subjects."),
            hint=tr("Record somebody else, or split by recording."),
        )
    nameless = [item for item in items if not item.subject]
    if nameless:
        raise TrainingError(
            ntr("1 recording has no subject.", "{count} recordings have no subject.", len(nameless)),
            hint=tr("Name their subjects, or split by recording."),
        )
    order = _shuffled(subjects, seed)
    test_count = max(1, round(len(order) * _TEST_SHARE))
    validation_count = max(1, round(len(order) * _VALIDATION_SHARE)) if len(order) >= 3 else 0
    test, validation = order[:test_count], order[test_count : test_count + validation_count]
    train = order[test_count + validation_count :]
    sides = [_where(items, chosen) for chosen in (train, validation, test)]
    if not sides[1]:
        sides[0], sides[1] = _hold_back(items, sides[0], seed)
    sentence = tr(
        "The network learns from {train}; {checked}; {unseen}.",
        train=_names(train),
        checked=_checked_by(validation),
        unseen=ntr("{names} stays unseen", "{names} stay unseen", len(test), names=_names(test)),
    )
    return _whole(items, "subject", sides, sentence)


def _where(items: Sequence[Item], subjects: Sequence[str]) -> list[int]:
    return [index for index, item in enumerate(items) if item.subject in subjects]


def _checked_by(validation: Sequence[str]) -> str:
    if not validation:
        return tr("some of their recordings check it")
    return ntr("{names} checks it", "{names} check it", len(validation), names=_names(validation))


def _names(subjects: Sequence[str]) -> str:
    ordered = sorted(subjects)
    if len(ordered) > 4:
        return tr("{count} subjects", count=len(ordered))
    if len(ordered) == 1:
        return ordered[0]
    return tr("{names} and {last}", names=", ".join(ordered[:-1]), last=ordered[-1])


def _by_recording(items: Sequence[Item], seed: int) -> Split:
    sides: list[list[int]] = [[], [], []]
    for members in _by_label(items).values():
        order = _shuffled(members, seed)
        test_count = max(1, round(len(order) * _TEST_SHARE)) if len(order) >= 2 else 0
        validation_count = max(1, round(len(order) * _VALIDATION_SHARE)) if len(order) >= 3 else 0
        sides[2] += order[:test_count]
        sides[1] += order[test_count : test_count + validation_count]
        sides[0] += order[test_count + validation_count :]
    if not sides[1]:
        sides[0], sides[1] = _hold_back(items, sides[0], seed)
    counts = [len(side) for side in sides]
    sentence = tr(
        "The network learns from {train} recordings; {validation} others check it; {test} stay unseen.",
        train=counts[0],
        validation=counts[1],
        test=counts[2],
    )
    return _whole(items, "recording", sides, sentence)


def _given(items: Sequence[Item], seed: int) -> Split:
    sides = [[i for i, item in enumerate(items) if item.given == name] for name in ("train", "validation", "test")]
    if not sides[0] or not sides[2]:
        raise TrainingError(
            tr("The recordings do not say which are for training and which for testing."),
            hint=tr("Fill the column split with train and test, or split by subject or by recording."),
        )
    if not sides[1]:
        sides[0], sides[1] = _hold_back(items, sides[0], seed)
    counts = [len(side) for side in sides]
    sentence = tr(
        "As chosen for each recording: {train} recordings to learn from, {validation} to check, {test} unseen.",
        train=counts[0],
        validation=counts[1],
        test=counts[2],
    )
    return _whole(items, "given", sides, sentence)


def _hold_back(items: Sequence[Item], train: list[int], seed: int) -> tuple[list[int], list[int]]:
    """Take whole recordings out of the training side for validation, one in five of each label that has two."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index in train:
        groups[items[index].label].append(index)
    held: list[int] = []
    for members in groups.values():
        order = _shuffled(members, seed)
        held += order[: max(1, round(len(order) * _VALIDATION_SHARE))] if len(order) >= 2 else []
    return [index for index in train if index not in set(held)], held


def _by_label(items: Sequence[Item]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        groups[item.label].append(index)
    return groups


def _whole(items: Sequence[Item], kind: str, sides: list[list[int]], sentence: str) -> Split:
    labels = frozenset[str]().union(*(item.labels for item in items))
    taught = frozenset[str]().union(*(items[index].labels for index in sides[0]))
    missing = sorted(labels - taught)
    if missing:
        raise TrainingError(
            tr("No recording of “{missing}” is left to learn from.", missing=missing[0][:40]),
            hint=tr("Record that label at least twice, by more than one subject where you split by subject."),
        )
    if not sides[2]:
        raise TrainingError(tr("No recording is left to test on."), hint=tr("Record each label at least twice."))
    train, validation, test = (tuple(sorted(side)) for side in sides)
    if not validation:
        sentence += " " + tr("There are too few recordings to check on, so training checks itself.")
    return Split(kind, train, validation or train, test, sentence)


def _shuffled(values: Sequence[T], seed: int) -> list[T]:
    return [values[i] for i in np.random.default_rng(seed).permutation(len(values))]
