"""Who is in training, validation and test: shown before anything is trained, and changed by moving takes or people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tinylab.data.editing.take_edits import SetSplit
from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.errors import TinyLabError
from tinylab.evaluation.duplicates.groups import group_numbers
from tinylab.evaluation.splits import Split
from tinylab.text import tr
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.dataset import item_of
from tinylab.workflow.training.judging import own_split
from tinylab.workflow.training.trainer import Trainer

SIDES: Final = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of the split."""

    name: str  # one of SIDES
    takes: tuple[Header, ...]
    people: tuple[str, ...]
    takes_by_label: dict[str, int]  # of every label of the project, 0 where it has none here
    seconds: float

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels that have no take on this side."""
        return tuple(label for label, count in self.takes_by_label.items() if not count)


@dataclass(frozen=True, slots=True)
class SplitView:
    """All three sides and the reason; where no split can be made, no sides and why."""

    kind: str  # "subject", "recording" or "given"; empty where there is none
    sides: tuple[SideView, ...]
    sentence: str
    hint: str = ""


class SplitSides:
    """What the next run would divide. Belongs to the owning thread; computed from headers alone, when it is asked."""

    def __init__(
        self, document: Document, trainer: Trainer, copies: Callable[[], tuple[tuple[int, ...], ...]] = tuple
    ) -> None:
        """`copies`: groups of takes that hold the same samples, as far as is known."""
        self._document, self._trainer, self._copies = document, trainer, copies

    @property
    def view(self) -> SplitView:
        """The split as the settings of Train ask for it."""
        takes, parts = self._teaching()
        try:
            copies = group_numbers(self._copies())
            items = [item_of(take, parts[take.id], copies.get(take.id, 0)) for take in takes]
            split = own_split(items, self._trainer.settings)
        except TinyLabError as error:
            return SplitView("", (), error.message, error.hint)
        if split is None:
            said = tr("Everybody teaches, and is left out once and tested.")
            return SplitView("", (), said, tr("On Train choose one test to see who stays unseen."))
        labels = [
            label for label in self._document.labels if any(p.label == label for ps in parts.values() for p in ps)
        ]
        sides = tuple(_side(name, takes, rows, parts, labels) for name, rows in _rows(split))
        return SplitView(split.kind, sides, split.sentence)

    def move_takes(self, take_ids: Sequence[int], side: str) -> bool:
        """Put takes on a side. The split becomes a given one, with all other takes where they are now."""
        if not self._pin():
            return False
        return self._document.do(SetSplit(tuple(take_ids), side))

    def move_person(self, subject: str, side: str) -> bool:
        """Put all takes of somebody on a side, so that nobody is on two."""
        ids = tuple(take.id for take in self._document.takes if take.subject == subject)
        return bool(ids) and self.move_takes(ids, side)

    @property
    def given(self) -> bool:
        """Whether the takes themselves say on which side they are."""
        return self._trainer.settings.windows.split == "given" or self.view.kind == "given"

    def divide_again(self) -> None:
        """Forget what was chosen for each take: by people where there are two, else by takes."""
        chosen = tuple(take.id for take in self._document.takes if take.split)
        if chosen and not self._document.do(SetSplit(chosen, "")):
            return
        settings = self._trainer.settings
        self._trainer.set_settings(replace(settings, windows=replace(settings.windows, split="auto")))

    def _pin(self) -> bool:
        """Write down on which side each take is, so that moving one moves no other; False where that failed."""
        settings = self._trainer.settings
        if settings.windows.split == "given":
            return True
        for side in self.view.sides:
            ids = tuple(take.id for take in side.takes if take.split != side.name)
            if ids and not self._document.do(SetSplit(ids, side.name)):
                return False
        self._trainer.set_settings(replace(settings, windows=replace(settings.windows, split="given")))
        return self._trainer.settings.windows.split == "given"

    def _teaching(self) -> tuple[list[Header], dict[int, tuple[Part, ...]]]:
        """The takes that teach anything, and what each teaches."""
        parts: dict[int, tuple[Part, ...]] = {}
        for take, part in self._document.parts:
            parts[take.id] = (*parts.get(take.id, ()), part)
        return [take for take in self._document.takes if take.id in parts], parts


def two_sided(view: SplitView) -> str:
    """A warning where somebody is on both sides of training and test; empty where nobody is."""
    people = {side.name: set(side.people) for side in view.sides}
    both = sorted(people.get("train", set()) & people.get("test", set()))
    if not both or view.kind == "subject":
        return ""
    return tr("{name} is in training and in test: unseen people may do worse than the test says.", name=both[0][:40])


def _rows(split: Split) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return (("train", split.train), ("validation", split.validation), ("test", split.test))


def _side(
    name: str,
    takes: Sequence[Header],
    rows: Sequence[int],
    parts: dict[int, tuple[Part, ...]],
    labels: Sequence[str],
) -> SideView:
    chosen = tuple(takes[row] for row in rows)
    counts = Counter(label for take in chosen for label in {part.label for part in parts[take.id]})
    people = tuple(sorted({take.subject for take in chosen if take.subject}))
    return SideView(name, chosen, people, {label: counts[label] for label in labels}, sum(t.seconds for t in chosen))
