"""How a network is judged: by one test that is split off, or by leaving each person or recording out once.

Folds need no test of their own: everybody is tested by a network that has not learned from them. Where the takes bring
a test, or the user asks for one, it stays out of the folds, too; the folds then only say what to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinylab.evaluation.folds import Fold, Folds, FoldsBy, make_folds
from tinylab.evaluation.splits import Split, make_split
from tinylab.evaluation.units import Item
from tinylab.text import tr
from tinylab.workflow.training.dataset import Dataset, Prepared
from tinylab.workflow.training.runs import BY_FOLDS, TrainSettings


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Who teaches the network that is kept and who tests it, and by which folds it is judged besides."""

    dataset: Dataset
    folds: Folds | None

    @property
    def tested_by_folds(self) -> bool:
        """Whether its test is that of the folds."""
        return self.folds is not None and self.dataset.split.kind == BY_FOLDS


def divide(prepared: Prepared, settings: TrainSettings) -> Division:
    """As the settings ask for it; raises TrainingError with advice where that cannot be done honestly."""
    plan = settings.windows
    if settings.judged == "split":
        return Division(prepared.divided(make_split(prepared.items, plan.split, plan.seed)), None)
    by: FoldsBy = "subject" if settings.judged == "subject" else "recording"
    if plan.split == "auto" and not brings_a_test(prepared.items):
        folds = make_folds(prepared.items, by, settings.folds, plan.seed)
        everybody = Split(BY_FOLDS, tuple(range(len(prepared.items))), (), (), said_of(folds))
        return Division(prepared.divided(everybody), folds)
    split = make_split(prepared.items, plan.split, plan.seed)
    learning = tuple(sorted((*split.train, *split.validation)))
    within = make_folds([prepared.items[index] for index in learning], by, settings.folds, plan.seed)
    return Division(prepared.divided(split), _moved(within, learning))


def brings_a_test(items: Sequence[Item]) -> bool:
    """Whether the takes themselves say who is tested."""
    return {"train", "test"} <= {item.given for item in items}


def said_of(folds: Folds) -> str:
    """Who learns and who is tested, before there is a figure."""
    if folds.by == "subject":
        return tr(
            "Each of {count} groups of people is left out once and tested; the network that is kept learns from all.",
            count=len(folds.folds),
        )
    return tr(
        "Each of {count} groups of recordings is left out once and tested; the network that is kept learns from all.",
        count=len(folds.folds),
    )


def _moved(folds: Folds, members: Sequence[int]) -> Folds:
    """Folds of some recordings, with the indices that these have among all."""

    def of_all(indices: Sequence[int]) -> tuple[int, ...]:
        return tuple(members[index] for index in indices)

    return replace(folds, folds=tuple(Fold(of_all(fold.train), of_all(fold.test), fold.people) for fold in folds.folds))
