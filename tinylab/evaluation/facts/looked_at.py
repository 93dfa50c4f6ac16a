"""What looking at the samples has shown: facts from the checks of takes, from duplicates, and from the feature map."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.facts.fact import Definition, Found, Known
from tinylab.evaluation.take_checks.findings import FindingKind
from tinylab.text import tr

_UNLIKE: Final = (FindingKind.LIKE_ANOTHER, FindingKind.UNLIKE)
_MOTION: Final = (FindingKind.NO_MOTION, FindingKind.MOTION_AT_REST)
_CUT: Final = (FindingKind.BEGINS_INSIDE, FindingKind.ENDS_INSIDE)


def _found(known: Known, kinds: tuple[FindingKind, ...]) -> Found:
    if known.findings is None:
        return Found(None)
    ids = tuple(take.id for take in known.takes if any(f.kind in kinds for f in known.findings.get(take.id, ())))
    return Found(len(ids), ids)


def _duplicates(known: Known) -> Found:
    if known.duplicates is None:
        return Found(None)
    return Found(len(known.duplicates), tuple(take_id for group in known.duplicates for take_id in group))


def _overlap(known: Known) -> Found:
    if known.overlaps is None:
        return Found(None)
    return Found(len(known.overlaps), labels=tuple(label for pair in known.overlaps for label in pair))


FACTS: Final = (
    Definition(
        "takes.unlike_their_class",
        tr("takes"),
        tr("How many takes look unlike the other takes of their label."),
        lambda known: _found(known, _UNLIKE),
    ),
    Definition(
        "takes.wrong_motion",
        tr("takes"),
        tr("How many takes are at rest where their label means motion, or move where it means rest."),
        lambda known: _found(known, _MOTION),
    ),
    Definition(
        "takes.cut_off",
        tr("takes"),
        tr("How many takes begin or end inside the movement."),
        lambda known: _found(known, _CUT),
    ),
    Definition("duplicates.groups", tr("groups"), tr("How many groups of takes hold the same samples."), _duplicates),
    Definition(
        "classes.overlap",
        tr("pairs"),
        tr("How many pairs of labels have windows that lie among each other in the feature map."),
        _overlap,
    ),
)
