"""A class for doing nothing: whether the labels have one, and the advice to record one where they have none."""

from __future__ import annotations

from collections.abc import Iterable

from tinylab.text import tr
from tinylab.virtualboard.motion.words import means_no_class

REST_LABEL = tr("nothing")  # what TinyLab suggests to call it
_LEAST_LABELS = 2  # with fewer there is nothing yet that could be chosen wrongly


def is_rest_label(label: str) -> bool:
    """Whether a label means being at rest or moving in none of the other ways: nothing, idle, at rest, other …"""
    return label.strip().casefold() == REST_LABEL.casefold() or means_no_class(label)


def has_rest_class(labels: Iterable[str]) -> bool:
    """Whether one of the labels is for doing nothing."""
    return any(map(is_rest_label, labels))


def rest_advice(labels: Iterable[str], *, by_movement: bool = False) -> str:
    """A sentence where no label is for doing nothing; empty where one is, or where there are fewer than two.

    `by_movement`: whether the board decides on movements alone, and so never at rest.
    """
    known = tuple(labels)
    if len(known) < _LEAST_LABELS or has_rest_class(known):
        return ""
    if by_movement:
        return tr(
            "There is no class for other movements: whatever moves the board will be taken for one of these. Record "
            "takes with the label “{label}” of other movements.",
            label=REST_LABEL,
        )
    return tr(
        "There is no class for doing nothing: a board at rest will still choose one. Record takes with the label "
        "“{label}” of the board at rest and of other movements.",
        label=REST_LABEL,
    )
