"""What lies around each window: which labels lie among each other, and which windows lie among another label's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from tinylab.evaluation.feature_map.window_set import Floats, Ints, WindowSet

NEIGHBOURS: Final = 7
_BLOCK = 256  # windows whose distances are held at once
_MIXED = 0.25  # of two labels' windows lie among the other's, before the two overlap
_LEAST_TAKES: Final = 3  # of a label, before it is said to overlap


@dataclass(frozen=True, slots=True)
class OddWindow:
    """A window all of whose neighbours have another label: what a look may tell."""

    row: int
    take_id: int
    start_s: float
    label: str
    suggested: str  # what most of its neighbours are called
    share: float  # how many of them, 0…1


def nearest(standardized: Floats, take_ids: Ints, count: int = NEIGHBOURS) -> Ints:
    """Rows of the nearest windows of other takes, (windows, count); fewer columns where there are fewer windows.

    Rows of a take that is alone are −1.
    """
    squares = (standardized**2).sum(axis=1)
    others = max((int((take_ids != take_id).sum()) for take_id in np.unique(take_ids)), default=0)
    count = min(count, others)
    found = np.empty((len(standardized), count), dtype=np.int64)
    for begin in range(0, len(standardized), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        away = squares[block, None] - 2 * standardized[block] @ standardized.T + squares[None, :]
        away[take_ids[block, None] == take_ids[None, :]] = np.inf
        rows = np.argpartition(away, max(count - 1, 0), axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(away, rows, axis=1), axis=1, kind="stable")
        rows = np.take_along_axis(rows, order, axis=1)
        found[block] = np.where(np.isinf(np.take_along_axis(away, rows, axis=1)), -1, rows)
    return found


def overlapping(windows: WindowSet, neighbours: Ints) -> tuple[tuple[str, str], ...]:
    """Pairs of labels whose windows lie among each other, most mixed first."""
    counts = Counter(windows.labels)
    takes = Counter(label for label, _ in set(zip(windows.labels, windows.take_ids.tolist(), strict=True)))
    among: Counter[tuple[str, str]] = Counter()
    for label, rows in zip(windows.labels, neighbours, strict=True):
        around = Counter(windows.labels[row] for row in rows.tolist() if row >= 0)
        most = around.most_common(1)[0][0] if around else label
        if most != label:
            among[min(label, most), max(label, most)] += 1
    shares = {
        pair: count / (counts[pair[0]] + counts[pair[1]])
        for pair, count in among.items()
        if min(takes[pair[0]], takes[pair[1]]) >= _LEAST_TAKES
    }
    return tuple(sorted((pair for pair, share in shares.items() if share >= _MIXED), key=lambda pair: -shares[pair]))


def odd_windows(windows: WindowSet, neighbours: Ints) -> tuple[OddWindow, ...]:
    """Windows whose neighbours all say otherwise, those with most agreement among the neighbours first."""
    found = []
    for row, (label, rows) in enumerate(zip(windows.labels, neighbours, strict=True)):
        around = Counter(windows.labels[other] for other in rows.tolist() if other >= 0)
        if not around or label in around:
            continue
        suggested, count = around.most_common(1)[0]
        share = count / around.total()
        take_id, start_s = int(windows.take_ids[row]), float(windows.starts_s[row])
        found.append(OddWindow(row, take_id, start_s, label, suggested, share))
    return tuple(sorted(found, key=lambda odd: -odd.share))
