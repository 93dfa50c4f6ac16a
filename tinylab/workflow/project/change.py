"""What of a project has changed, so that a list touches the rows that changed and no others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ChangeKind(Enum):
    """What of a project has changed."""

    PROJECT = "project"  # another project was opened: everything
    TAKES = "takes"
    LABELS = "labels"
    SETTINGS = "settings"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, so that a list touches the rows that changed and no others."""

    kind: ChangeKind
    ids: frozenset[int] = frozenset()  # of takes or runs; empty where the kind has none
