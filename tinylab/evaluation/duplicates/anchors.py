"""Short marks by which the same samples are found again in another take, wherever they begin there.

Two kinds, and one for a short take as a whole. An exact mark is the hash of 16 samples in a row; of all such hashes
those that happen to end in six zero bits are kept, so that both takes choose the same places without knowing of each
other (U. Manber, “Finding similar files in a large file system”, 1994). A rough one is a peak of the magnitude with the
peak after it, rounded so coarsely that another rounding of the samples mostly gives the same; after A. Wang, “An
industrial strength audio search algorithm” (2003). A signal that carries no information has no marks, so nothing is
ever said of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from tinylab.data.recording import Counts

Marks = npt.NDArray[np.uint64]

RUN: Final = 16  # samples that an exact mark stands for
LEAST_CHANGES: Final = 8  # of the values of such a run, before it says anything
SHORT: Final = 128  # samples of a take that is marked as a whole, too
LEAST_OF_WHOLE: Final = 16  # values that change in it, before it says anything
_KEPT = np.uint64(63)  # one hash in 64
_NEAR, _AROUND = 3, 8  # samples on each side in which a peak is the largest, and above whose least it rises
_RISE_G = 0.15
_ROUGH_G = 0.1  # the step of a rough mark
_FARTHEST = 250  # samples to the next peak
_FACTORS: Final = np.random.default_rng(16).integers(1, 2**63, (RUN, 3), dtype=np.uint64) | np.uint64(1)


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """A take's marks and where they are; what is kept of it so that its samples need not be read again."""

    take_id: int
    marks: Marks  # (marks,)
    places: npt.NDArray[np.int32]  # (marks,): number of the sample


def anchors_of(take_id: int, counts: Counts, g_per_count: float) -> Anchors:
    """The marks of a take's counts, shape (samples, 3)."""
    found = [_whole(counts), _exact(counts), _rough(counts.astype(np.float64) * g_per_count)]
    places = np.concatenate([each[1] for each in found]).astype(np.int32)
    return Anchors(take_id, np.concatenate([each[0] for each in found]), places)


def _whole(counts: Counts) -> tuple[Marks, npt.NDArray[np.int64]]:
    """Of a short take, which rarely has a place that is kept, one mark for all of it."""
    if len(counts) > SHORT or np.count_nonzero(np.diff(counts, axis=0)) < LEAST_OF_WHOLE:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    digest = hashlib.blake2b(np.ascontiguousarray(counts, dtype="<i2").tobytes(), digest_size=8).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64), np.zeros(1, dtype=np.int64)


def _exact(counts: Counts) -> tuple[Marks, npt.NDArray[np.int64]]:
    places = len(counts) - RUN + 1
    if places < 1:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    wide = counts.astype(np.int64).view(np.uint64)
    hashes = np.zeros(places, dtype=np.uint64)
    for step in range(RUN):
        for axis in range(3):
            hashes += wide[step : step + places, axis] * _FACTORS[step, axis]  # wraps around, as a hash may
    hashes ^= hashes >> np.uint64(31)
    changes = (np.diff(counts, axis=0) != 0).sum(axis=1)
    busy = np.convolve(changes, np.ones(RUN - 1, dtype=np.int64), "valid") >= LEAST_CHANGES
    kept = np.flatnonzero(busy & ((hashes & _KEPT) == 0))
    return hashes[kept], kept


def _rough(signal_g: npt.NDArray[np.float64]) -> tuple[Marks, npt.NDArray[np.int64]]:
    peaks = peaks_of(np.linalg.norm(signal_g, axis=1))
    gaps = np.diff(peaks)
    near = np.flatnonzero(gaps <= _FARTHEST)
    coarse = np.rint(signal_g[peaks] / _ROUGH_G).astype(np.int64)
    described = np.concatenate([coarse[near], coarse[near + 1], gaps[near, None]], axis=1)
    factors = _FACTORS.ravel()[: described.shape[1]]
    return (described.view(np.uint64) * factors).sum(axis=1, dtype=np.uint64), peaks[near]


def peaks_of(magnitude: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Where a magnitude in g, shape (samples,), is largest and stands out."""
    if len(magnitude) < 2 * _AROUND + 1:
        return np.empty(0, dtype=np.intp)
    near = sliding_window_view(np.pad(magnitude, _NEAR, constant_values=-np.inf), 2 * _NEAR + 1).max(axis=1)
    least = sliding_window_view(np.pad(magnitude, _AROUND, constant_values=np.inf), 2 * _AROUND + 1).min(axis=1)
    first = np.concatenate([[True], magnitude[1:] > magnitude[:-1]])  # of several equal ones
    return np.flatnonzero((magnitude >= near) & (magnitude - least > _RISE_G) & first)
