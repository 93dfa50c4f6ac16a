"""A short comparison of networks inside the people who teach: which family, or with and without varied windows.

Whoever is tested in the end is in none of it. Each network is judged by the same few folds and seeds, and is only
called better where it is ahead by more than chance, fold by fold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from tinylab.evaluation.folds import Folds, FoldsBy
from tinylab.learning.augmentation import NONE
from tinylab.learning.menu import title_of
from tinylab.learning.plan import NetworkPlan
from tinylab.text import percent, tr
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.dataset import Prepared
from tinylab.workflow.training.folding import ask_by_folds
from tinylab.workflow.training.judging import folds_of_teachers, own_split, teachers
from tinylab.workflow.training.runs import INT8, TrainSettings

Subject = Literal["families", "variations"]
SUBJECTS: Final[tuple[Subject, ...]] = ("families", "variations")
FAMILIES: Final = ("hybrid", "cnn", "dense")
FOLDS: Final = 3
_LEAST_AHEAD: Final = 0.01
SEEDS: Final = {"families": 1, "variations": 3}
Report = Callable[[str, float], None]  # what is going on, and how much is done, 0…1


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the networks that are compared."""

    title: str
    network: NetworkPlan


@dataclass(frozen=True, slots=True)
class Row:
    """What a candidate came to: accuracies as int8 of each seed, all folds together, and of the weakest fold."""

    candidate: Candidate
    accuracies: tuple[float, ...]  # of each seed
    folds: tuple[float, ...]  # of all seeds' folds

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return float(np.mean(self.accuracies))

    @property
    def spread(self) -> float:
        """Standard deviation: over the seeds, or over the folds where there is one seed."""
        values = self.accuracies if len(self.accuracies) > 1 else self.folds
        return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0

    @property
    def words(self) -> str:
        """Its figure, beside its name."""
        spread = 100 * self.spread
        return tr("{title} {mean} ± {spread:.1f}", title=self.candidate.title, mean=percent(self.mean), spread=spread)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "title": self.candidate.title, "family": self.candidate.network.family, "mean": self.mean,
            "spread": self.spread, "worst_fold": min(self.folds), "accuracies": list(self.accuracies),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows, in the order that was asked for: the first is what the settings say now."""

    subject: Subject
    rows: tuple[Row, ...]
    protocol: str

    @property
    def best(self) -> Row:
        """The first, unless another one is ahead by more than chance, fold by fold."""
        first = self.rows[0]
        ahead = max(self.rows, key=lambda row: row.mean)
        return ahead if _ahead(ahead, first) else first

    @property
    def sentence(self) -> str:
        """What was found."""
        said = ", ".join(row.words for row in self.rows)
        return tr("{said} ({protocol}). {best} is taken.", said=said, protocol=self.protocol,
                  best=self.best.candidate.title)  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "subject": self.subject, "protocol": self.protocol, "rows": [row.to_json() for row in self.rows],
            "best": self.rows.index(self.best), "sentence": self.sentence,
        }  # fmt: skip


def _ahead(one: Row, other: Row) -> bool:
    """Whether `one` is better by a point and by more than the standard error of the difference, fold by fold.

    Both were judged by the same folds and seeds, so what is hard in a fold is hard for both and falls out of the
    difference. With one standard error a network that is no better is taken once in six times; that costs little.
    """
    if len(one.folds) != len(other.folds):
        return False
    apart = np.subtract(one.folds, other.folds)
    error = float(np.std(apart, ddof=1)) / np.sqrt(len(apart)) if len(apart) > 1 else 1.0
    return float(apart.mean()) > max(_LEAST_AHEAD, error)


def candidates(subject: Subject, network: NetworkPlan) -> list[Candidate]:
    """What is compared; the first is the network as it is set."""
    if subject == "variations":
        usual = network.augmentation if network.augmentation.does_something else NetworkPlan().augmentation
        varied = replace(network, augmentation=usual)
        found = [
            Candidate(tr("with varied windows"), varied),
            Candidate(tr("without"), replace(network, augmentation=NONE)),
        ]
        return found if network.augmentation.does_something else found[::-1]
    names = [network.family, *(name for name in FAMILIES if name != network.family)]
    return [Candidate(tr(title_of(name)), replace(network, family=name)) for name in names]


def folds_within(prepared: Prepared, settings: TrainSettings) -> Folds:
    """Folds of those who teach: by people where there are three or more, else by recording."""
    items, seed = prepared.items, settings.windows.seed
    split = own_split(items, settings)
    people = {items[index].subject for index in teachers(items, split)}
    by: FoldsBy = "subject" if len(people) >= FOLDS and "" not in people else "recording"
    return folds_of_teachers(items, split, by, FOLDS, seed)


def compare_networks(
    subject: Subject,
    prepared: Prepared,
    folds: Folds,
    worker: WorkerClient,
    network: NetworkPlan,
    seeds: int,
    report: Report,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    """Train each candidate for each fold and seed; raises CancelledError where that is wanted."""
    wanted = candidates(subject, network)
    rows = []
    total = len(wanted) * seeds
    for number, candidate in enumerate(wanted):
        accuracies: list[float] = []
        parts: list[float] = []
        for seed in range(network.seed, network.seed + seeds):
            done = number * seeds + len(accuracies)

            def hear(fold: int, count: int, epoch: object, done: int = done, title: str = candidate.title) -> None:
                if epoch is None:
                    said = tr("{title}: fold {fold} of {count}", title=title, fold=fold, count=count)
                    report(said, (done + (fold - 1) / count) / total)

            plan = replace(candidate.network, seed=seed)
            found = ask_by_folds(prepared.seen_by(plan), worker, plan, folds, hear, cancelled, baselines=False)
            accuracies.append(found.metrics[INT8].accuracy)
            parts += found.accuracies
        rows.append(Row(candidate, tuple(accuracies), tuple(parts)))
    return Comparison(subject, tuple(rows), _protocol(folds, seeds))


def _protocol(folds: Folds, seeds: int) -> str:
    who = tr("people who teach") if folds.by == "subject" else tr("recordings that teach")
    return tr("{folds} folds of the {who}, seeds: {seeds}", folds=len(folds.folds), who=who, seeds=seeds)


def taken(comparison: Comparison, settings: TrainSettings) -> TrainSettings:
    """The settings with what was the best."""
    best = comparison.best.candidate.network
    return replace(settings, network=replace(settings.network, family=best.family, augmentation=best.augmentation))
