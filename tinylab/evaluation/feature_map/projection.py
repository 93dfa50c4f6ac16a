"""The plane in which windows differ most (principal components), and where any other window lies in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_LEAST_SPREAD = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """How numbers become points; `place` also takes windows that were not there when it was fitted."""

    centre: Floats  # (features,)
    scale: Floats  # (features,)
    axes: Floats  # (features, 2)
    share: float  # how much of all differences the plane shows, 0…1

    def standardized(self, numbers: Floats) -> Floats:
        """Numbers (windows, features) by their spread."""
        return (numbers - self.centre) / self.scale

    def place(self, numbers: Floats) -> Floats:
        """Points (windows, 2) of numbers (windows, features)."""
        return self.standardized(numbers) @ self.axes


def fit_projection(numbers: Floats) -> Projection:
    """The plane of the two largest principal components; a feature that never differs does not count."""
    features = numbers.shape[1]
    if not len(numbers):
        return Projection(np.zeros(features), np.ones(features), np.zeros((features, 2)), 0.0)
    centre, spread = numbers.mean(axis=0), numbers.std(axis=0)
    scale = np.where(spread > _LEAST_SPREAD, spread, 1.0)
    known = (numbers - centre) / scale
    values, vectors = np.linalg.eigh(known.T @ known)
    axes = np.zeros((features, 2))
    axes[:, : min(2, features)] = vectors[:, ::-1][:, :2]
    largest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    axes *= np.where(largest < 0, -1.0, 1.0)  # an axis has no sign of its own: the same windows, the same picture
    whole = float(values.sum())
    return Projection(centre, scale, axes, float(values[::-1][:2].sum() / whole) if whole > 0 else 0.0)
