"""Who learns, who checks, who stays unseen: windows of one recording, or of one subject, never sit on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from tinylab.errors import TrainingError

T = TypeVar("T")
SplitKind = Literal["auto", "subject", "recording", "given"]
_TEST_SHARE = 0.2
_VALIDATION_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Item:
    """What a split needs to know of one recording."""

    label: str
    subject: str
    given: str  # "", "train", "validation" or "test"
    seconds: float


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
    labels = {item.label for item in items}
    if not items:
        raise TrainingError("There is nothing to learn from.", hint="Record or import something first.")
    if len(items) == 1:
        raise TrainingError(
            "There is only one recording, so nothing would be left to test on.",
            hint="Record each label at least twice.",
        )
    if len(labels) < 2:
        only = next(iter(labels))
        raise TrainingError(
            f"Everything is labelled “{only[:40]}”; there is nothing to tell apart.", hint="Record a second label."
        )


def _by_subject(items: Sequence[Item], subjects: list[str], seed: int) -> Split:
    if len(subjects) < 2:
        raise TrainingError(
            "A split by subject needs recordings of at least two subjects.",
            hint="Record somebody else, or split by recording.",
        )
    nameless = [item for item in items if not item.subject]
    if nameless:
        raise TrainingError(
            f"{len(nameless)} recordings have no subject.", hint="Name their subjects, or split by recording."
        )
    order = _shuffled(subjects, seed)
    test_count = max(1, round(len(order) * _TEST_SHARE))
    validation_count = max(1, round(len(order) * _VALIDATION_SHARE)) if len(order) >= 3 else 0
    test, validation = order[:test_count], order[test_count : test_count + validation_count]
    train = order[test_count + validation_count :]
    sides = [_where(items, chosen) for chosen in (train, validation, test)]
    if not sides[1]:
        sides[0], sides[1] = _hold_back(items, sides[0], seed)
    sentence = f"The network learns from {_words(train)}; {_checker(validation)}; {_words(test)} {_stay(test)} unseen."
    return _whole(items, "subject", sides, sentence)


def _where(items: Sequence[Item], subjects: Sequence[str]) -> list[int]:
    return [index for index, item in enumerate(items) if item.subject in subjects]


def _checker(validation: Sequence[str]) -> str:
    if not validation:
        return "some of their recordings check it"
    return f"{_words(validation)} {'checks' if len(validation) == 1 else 'check'} it"


def _stay(test: Sequence[str]) -> str:
    return "stays" if len(test) == 1 else "stay"


def _words(names: Sequence[str]) -> str:
    ordered = sorted(names)
    if len(ordered) > 4:
        return f"{len(ordered)} subjects"
    return ordered[0] if len(ordered) == 1 else f"{', '.join(ordered[:-1])} and {ordered[-1]}"


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
    sentence = f"The network learns from {counts[0]} recordings; {counts[1]} others check it; {counts[2]} stay unseen."
    return _whole(items, "recording", sides, sentence)


def _given(items: Sequence[Item], seed: int) -> Split:
    sides = [[i for i, item in enumerate(items) if item.given == name] for name in ("train", "validation", "test")]
    if not sides[0] or not sides[2]:
        raise TrainingError(
            "The recordings do not say which are for training and which for testing.",
            hint="Fill the column split with train and test, or split by subject or by recording.",
        )
    if not sides[1]:
        sides[0], sides[1] = _hold_back(items, sides[0], seed)
    counts = [len(side) for side in sides]
    sentence = f"As the import says: {counts[0]} recordings to learn from, {counts[1]} to check, {counts[2]} unseen."
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
    labels = {item.label for item in items}
    taught = {items[index].label for index in sides[0]}
    missing = sorted(labels - taught)
    if missing:
        raise TrainingError(
            f"No recording of “{missing[0][:40]}” is left to learn from.",
            hint="Record that label at least twice, by more than one subject where you split by subject.",
        )
    if not sides[2]:
        raise TrainingError("No recording is left to test on.", hint="Record each label at least twice.")
    train, validation, test = (tuple(sorted(side)) for side in sides)
    if not validation:
        sentence += " There are too few recordings to check on, so training checks itself."
    return Split(kind, train, validation or train, test, sentence)


def _shuffled(values: Sequence[T], seed: int) -> list[T]:
    return [values[i] for i in np.random.default_rng(seed).permutation(len(values))]
