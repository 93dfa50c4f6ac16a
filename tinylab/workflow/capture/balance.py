"""How much there is of each class and person, and what is missing for a balanced set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """Takes, or regions of takes, by label and subject; labels and subjects without any count, too."""

    labels: tuple[str, ...]
    subjects: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]  # (label, subject) → how many

    def of_label(self, label: str) -> int:
        """How many a label has."""
        return sum(count for (name, _), count in self.counts.items() if name == label)

    def of_subject(self, subject: str) -> int:
        """How many a subject has."""
        return sum(count for (_, name), count in self.counts.items() if name == subject)

    @property
    def target(self) -> int:
        """What each label should have: as many as the one with the most."""
        return max((self.of_label(label) for label in self.labels), default=0)

    def missing(self, label: str) -> int:
        """How many a label lacks."""
        return self.target - self.of_label(label)

    def share(self, label: str, subject: str) -> float:
        """How much of an even share a subject has of a label, 0…1: what the one with the most has of it is 1."""
        most = max((self.counts.get((label, name), 0) for name in self.subjects), default=0)
        return self.counts.get((label, subject), 0) / most if most else 0.0

    @property
    def next_wanted(self) -> tuple[str, str] | None:
        """(label, subject) of which there is least; None where everything is even. No subject where none is known."""
        people = self.subjects or ("",)
        pairs = [(self.counts.get((label, who), 0), label, who) for label in self.labels for who in people]
        if not pairs or len({count for count, _, _ in pairs}) == 1:
            return None
        least = min(pairs, key=lambda pair: pair[0])
        return least[1], least[2]
