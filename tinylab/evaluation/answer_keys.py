"""Answer keys: what is not movement and gives the label away all the same, so that a network may learn it instead.

For rate, range, sensor, frame, session and length there is a rule on it alone: the most frequent label of each value
(of all takes, for values that were not seen), and for rates and lengths also two questions about the number, one after
the other. It is judged in folds by person where every label has two people or more, else in folds by recording. It is
told where it is 20 points or more better than the best constant answer, and where chance is not to blame:

- In general that many right answers must have less than 1 chance in 100 by the constant answer (a binomial tail). With
  two labels in balance that takes 7 takes that are all told apart; fewer than 6 can never pass.
- A value that stands for a label without exception is told from 4 takes on, two of each label: rates, ranges and
  sensors are not drawn for each take as by a coin, so that the binomial tail is too careful there. This does not hold
  for questions about a number: of 4 lengths drawn at random, every third project has them in the order of two labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.errors import TrainingError
from tinylab.evaluation.folds import make_folds
from tinylab.evaluation.same_rates import merged
from tinylab.evaluation.units import Item
from tinylab.text import tr

GAIN: Final = 0.2  # over the best constant answer, from where a rule is told
CHANCE: Final = 0.01  # of so many right answers by the constant one, below which they are not luck
LEAST_TAKES: Final = 4  # that were judged, and then only where a value stands for a label without exception
_NAMED: Final = 3  # labels in a sentence
_SHOWN: Final = 40  # characters of a name
_QUESTIONS: Final = 2  # deep

Labels = Sequence[str]
Rule = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """What is known of a take beside its movement."""

    label: str  # takes without one are not judged
    subject: str = ""
    rate_hz: float = 0.0  # as measured
    range_g: float = 0.0
    sensor: str = ""
    frame: str = ""
    session: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Something that gives the label away. The accuracies are shares of the judged takes, 0…1."""

    what: str  # "rate", "range", "sensor", "frame", "session" or "length"
    accuracy: float  # of the rule on it alone, in folds
    majority: float  # of the best constant answer
    takes: int  # that were judged
    sentence: str
    hint: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "what": self.what,
            "accuracy": self.accuracy,
            "majority": self.majority,
            "takes": self.takes,
            "sentence": self.sentence,
            "hint": self.hint,
        }


def answer_keys(takes: Sequence[TakeFacts]) -> tuple[AnswerKey, ...]:
    """What gives the labels away, the clearest first; nothing where nothing does or too little is known."""
    takes = [take for take in takes if take.label]
    items = [Item(take.label, take.subject, "", take.seconds) for take in takes]
    people = {label: {take.subject for take in takes if take.label == label} for label in {t.label for t in takes}}
    apart = all(len(subjects) > 1 and "" not in subjects for subjects in people.values())
    try:
        folds = make_folds(items, "subject" if apart else "recording").folds
    except TrainingError:  # too little to judge anything by
        return ()
    sides = [(list(fold.train), list(fold.test)) for fold in folds]
    labels = [take.label for take in takes]
    found = [key for what in _KEYS if (key := _judged(what, takes, labels, sides)) is not None]
    return tuple(sorted(found, key=lambda key: key.majority - key.accuracy))


Sides = Sequence[tuple[list[int], list[int]]]


def _judged(key: _Key, takes: Sequence[TakeFacts], labels: Labels, sides: Sides) -> AnswerKey | None:
    values = key.values(takes)
    truth = [labels[i] for _, test in sides for i in test]
    constant = max(
        max(Counter(truth).values()) / len(truth), _share(_answers(_most_frequent, values, labels, sides), truth)
    )
    by_value = _share(_answers(_by_value, values, labels, sides), truth)
    by_size = _share(_answers(_by_size, values, labels, sides), truth) if key.is_number else 0.0
    accuracy = max(by_value, by_size)
    exact = by_value == 1.0 and len(truth) >= LEAST_TAKES
    if accuracy < constant + GAIN or not (exact or _chance(accuracy, len(truth), constant) < CHANCE):
        return None
    named = _named(key, values, labels)
    sentence = key.sentence(rule=round(accuracy * 100), majority=round(constant * 100), labels=named)
    return AnswerKey(key.what, accuracy, constant, len(truth), sentence, key.hint())


def _share(answers: Labels, truth: Labels) -> float:
    return sum(answer == true for answer, true in zip(answers, truth, strict=True)) / len(truth)


def _chance(accuracy: float, takes: int, constant: float) -> float:
    """How likely so many right answers are where each is right with the chance `constant`."""
    from scipy.special import bdtrc  # the binomial tail, more than k of n; quicker to import than scipy.stats

    return float(bdtrc(round(accuracy * takes) - 1, takes, constant))


# --- rules ----------------------------------------------------------------------------------------------


def _answers(
    fit: Callable[[Sequence[Any], Labels], Rule], values: Sequence[Any], labels: Labels, sides: Sides
) -> list[str]:
    """What a rule says to the takes of each fold, after having seen the others."""
    found: list[str] = []
    for train, test in sides:
        rule = fit([values[i] for i in train], [labels[i] for i in train])
        found += [rule(values[i]) for i in test]
    return found


