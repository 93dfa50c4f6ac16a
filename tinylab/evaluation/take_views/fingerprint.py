"""Fingerprints: the features of each take, or of each class, as a heat map that shows in what they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.evaluation.feature_map.window_set import WindowSet
from tinylab.evaluation.window_numbers import names

Floats = npt.NDArray[np.float64]

_MOST = 3.0  # spreads from the middle; beyond it a colour says nothing more


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprints:
    """One row a take or a class, one column a feature."""

    rows: tuple[str, ...]  # labels
    take_ids: tuple[int, ...]  # of the rows; 0 for a class
    features: tuple[str, ...]
    values: Floats  # (rows, features): spreads of the project's windows from their middle, −3…3


def of_takes(windows: WindowSet) -> Fingerprints:
    """A row for each labelled stretch's take, label by label."""
    keys = sorted(dict.fromkeys(zip(windows.labels, windows.take_ids.tolist(), strict=True)))
    labels, ids = np.array(windows.labels), windows.take_ids
    values = _standardized(windows)
    rows = [values[(labels == label) & (ids == take_id)].mean(axis=0) for label, take_id in keys]
    return _made(tuple(label for label, _ in keys), tuple(take_id for _, take_id in keys), rows)


def of_classes(windows: WindowSet) -> Fingerprints:
    """A row for each label: the mean of its takes, so that a long take counts no more than a short one."""
    takes = of_takes(windows)
    labels = tuple(dict.fromkeys(takes.rows))
    known = np.array(takes.rows)
    return _made(labels, (0,) * len(labels), [takes.values[known == label].mean(axis=0) for label in labels])


def _made(rows: tuple[str, ...], take_ids: tuple[int, ...], values: list[Floats]) -> Fingerprints:
    stacked = np.stack(values) if values else np.empty((0, len(names())))
    return Fingerprints(rows, take_ids, names(), np.clip(stacked, -_MOST, _MOST))


def _standardized(windows: WindowSet) -> Floats:
    if not len(windows):
        return windows.numbers
    spread = windows.numbers.std(axis=0)
    return (windows.numbers - windows.numbers.mean(axis=0)) / np.where(spread > 1e-6, spread, 1.0)
