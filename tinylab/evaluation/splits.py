"""Who learns, who checks, who stays unseen: windows of one recording never sit on both sides, whatever the split.

Nor do copies of a recording, nor, by subject, anybody's recordings. A label that one person or one recording alone
teaches is learned and said to be untested; it does not keep the others from being tested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tinylab.errors import TrainingError
from tinylab.evaluation.units import Item, Unit, chosen_units, indices_of, shuffled, units_of
from tinylab.text import ntr, tr

SplitKind = Literal["auto", "subject", "recording", "given"]
_TEST_SHARE = 0.2
_VALIDATION_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Split:
    """Indices of recordings. The three never share a recording, nor copies of one."""

    kind: str  # "subject", "recording" or "given"
    train: tuple[int, ...]
    validation: tuple[int, ...]  # none where there are too few
    test: tuple[int, ...]
    sentence: str  # for the user: who learns, who checks, who stays unseen
    untested: tuple[str, ...] = ()  # labels that are learned and not tested
    left_out: tuple[str, ...] = ()  # labels that nothing is left to learn from


def make_split(items: Sequence[Item], kind: SplitKind = "auto", seed: int = 1) -> Split:
    """Divide recordings; raises TrainingError with advice where that cannot be done honestly.

    "auto" takes the split that the recordings bring, else splits by subject where two or more can be told apart, else
    by recording.
    """
    check_items(items)
    if kind == "auto":
        return _auto(items, seed)
    if kind == "given":
        return _given(items, seed)
    return _by_subject(items, seed) if kind == "subject" else _by_recording(items, seed)


def _auto(items: Sequence[Item], seed: int) -> Split:
    if {"train", "test"} <= {item.given for item in items}:
        return _given(items, seed)
    if len({item.subject for item in items if item.subject}) < 2:
        return _by_recording(items, seed)
    try:
        return _by_subject(items, seed)
    except TrainingError as error:
        return _by_recording(items, seed, because=error.message)


def check_items(items: Sequence[Item]) -> None:
    """Raise TrainingError with advice where there are not two recordings of two labels in all."""
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


# --- by subject -----------------------------------------------------------------------------------------


def _by_subject(items: Sequence[Item], seed: int) -> Split:
    people = units_of(items, range(len(items)), lambda item: item.subject)
    check_people(items, people)
    test = chosen_units(people, _share_of(people, _TEST_SHARE), seed)
    if test is None:
        raise TrainingError(
            tr("Each of the subjects is the only one of a label, so none of them can stay unseen."),
            hint=tr("Record every label by two subjects or more, or split by recording."),
        )
    learning = [unit for unit in people if unit not in test]
    checking = chosen_units(learning, _share_of(people, _VALIDATION_SHARE), seed) if len(people) >= 3 else None
    train = [unit for unit in learning if unit not in (checking or [])]
    sides = [indices_of(train), indices_of(checking or []), indices_of(test)]
    if not sides[1]:
        sides[0], sides[1] = _held_back(items, sides[0], seed)
    checked = _checked_by(checking) if checking else tr("some of their recordings check it") if sides[1] else ""
    sentence = tr(
        "The network learns from {train}; {checked}; {unseen}.",
        train=_names(train),
        checked=checked or tr("there are too few recordings to check on"),
        unseen=ntr("{names} stays unseen", "{names} stay unseen", len(test), names=_names(test)),
    )
    return _whole(items, "subject", sides, sentence)


def check_people(items: Sequence[Item], people: Sequence[Unit]) -> None:
    """Raise TrainingError with advice where `people` are not two or more, or where a recording is nobody's."""
    if len(people) < 2:
        raise TrainingError(
            tr("A split by subject needs recordings of at least two subjects."),
            hint=tr("Record somebody else, or split by recording."),
        )
    nameless = sum(not item.subject for item in items)
    if nameless:
        raise TrainingError(
            ntr("1 recording has no subject.", "{count} recordings have no subject.", nameless),
            hint=tr("Name their subjects, or split by recording."),
        )


def _share_of(units: Sequence[Unit], share: float) -> int:
    return max(1, round(len(units) * share))


def _checked_by(validation: Sequence[Unit]) -> str:
    return ntr("{names} checks it", "{names} check it", len(validation), names=_names(validation))


def _names(people: Sequence[Unit]) -> str:
    ordered = sorted(unit.name for unit in people)
    if len(ordered) > 4:
        return tr("{count} subjects", count=len(ordered))
    if len(ordered) == 1:
        return ordered[0]
    return tr("{names} and {last}", names=", ".join(ordered[:-1]), last=ordered[-1])


# --- by recording, and as the recordings say ------------------------------------------------------------