def _usual(labels: Labels) -> str:
    """The most frequent label; of equally frequent ones the first by name."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def _most_frequent(_values: Sequence[Any], labels: Labels) -> Rule:
    usual = _usual(labels)
    return lambda _value: usual


def _by_value(values: Sequence[Hashable], labels: Labels) -> Rule:
    of_value: dict[Hashable, list[str]] = {}
    for value, label in zip(values, labels, strict=True):
        of_value.setdefault(value, []).append(label)
    table, usual = {value: _usual(found) for value, found in of_value.items()}, _usual(labels)
    return lambda value: table.get(value, usual)


def _by_size(values: Sequence[float], labels: Labels) -> Rule:
    names = sorted(set(labels))
    order = np.argsort(np.asarray(values), kind="stable")
    classes = np.asarray([names.index(label) for label in labels])[order]
    cuts, answers = _asked(np.asarray(values, dtype=np.float64)[order], classes, len(names), _QUESTIONS)
    return lambda value: names[answers[int(np.searchsorted(cuts, value))]]


def _asked(
    values: npt.NDArray[np.float64], classes: npt.NDArray[np.intp], count: int, questions: int
) -> tuple[list[float], list[int]]:
    """A decision tree on one number: (cuts, upwards; the class between them); `values` in order.

    A cut lies in the middle of two values, where most takes are answered rightly by the majorities of both sides; at
    least two takes lie on either side. Of equally good ones the purer sides decide (the sum of squared counts).
    """
    ones = np.eye(count)[classes]
    below = ones.cumsum(axis=0)[:-1]
    above = ones.sum(axis=0) - below
    size = np.arange(1, len(values))
    may = (np.diff(values) > 0) & (size >= 2) & (len(values) - size >= 2)
    if not questions or not may.any():
        return [], [int(ones.sum(axis=0).argmax())]
    right = below.max(axis=1) + above.max(axis=1)
    purity = (below**2).sum(axis=1) / size + (above**2).sum(axis=1) / (len(values) - size)
    at = int(np.where(may, right + purity / (len(values) + 1), -1).argmax()) + 1
    low_cuts, low = _asked(values[:at], classes[:at], count, questions - 1)
    high_cuts, high = _asked(values[at:], classes[at:], count, questions - 1)
    return [*low_cuts, float(values[at - 1 : at + 1].mean()), *high_cuts], [*low, *high]


# --- in words -------------------------------------------------------------------------------------------


def _named(key: _Key, values: Sequence[Any], labels: Labels) -> str:
    """The usual value of each label: “A” at 26 Hz, “B” at 50 Hz; the most frequent labels first."""
    order = sorted(set(labels), key=lambda label: (-labels.count(label), label))
    found = []
    for label in order[:_NAMED]:
        own = [value for value, of in zip(values, labels, strict=True) if of == label]
        usual = float(np.median(own)) if key.what == "length" else Counter(own).most_common(1)[0][0]
        found.append(key.said(label[:_SHOWN], usual))
    named = ", ".join(found)
    return tr("{names} and so on", names=named) if len(order) > _NAMED else named


def _shown(value: str) -> str:
    return tr("“{name}”", name=value[:_SHOWN]) if value else tr("unknown")


@dataclass(frozen=True, slots=True)
class _Key:
    what: str
    values: Callable[[Sequence[TakeFacts]], list[Any]]  # of each take
    said: Callable[[str, Any], str]  # what a label has
    sentence: Callable[..., str]
    hint: Callable[[], str]
    is_number: bool = False  # so that questions may be asked about it


_KEYS: Final = (
    _Key(
        "rate",
        lambda takes: merged([take.rate_hz for take in takes]),
        lambda label, hz: tr("“{label}” at {hz} Hz", label=label, hz=f"{hz:.3g}"),
        lambda **found: tr(
            "The rate alone tells the labels apart ({rule} % against {majority} %): {labels}. The network may learn "
            "that and not the movement.",
            **found,
        ),
        lambda: tr("Record every label at the same rate, or each at all of them."),
        is_number=True,
    ),
    _Key(
        "range",
        lambda takes: [take.range_g for take in takes],
        lambda label, g: (
            tr("“{label}” at ±{g:g} g", label=label, g=g) if g else tr("“{label}” at an unknown range", label=label)
        ),
        lambda **found: tr(
            "The range alone tells the labels apart ({rule} % against {majority} %): {labels}. The network may learn "
            "that and not the movement.",
            **found,
        ),
        lambda: tr("Record every label with the same range, or each with all of them."),
    ),
    _Key(
        "sensor",
        lambda takes: [take.sensor for take in takes],
        lambda label, name: tr("“{label}” with {sensor}", label=label, sensor=_shown(name)),
        lambda **found: tr(
            "The sensor alone tells the labels apart ({rule} % against {majority} %): {labels}. The network may learn "
            "that and not the movement.",
            **found,
        ),
        lambda: tr("Record every label with the same sensor, or each with all of them."),
    ),
    _Key(
        "frame",
        lambda takes: [take.frame for take in takes],
        lambda label, name: tr("“{label}” in {frame}", label=label, frame=_shown(name)),
        lambda **found: tr(
            "The axes' directions alone tell the labels apart ({rule} % against {majority} %): {labels}. The network "
            "may learn that and not the movement.",
            **found,
        ),
        lambda: tr("Say for every take how the sensor's axes lie, or record every label with the same board."),
    ),
    _Key(
        "session",
        lambda takes: [take.session for take in takes],
        lambda label, name: tr("“{label}” in session {session}", label=label, session=_shown(name)),
        lambda **found: tr(
            "The session alone tells the labels apart ({rule} % against {majority} %): {labels}. The network may learn "
            "how the board sat that day and not the movement.",
            **found,
        ),
        lambda: tr("Record every label in each session."),
    ),
    _Key(
        "length",
        lambda takes: merged([take.seconds for take in takes]),
        lambda label, seconds: tr("“{label}” about {seconds} s", label=label, seconds=f"{seconds:.2g}"),
        lambda **found: tr(
            "The length of a take alone tells the labels apart ({rule} % against {majority} %): {labels}. Where takes "
            "are shorter than a window, the network may learn that and not the movement.",
            **found,
        ),
        lambda: tr("Record every label for about the same time, or choose a window that is shorter than all takes."),
        is_number=True,
    ),
)
