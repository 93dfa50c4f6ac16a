"""What a fact is, and what all facts are computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.evaluation.take_checks.findings import Finding

Value = bool | int | float | None  # None: not known, or not yet


@dataclass(frozen=True, slots=True)
class Found:
    """A value with what it is about."""

    value: Value
    takes: tuple[int, ...] = ()  # ids
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One named number of a project."""

    name: str
    value: Value
    unit: str
    meaning: str  # one sentence
    takes: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What facts are computed from; None for what has not been looked at yet."""

    takes: tuple[Header, ...]  # in use
    parts: Mapping[int, tuple[Part, ...]]  # what of each take counts for learning, by its id
    window_s: float = 2.0
    findings: Mapping[int, tuple[Finding, ...]] | None = None  # by take
    duplicates: tuple[tuple[int, ...], ...] | None = None  # groups of take ids
    overlaps: tuple[tuple[str, str], ...] | None = None  # pairs of labels whose windows lie among each other
    more: Mapping[str, Found] = field(default_factory=dict)  # facts that others have computed, by name

    @cached_property
    def takes_by_label(self) -> dict[str, tuple[Header, ...]]:
        """The takes that teach each label, oldest first."""
        found: dict[str, list[Header]] = defaultdict(list)
        for take in self.takes:
            for label in dict.fromkeys(part.label for part in self.parts.get(take.id, ())):
                found[label].append(take)
        return {label: tuple(takes) for label, takes in found.items()}

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that something teaches."""
        return tuple(self.takes_by_label)


@dataclass(frozen=True, slots=True)
class Definition:
    """A row of the table: what a fact is called, what it means, and how it is computed."""

    name: str
    unit: str
    meaning: str
    compute: Callable[[Known], Found]

    def of(self, known: Known) -> Fact:
        """The fact of a project."""
        found = known.more.get(self.name) or self.compute(known)
        return Fact(self.name, found.value, self.unit, self.meaning, found.takes, found.labels)
