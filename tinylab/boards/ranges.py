"""Which range a board measures with: never below the one that was recorded with, with headroom above the strongest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinylab.boards.catalog import Sensor
from tinylab.data.recording import Header, Recording

_BOARD = "board"  # source of a take whose range a sensor had; that of an import is only what its file needed
_SHARE = 99.9  # per cent of the samples that must stay below …
_NEAR = 0.9  # … this part of the range: a single knock makes no range, a strong gesture does
_CUT = 0.995  # of the range and beyond: where a sensor's numbers end


@dataclass(frozen=True, slots=True)
class Levels:
    """How strong the samples are that a network learned from."""

    recorded_g: float = 0.0  # the largest range that a board recorded one of the takes with; 0 where none did
    peak_g: float = 0.0  # no axis exceeds it in 99.9 % of the samples
    cut: Mapping[int, float] = field(default_factory=dict)  # range in g → share of samples that it would cut

    @classmethod
    def of(cls, recordings: Sequence[Recording], sensor: Sensor) -> Levels:
        """Measured over all samples of all takes."""
        peaks = np.concatenate(
            [np.abs(r.counts.astype(np.int32)).max(axis=1, initial=0) * r.header.g_per_count for r in recordings]
        )
        cut = {r: float((peaks >= _CUT * r).mean()) for r in sorted(sensor.g_per_count)}
        return cls(recorded_range([r.header for r in recordings]), float(np.percentile(peaks, _SHARE)), cut)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the project file."""
        return {"recorded_g": self.recorded_g, "peak_g": self.peak_g, "cut": [[r, s] for r, s in self.cut.items()]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Levels:
        """What `to_json` was called on; raises KeyError, TypeError or ValueError where it cannot be."""
        cut = {int(range_g): float(share) for range_g, share in plain["cut"]}
        return cls(float(plain["recorded_g"]), float(plain["peak_g"]), cut)


def recorded_range(takes: Sequence[Header]) -> float:
    """The largest range that a board recorded one of the takes with; 0 where none did."""
    return max((take.range_g for take in takes if take.source == _BOARD), default=0.0)


def range_with_headroom(sensor: Sensor, levels: Levels) -> int:
    """The smallest range of the sensor that is not below the takes' own and leaves headroom, or its largest."""
    return sensor.range_for(max(levels.recorded_g, levels.peak_g / _NEAR))
