"""The windows of a project as the feature map sees them: numbers, and where each was cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.windows import cut, resample
from tinylab.evaluation.take_checks.content import RATE_HZ
from tinylab.evaluation.window_numbers import LEAST_SAMPLES, counted, names, numbers_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHORTEST_S: Final = LEAST_SAMPLES / RATE_HZ  # a window of the map is never shorter


@dataclass(frozen=True, slots=True, eq=False)
class WindowSet:
    """Windows of many parts, one row each."""

    numbers: Floats  # (windows, features)
    take_ids: Ints  # (windows,)
    starts_s: Floats  # (windows,): where it begins in its take
    labels: tuple[str, ...]  # one a window

    def __len__(self) -> int:
        return len(self.labels)

    def chosen(self, rows: Ints) -> WindowSet:
        """Some of the windows."""
        labels = tuple(self.labels[row] for row in rows.tolist())
        return WindowSet(self.numbers[rows], self.take_ids[rows], self.starts_s[rows], labels)

    def with_numbers(self, numbers: Floats) -> WindowSet:
        """The same windows, described by other numbers (windows, features)."""
        return WindowSet(numbers, self.take_ids, self.starts_s, self.labels)


def cut_windows(signal_g: npt.NDArray[np.floating], rate_hz: float, window_s: float) -> tuple[Floats, Floats]:
    """(numbers (windows, features), starts in s (windows,)) of a signal in g, (samples, 3); each half a window one."""
    signal = resample(np.asarray(signal_g, dtype=np.float64), rate_hz, RATE_HZ)
    window = max(LEAST_SAMPLES, round(window_s * RATE_HZ))
    if len(signal) == window - 1:  # lost where the rate was converted
        signal = np.concatenate([signal, signal[-1:]])
    windows = cut(counted(signal), window, window // 2)
    return numbers_of(windows, RATE_HZ), np.arange(len(windows)) * (window // 2) / RATE_HZ


def joined(parts: Sequence[tuple[int, str, float, Floats, Floats]]) -> WindowSet:
    """The windows of parts: (take id, label, where the part begins in s, numbers, starts within the part in s)."""
    counts = [len(numbers) for *_, numbers, _ in parts]
    return WindowSet(
        np.concatenate([numbers for *_, numbers, _ in parts]) if parts else np.empty((0, len(names()))),
        np.repeat(np.array([take_id for take_id, *_ in parts], dtype=np.int64), counts),
        np.concatenate([np.empty(0), *(begin_s + starts for _, _, begin_s, _, starts in parts)]),
        tuple(label for (_, label, *_), count in zip(parts, counts, strict=True) for _ in range(count)),
    )


def fitting_window_s(asked_s: float, seconds: Sequence[float]) -> float:
    """How long the map's windows are: as asked, or as the shortest part where that is shorter (but see SHORTEST_S)."""
    usable = [each for each in seconds if each >= SHORTEST_S]
    return max(SHORTEST_S, min([asked_s, *usable]))


def stratified(windows: WindowSet, most: int) -> Ints:
    """Rows of at most `most` windows: as many of each label as its share, evenly over its takes; all where they fit."""
    if len(windows) <= most:
        return np.arange(len(windows))
    labels = np.array(windows.labels)
    chosen: list[Ints] = []
    for label in dict.fromkeys(windows.labels):
        rows = np.flatnonzero(labels == label)
        count = max(1, int(most * len(rows) / len(windows)))
        chosen.append(rows[np.linspace(0, len(rows) - 1, count).round().astype(np.int64)])
    return np.sort(np.concatenate(chosen))[:most]
