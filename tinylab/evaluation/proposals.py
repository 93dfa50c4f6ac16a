"""Labels that are proposed for what has none or a doubtful one: what a teacher says of windows, joined to stretches.

A teacher is anything that gives each window a probability of each label. As in JAABA (M. Kabra et al., Nature Methods
2013) the user is asked first where it is least sure, for there an answer teaches most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.evaluation.feature_map.neighbours import OddWindow

Floats = npt.NDArray[np.float64]

DOUBTFUL: Final = 0.5  # a labelled part to whose label the teacher gives less is asked about


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a teacher says of a signal: windows of one length, each half a window after the one before."""

    probabilities: Floats  # (windows, labels)
    starts_s: Floats  # (windows,)
    window_s: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A label for a stretch of a take."""

    take_id: int
    start: int  # number of the first sample, from 0
    count: int
    label: str  # what is proposed
    doubt: float  # 0…1: how far the teacher is from sure
    instead_of: str = ""  # the label that the stretch has; empty where it has none
    region_id: int = 0  # of the region that it is; 0 where it is none
    odd_windows: int = 0  # of its windows whose neighbours in the feature map all say otherwise; 0: a teacher proposes

    @property
    def place(self) -> tuple[int, int, int]:
        """Which stretch it is about: take, first sample, count."""
        return self.take_id, self.start, self.count


def open_stretches(take: Header, parts: Sequence[Part], window_s: float) -> tuple[tuple[int, int], ...]:
    """(start, count) of what has no label and holds a window: all of an unlabelled take, or gaps between regions."""
    least = window_s * take.rate_hz
    edges = [(0, 0), *((part.start, part.start + part.count) for part in parts), (take.samples, take.samples)]
    found, reached = [], 0
    for begin, end in edges:
        if begin - reached >= least:
            found.append((reached, begin - reached))
        reached = max(reached, end)
    return tuple(found)


def proposed(take: Header, stretch: tuple[int, int], labels: Sequence[str], said: Said) -> Iterator[Proposal]:
    """Labels for one open stretch (start, count) of a take, in the order in which they lie there."""
    slots = _by_slot(said)
    best = slots.argmax(axis=1)
    start, count = stretch
    slot_s = said.window_s / 2
    for label, group in groupby(range(len(slots)), key=lambda slot: int(best[slot])):
        members = list(group)
        if len(members) < 2:
            continue  # shorter than a window, so no window says it alone
        begin = start + round(members[0] * slot_s * take.rate_hz)
        last = members[-1] == len(slots) - 1
        end = start + count if last else start + round((members[-1] + 1) * slot_s * take.rate_hz)
        doubt = 1 - float(slots[members, label].mean())
        yield Proposal(take.id, begin, end - begin, labels[label], doubt)


def questioned(take: Header, part: Part, labels: Sequence[str], said: Said, region_id: int = 0) -> Proposal | None:
    """Another label for a part whose own the teacher doubts; None where it does not, or does not know the label."""
    if part.label not in labels or not len(said.probabilities):
        return None
    means = said.probabilities.mean(axis=0)
    best, own = int(means.argmax()), float(means[list(labels).index(part.label)])
    if own >= DOUBTFUL or labels[best] == part.label:
        return None
    doubt = 1 - float(means[best])
    return Proposal(take.id, part.start, part.count, labels[best], doubt, part.label, region_id)


def by_neighbours(odd: Sequence[OddWindow], take: Header, part: Part, region_id: int = 0) -> Proposal:
    """The label that the neighbours of a part's odd windows suggest for the part; `odd` holds at least one."""
    most = Counter(window.suggested for window in odd).most_common(1)[0][0]
    doubt = 1 - float(np.mean([window.share for window in odd if window.suggested == most]))
    return Proposal(take.id, part.start, part.count, most, doubt, part.label, region_id, len(odd))


def by_doubt(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The most doubtful first."""
    return tuple(sorted(proposals, key=lambda each: (-each.doubt, each.take_id, each.start)))


def _by_slot(said: Said) -> Floats:
    """Probabilities of half windows: the mean of the windows that cover each."""
    windows, labels = said.probabilities.shape
    total, covered = np.zeros((windows + 1, labels)), np.zeros((windows + 1, 1))
    for shift in (0, 1):
        total[shift : shift + windows] += said.probabilities
        covered[shift : shift + windows] += 1
    return total / np.maximum(covered, 1) if windows else np.empty((0, labels))


Teacher = Callable[[int, Floats, float], Said]  # take id, signal in g (samples, 3), rate in Hz → what it says
