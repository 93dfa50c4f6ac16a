"""Whether a take moves as its label means, and whether it holds the whole movement.

The limits rest on the example, whose weakest take moves 0.13 g, and on what a sensor at rest shows: its own noise is
some 0.005 g, a hand that holds it still makes up to 0.05 g. The example has no class for doing nothing; other sets had
been seen when these limits were set, so their figures are no test of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tinylab.evaluation.rest_class import is_rest_label
from tinylab.evaluation.take_checks.content import Labelled
from tinylab.evaluation.take_checks.findings import Finding, FindingKind

STILL_G: Final = 0.05  # below it nothing moves that somebody would call a movement
LEAST_OTHERS: Final = 3  # takes of the same label, before anything is said about one more
_MOST_OF_THEM = 0.8  # of the others must agree on what the label means
_WEAKER = 0.5  # than nearly all others, before a take counts as motionless
_STRONGER = 3.0  # than nearly all others, before a take at rest counts as moving
_LEAST_FOR_EDGES = 4
_QUIET_EDGE = 0.12  # how much the others move at their edges, where the label is a movement with rest around it
_LOUD_EDGE = 0.4


def motion_findings(part: Labelled, others: Sequence[Labelled]) -> list[Finding]:
    """What is wrong with a part's motion; `others` are the parts of other takes with the same label."""
    if len(others) < LEAST_OTHERS or not len(part.content.numbers):
        return []
    motion = np.array([other.content.motion_g for other in others])
    own = part.content.motion_g
    if means_motion(part.label, motion):
        limit = min(STILL_G, _WEAKER * float(np.quantile(motion, 0.1)))
        if own < limit:
            return [_finding(FindingKind.NO_MOTION, part, limit / max(own, limit / 100))]
    elif means_rest(part.label, motion):
        limit = max(2 * STILL_G, _STRONGER * float(np.quantile(motion, 0.9)))
        if own > limit:
            return [_finding(FindingKind.MOTION_AT_REST, part, own / limit)]
    return _edge_findings(part, others)


def means_motion(label: str, motion_g: np.typing.NDArray[np.float64]) -> bool:
    """Whether a label means moving, by its name and by how much its takes move."""
    return not is_rest_label(label) and float(np.mean(motion_g >= STILL_G)) >= _MOST_OF_THEM


def means_rest(label: str, motion_g: np.typing.NDArray[np.float64]) -> bool:
    """Whether a label means being at rest: nearly none of its takes moves; half of them are enough where it says so."""
    least = 0.5 if is_rest_label(label) else _MOST_OF_THEM
    return float(np.mean(motion_g < STILL_G)) >= least


def _edge_findings(part: Labelled, others: Sequence[Labelled]) -> list[Finding]:
    if len(others) < _LEAST_FOR_EDGES:
        return []
    found = []
    begins = [other.content.begins for other in others]
    ends = [other.content.ends for other in others]
    for kind, own, theirs in (
        (FindingKind.BEGINS_INSIDE, part.content.begins, begins),
        (FindingKind.ENDS_INSIDE, part.content.ends, ends),
    ):
        if own > _LOUD_EDGE and float(np.quantile(theirs, _MOST_OF_THEM)) < _QUIET_EDGE:
            found.append(_finding(kind, part, own / _LOUD_EDGE))
    return found


def _finding(kind: FindingKind, part: Labelled, strength: float) -> Finding:
    return Finding(kind, part.take_id, part.label, strength)
