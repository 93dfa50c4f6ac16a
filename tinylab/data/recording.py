"""What a board measured while somebody did something."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.errors import DataError

Counts = npt.NDArray[np.int16]
SPLITS = ("", "train", "validation", "test")
MAX_NAME = 300  # characters of a label or a subject


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recording came from; empty words where that is not known."""

    board: str = ""
    sensor: str = ""
    session: str = ""
    source: str = ""  # a file's name, or "board"


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One take: raw counts and all that is known of how they were measured."""

    label: str
    subject: str
    rate_hz: float  # measured from device time, not the nominal one
    counts: Counts  # shape (samples, 3), read-only
    g_per_count: float
    range_g: float = 0.0  # full scale, plus and minus; 0 where unknown
    rate_asked_hz: float = 0.0  # 0 where nothing was asked (imported)
    jitter_us: float = 0.0  # standard deviation of the samples' times about an even spacing
    lost: int = 0  # samples the board sent but the computer never got
    overruns: int = 0  # samples the sensor's FIFO overwrote
    split: str = ""  # one of SPLITS: what an imported index says of it
    origin: Origin = field(default_factory=Origin)
    id: int = 0  # in the project; 0 for one that is in none yet
    created_at: str = ""  # ISO 8601, UTC

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or self.counts.shape[1] != 3:
            raise DataError(
                f"A recording has one column per axis, but this has shape {self.counts.shape}.",
                hint="Export the file again with the columns x, y and z.",
            )
        if len(self.counts) == 0:
            raise DataError("The recording is empty.", hint="Record again, or export the file again.")
        if not (self.rate_hz > 0 and self.g_per_count > 0):
            raise DataError("A recording needs a rate and a g per count above zero.")
        check_name("label", self.label)
        check_name("subject", self.subject, may_be_empty=True)
        if self.split not in SPLITS:
            raise DataError(
                f"The split “{self.split}” is not known.",
                hint="Use train, validation or test, or leave it empty.",
            )
        self.counts.setflags(write=False)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.counts)

    @property
    def seconds(self) -> float:
        """How long the take is."""
        return len(self.counts) / self.rate_hz

    @property
    def clipped(self) -> int:
        """Samples of which an axis stands at the sensor's full scale; 0 where the range is unknown."""
        if self.range_g <= 0:
            return 0
        limit = self.range_g / self.g_per_count - 1.5
        return int((np.abs(self.counts.astype(np.int32)) >= limit).any(axis=1).sum())

    @property
    def in_g(self) -> npt.NDArray[np.float64]:
        """The acceleration in g, shape (samples, 3)."""
        return self.counts.astype(np.float64) * self.g_per_count

    def with_changes(self, **changes: Any) -> Recording:
        """A copy with other values."""
        return replace(self, **changes)


def check_name(what: str, name: str, *, may_be_empty: bool = False) -> None:
    """Raise DataError where `name` cannot be a label or a subject."""
    if not name.strip() and not may_be_empty:
        raise DataError(f"The {what} is empty.", hint=f"Type a {what}.")
    if len(name) > MAX_NAME:
        raise DataError(f"The {what} is longer than {MAX_NAME} characters.", hint="Shorten it.")
    if "\0" in name or any(0xD800 <= ord(character) <= 0xDFFF for character in name):
        raise DataError(f"The {what} holds a character that cannot be stored.", hint="Type it again.")