def _by_recording(items: Sequence[Item], seed: int, because: str = "") -> Split:
    everything = units_of(items, range(len(items)), None)
    test = _some_of_each_label(items, everything, _TEST_SHARE, seed)
    rest = [unit for unit in everything if unit not in test]
    validation = _some_of_each_label(items, rest, _VALIDATION_SHARE / (1 - _TEST_SHARE), seed)
    train = [unit for unit in rest if unit not in validation]
    sides = [indices_of(units) for units in (train, validation, test)]
    counts = [len(side) for side in sides]
    sentence = tr(
        "The network learns from {train} recordings; {validation} others check it; {test} stay unseen.",
        train=counts[0],
        validation=counts[1],
        test=counts[2],
    )
    if because:
        sentence = tr("Not by subject: {because} {sentence}", because=because, sentence=sentence)
    return _whole(items, "recording", sides, sentence)


def _some_of_each_label(items: Sequence[Item], units: Sequence[Unit], share: float, seed: int) -> list[Unit]:
    """A share of each label's units, one at least, none of a label that has only one."""
    by_label: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_label[items[unit.members[0]].label].append(unit)
    found: list[Unit] = []
    for members in by_label.values():
        order = shuffled(members, seed)
        found += order[: max(1, round(len(order) * share))] if len(order) >= 2 else []
    return found


def _given(items: Sequence[Item], seed: int) -> Split:
    sides = [[i for i, item in enumerate(items) if item.given == name] for name in ("train", "validation", "test")]
    if not sides[0] or not sides[2]:
        raise TrainingError(
            tr("The recordings do not say which are for training and which for testing."),
            hint=tr("Fill the column split with train and test, or split by subject or by recording."),
        )
    if not sides[1]:
        sides[0], sides[1] = _held_back(items, sides[0], seed)
    counts = [len(side) for side in sides]
    sentence = tr(
        "As chosen for each recording: {train} recordings to learn from, {validation} to check, {test} unseen.",
        train=counts[0],
        validation=counts[1],
        test=counts[2],
    )
    return _whole(items, "given", sides, sentence)


def _held_back(items: Sequence[Item], train: list[int], seed: int) -> tuple[list[int], list[int]]:
    """Take whole recordings out of the training side for validation, one in five of each label that has two.

    Where there are several people, somebody's recordings go together if the others can spare them.
    """
    people = units_of(items, train, lambda item: item.subject or object())
    named = len({items[index].subject for index in train if items[index].subject}) > 1
    chosen = chosen_units(people, _share_of(people, _VALIDATION_SHARE), seed) if named else None
    if chosen is None:
        chosen = _some_of_each_label(items, units_of(items, train, None), _VALIDATION_SHARE, seed)
    held = set(indices_of(chosen))
    return [index for index in train if index not in held], sorted(held)


# --- what holds for all ---------------------------------------------------------------------------------


def _whole(items: Sequence[Item], kind: str, sides: list[list[int]], sentence: str) -> Split:
    every = _labels(items, range(len(items)))
    taught = _labels(items, [*sides[0], *sides[1]])
    if len(taught) < 2:
        raise TrainingError(
            tr("Fewer than two labels are left to learn from."),
            hint=tr("Record each label at least twice, by more than one subject where you split by subject."),
        )
    if not sides[2]:
        raise TrainingError(tr("No recording is left to test on."), hint=tr("Record each label at least twice."))
    left_out = tuple(sorted(every - taught))
    untested = tuple(sorted(taught - _labels(items, sides[2])))
    sentence = " ".join([sentence, *_said_of(untested, left_out, [] if sides[1] else [""])])
    train, validation, test = (tuple(sorted(side)) for side in sides)
    return Split(kind, train, validation, test, sentence, untested, left_out)


def _labels(items: Sequence[Item], members: Iterable[int]) -> frozenset[str]:
    return frozenset[str]().union(*(items[index].labels for index in members))


def _said_of(untested: Sequence[str], left_out: Sequence[str], unchecked: Sequence[str]) -> list[str]:
    """Sentences about what cannot be tested, learned or checked."""
    found = []
    if untested:
        names = ", ".join(f"“{label[:40]}”" for label in untested[:4])
        found.append(
            ntr(
                "{names} is learned and not tested: it has too few recordings or people.",
                "{names} are learned and not tested: they have too few recordings or people.",
                len(untested),
                names=names,
            )
        )
    if left_out:
        names = ", ".join(f"“{label[:40]}”" for label in left_out[:4])
        found.append(tr("Nothing is left to learn {names} from, so it is left out.", names=names))
    if unchecked:
        found.append(tr("There are too few recordings to check on."))
    return found
