"""A table of baselines beside a network: the same windows, the same split, and whether one of them is as good."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.evaluation.baseline import Task, few_windows, names_of, numbers_of
from tinylab.evaluation.intervals import AccuracyInterval, accuracy_interval
from tinylab.evaluation.metrics import Classes, measure
from tinylab.text import percent, tr

MOST_BEHIND: Final = 0.05  # of an accuracy: with few tests intervals are wide, and 70 % is not as good as 90 %
Windows = npt.NDArray[np.int16]  # raw counts, shape (windows, samples, 3)


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """How one baseline fares on the test windows."""

    name: str
    title: str
    accuracy: float
    macro_f1: float
    interval: AccuracyInterval | None
    words: str  # what it does
    why_not: str  # why it cannot be put on a board; empty where it can

    @property
    def deployable(self) -> bool:
        """Whether it can be put on a board."""
        return not self.why_not

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "title": self.title,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "interval": None if self.interval is None else asdict(self.interval),
            "words": self.words,
            "why_not": self.why_not,
            "deployable": self.deployable,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> BaselineRow:
        """What `to_json` was called on; raises KeyError, TypeError or ValueError where it cannot be one."""
        interval = None if plain["interval"] is None else AccuracyInterval(**plain["interval"])
        return cls(
            str(plain["name"]), str(plain["title"]), float(plain["accuracy"]), float(plain["macro_f1"]), interval,
            str(plain["words"]), str(plain["why_not"]),
        )  # fmt: skip


@lru_cache(maxsize=1)
def baselines() -> dict[str, ModuleType]:
    """Every baseline by its name, the simplest first."""
    folder = Path(__file__).parent / "baselines"
    names = [info.name for info in pkgutil.iter_modules([str(folder)])]
    modules = [import_module(f"tinylab.evaluation.baselines.{name}") for name in names]
    return {module.NAME: module for module in sorted(modules, key=lambda module: int(module.ORDER))}


def compare(
    train_windows: Windows,
    train_classes: Classes,
    test_windows: Windows,
    test_classes: Classes,
    test_take_ids: npt.NDArray[np.int64],
    people: Mapping[int, str],
    labels: Sequence[str],
    g_per_count: float,
    rate_hz: float,
    *,
    names: Iterable[str] = (),
    seed: int = 1,
) -> tuple[BaselineRow, ...]:
    """Let every baseline (or those of `names`) learn and answer; the simplest first, none without windows.

    `test_take_ids`, shape (test windows,): the take each was cut from; `people`: who performed a take. Both sides hold
    windows of the same length, rate and counts. Where one class alone is learned only the majority is there.
    """
    part = Part(train_windows, train_classes, test_windows, test_classes, test_take_ids)
    return compare_parts([part], people, labels, g_per_count, rate_hz, names=names, seed=seed)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One test, or a fold: who teaches and who is asked."""

    train_windows: Windows
    train_classes: Classes
    test_windows: Windows
    test_classes: Classes
    test_take_ids: npt.NDArray[np.int64]  # shape (test windows,), the take each was cut from


def compare_parts(
    parts: Sequence[Part],
    people: Mapping[int, str],
    labels: Sequence[str],
    g_per_count: float,
    rate_hz: float,
    *,
    names: Iterable[str] = (),
    seed: int = 1,
) -> tuple[BaselineRow, ...]:
    """`compare` by folds: every baseline learns each part anew, and its figure is that of all answers together.

    Its words are those of the first part.
    """
    parts = [part for part in parts if len(part.train_windows) and len(part.test_windows)]
    if not parts:
        return ()
    wanted = set(names) or set(baselines())
    if any(len(np.unique(part.train_classes)) < 2 for part in parts):
        wanted &= {"majority"}
    task = Task(labels, names_of(), g_per_count, rate_hz, parts[0].train_windows.shape[1], seed)
    numbers = [(numbers_of(part.train_windows), numbers_of(part.test_windows)) for part in parts]
    truth = np.concatenate([part.test_classes for part in parts])
    take_ids = np.concatenate([part.test_take_ids for part in parts])
    found = []
    for name, module in baselines().items():
        if name not in wanted:
            continue
        with few_windows():
            fitted = [
                module.fit(taught, part.train_classes, task) for part, (taught, _) in zip(parts, numbers, strict=True)
            ]
            answers = np.concatenate([fit.predict(asked) for fit, (_, asked) in zip(fitted, numbers, strict=True)])
        figures = measure(truth, answers, labels, 0)
        interval = accuracy_interval(answers == truth, take_ids, people)
        first = fitted[0]
        found.append(
            BaselineRow(name, module.TITLE, figures.accuracy, figures.macro_f1, interval, first.words, first.why_not)
        )
    return tuple(found)


def simpler_than(name: str, rows: Sequence[BaselineRow]) -> tuple[BaselineRow, ...]:
    """The rows that are simpler than a baseline; all where `name` is none."""
    own = next((place for place, row in enumerate(rows) if row.name == name), len(rows))
    return tuple(rows[:own])


def best_simple(rows: Sequence[BaselineRow]) -> BaselineRow | None:
    """The most accurate row; of equally accurate ones the first that can be put on a board, else the simplest.

    It is the best of several on the test windows themselves, so its figure is a little too good. The comparison errs on
    the side of what is simple.
    """
    return max(rows, key=lambda row: (row.accuracy, row.deployable), default=None)


def as_good(row: BaselineRow, accuracy: float, interval: AccuracyInterval | None) -> bool:
    """Whether a baseline is as good as a network of that accuracy on the same windows.

    It is where it is better, or behind by no more than half the width of the narrower of the two intervals and by no
    more than MOST_BEHIND. Without an interval it has to be at least equal.
    """
    known = [each for each in (row.interval, interval) if each is not None]
    allowed = min((each.high - each.low) / 2 for each in known) if len(known) == 2 else 0.0
    return row.accuracy >= accuracy - min(allowed, MOST_BEHIND)


def simple_sentence(rows: Sequence[BaselineRow], accuracy: float, interval: AccuracyInterval | None = None) -> str:
    """“A random forest on simple features is as good: 83.6 % against 81.0 %.”; empty where none is.

    `accuracy` and `interval` are the network's. What is named is `best_simple`.
    """
    best = best_simple(rows)
    if best is None or not as_good(best, accuracy, interval):
        return ""
    return _said(best, accuracy)


def _said(row: BaselineRow, accuracy: float) -> str:
    own, network = percent(row.accuracy), percent(accuracy)
    if row.name == "majority":
        return tr("Always the most frequent label is as good: {own} against {network}.", own=own, network=network)
    if row.name == "threshold_rule":
        return tr("A rule on one feature is as good: {own} against {network} ({words}).",
                  own=own, network=network, words=row.words)  # fmt: skip
    return tr(
        "{title} on simple features is as good: {own} against {network}.", title=row.title, own=own, network=network
    )
