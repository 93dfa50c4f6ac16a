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
    split = own_split(prepared.items, settings)
    if settings.judged == "split":
        assert split is not None, "without folds somebody is split off"
        return Division(prepared.divided(split), None)
    folds = folds_of_teachers(prepared.items, split, settings.judged, settings.folds, settings.windows.seed)
    if split is None:
        split = Split(BY_FOLDS, tuple(range(len(prepared.items))), (), (), said_of(folds))
    return Division(prepared.divided(split), folds)


def own_split(items: Sequence[Item], settings: TrainSettings) -> Split | None:
    """Who is split off to test; None where everybody teaches and folds alone judge. Raises TrainingError."""
    plan = settings.windows
    brings_a_test = {"train", "test"} <= {item.given for item in items}
    if settings.judged != "split" and plan.split == "auto" and not brings_a_test:
        return None
    return make_split(items, plan.split, plan.seed)


def teachers(items: Sequence[Item], split: Split | None) -> tuple[int, ...]:
    """The indices of all who are not split off to test."""
    return tuple(range(len(items))) if split is None else tuple(sorted((*split.train, *split.validation)))


def folds_of_teachers(items: Sequence[Item], split: Split | None, by: FoldsBy, count: int | None, seed: int) -> Folds:
    """Folds of those who are not split off to test."""
    members = teachers(items, split)
    return _moved(make_folds([items[index] for index in members], by, count, seed), members)


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
