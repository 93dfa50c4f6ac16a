"""How the labels' windows are spread: linear discriminant analysis from which one take at a time can be left out.

All labels share one covariance, shrunk towards a ball as O. Ledoit and M. Wolf, “A well-conditioned estimator for
large-dimensional covariance matrices” (2004), say. The sums of a take are taken off the sums of all, so that leaving
each of 2,000 takes out once costs seconds; what is left out has taught nothing of what it is judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.evaluation.take_checks.content import Labelled, Numbers

Floats = npt.NDArray[np.float64]

_LEAST_SPREAD = 1e-6
_LEAST_LOG = np.log(1e-4)  # a single window may not speak louder than this for or against a label


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the model needs of some windows, by label: (labels,), (labels, features) and (features, features)."""

    counts: Floats
    totals: Floats
    squares: Floats

    def without(self, other: Sums) -> Sums:
        """The same without some of them."""
        return Sums(self.counts - other.counts, self.totals - other.totals, self.squares - other.squares)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Where each label's windows lie and how they are spread; labels without windows lie nowhere (NaN)."""

    means: Floats  # (labels, features)
    cholesky: Floats  # lower triangle of the covariance

    def logarithms(self, windows: Floats) -> Floats:
        """The mean logarithm of each label's probability for windows (windows, features); −inf where it has none."""
        return self.each(windows).mean(axis=0)

    def each(self, windows: Floats) -> Floats:
        """The logarithm of each label's probability for each window, (windows, labels)."""
        solved = np.linalg.solve(self.cholesky.T, np.linalg.solve(self.cholesky, np.nan_to_num(self.means).T))
        scores = windows @ solved - 0.5 * np.einsum("cf,fc->c", np.nan_to_num(self.means), solved)
        scores[:, np.isnan(self.means[:, 0])] = -np.inf
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return np.where(np.isinf(logs), -np.inf, np.maximum(logs, _LEAST_LOG))

    def whitened(self, points: Floats) -> Floats:
        """Points (points, features) where a step is as large as windows of one label differ."""
        return np.asarray(np.linalg.solve(self.cholesky, points.T).T, dtype=np.float64)

    def distances(self, point: Floats) -> Floats:
        """How far a point (features,) is from each label's mean, in such steps; NaN for labels without windows."""
        away: Floats = np.linalg.norm(self.whitened(np.nan_to_num(self.means) - point), axis=1)
        away[np.isnan(self.means[:, 0])] = np.nan
        return away


class ClassModel:
    """Learned from labelled parts; asked about one of their takes it leaves that take out."""

    def __init__(self, parts: Sequence[Labelled]) -> None:
        """`parts`: at least two, each with one window or more."""
        self.labels = tuple(sorted({part.label for part in parts}))
        everything = np.concatenate([part.content.numbers for part in parts])
        self._centre = everything.mean(axis=0, dtype=np.float64)
        self._scale = np.maximum(everything.std(axis=0, dtype=np.float64), _LEAST_SPREAD)
        self._by_take: dict[int, list[tuple[int, Numbers]]] = {}
        for part in parts:
            known = (self.labels.index(part.label), part.content.numbers)
            self._by_take.setdefault(part.take_id, []).append(known)
        self._all = self._sums([known for parts_of_take in self._by_take.values() for known in parts_of_take])
        self._shrinkage = self._shrinkage_of_all()
        self.whole = self._spread(self._all)

    def scaled(self, numbers: Floats | Numbers) -> Floats:
        """Windows as the model sees them, each feature by its spread over the project."""
        return (numbers.astype(np.float64) - self._centre) / self._scale

    def without(self, take_id: int) -> Spread:
        """The labels as all other takes show them."""
        known = self._by_take.get(take_id)
        return self._spread(self._all.without(self._sums(known))) if known else self.whole

    def _sums(self, parts: Sequence[tuple[int, Numbers]]) -> Sums:
        features = len(self._centre)
        counts, totals = np.zeros(len(self.labels)), np.zeros((len(self.labels), features))
        squares = np.zeros((features, features))
        for number, numbers in parts:
            windows = self.scaled(numbers)
            counts[number] += len(windows)
            totals[number] += windows.sum(axis=0)
            squares += windows.T @ windows
        return Sums(counts, totals, squares)

    def _spread(self, sums: Sums) -> Spread:
        there = sums.counts > 0.5
        means = np.full_like(sums.totals, np.nan)
        means[there] = sums.totals[there] / sums.counts[there, None]
        within = sums.squares - means[there].T @ (means[there] * sums.counts[there, None])
        covariance = within / max(sums.counts.sum() - there.sum(), 1.0)
        ball = max(float(np.trace(covariance)) / len(covariance), _LEAST_SPREAD)
        shrunk = (1 - self._shrinkage) * covariance + self._shrinkage * ball * np.eye(len(covariance))
        return Spread(means, np.linalg.cholesky(shrunk + _LEAST_SPREAD * np.eye(len(covariance))))

    def _shrinkage_of_all(self) -> float:
        means = self._all.totals / np.maximum(self._all.counts, 1.0)[:, None]
        known = [
            (self.scaled(numbers) - means[number]).astype(np.float32)
            for parts in self._by_take.values()
            for number, numbers in parts
        ]
        return ledoit_wolf(np.concatenate(known))


def ledoit_wolf(centred: Floats | Numbers) -> float:
    """How far to shrink the covariance of centred points (points, features) towards a ball, 0…1."""
    points, features = centred.shape
    covariance = centred.T @ centred / points
    noise = float(((centred**2).T @ (centred**2) / points - covariance**2).sum()) / (points * features)
    spread = float((covariance**2).sum()) / features - (float(np.trace(covariance)) / features) ** 2
    return min(max(noise / spread, 0.0), 1.0) if spread > 0 else 1.0
