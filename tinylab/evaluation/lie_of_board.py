"""How the board lies in takes of the same label: always alike, or now this way and now that."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def lie_spread(windows: npt.NDArray[np.int16], classes: Ints, take_ids: Ints) -> float:
    """The usual angle in rad between a take's mean acceleration, which is mostly gravity, and that of its class.

    `windows`: (windows, samples, 3) in any unit; `classes` and `take_ids`: (windows,). The median over takes of a
    class, then over the classes with two takes or more; infinite where there is none, for then nothing is known.
    """
    means = windows.mean(axis=1)
    angles = []
    for number in np.unique(classes):
        mine = classes == number
        takes = np.unique(take_ids[mine])
        if len(takes) < 2:
            continue
        lies = np.array([_direction(means[mine & (take_ids == take)].mean(axis=0)) for take in takes])
        middle = _direction(lies.mean(axis=0))
        angles.append(float(np.median(np.arccos(np.clip(lies @ middle, -1, 1)))))
    return float(np.median(angles)) if angles else float("inf")


def _direction(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Its unit vector; zero where there is no direction."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else np.zeros(3)
