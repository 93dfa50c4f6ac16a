"""What a board measured while somebody did something: the header that lists need, and the samples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from tinylab.data.frames import AS_IMPORTED, FRAMES
from tinylab.data.storage.rows import Most
from tinylab.errors import DataError
from tinylab.text import tr

Counts = npt.NDArray[np.int16]
SPLITS = ("", "train", "validation", "test")
MAX_NAME = 300  # characters of a label or a subject
MAX_TAKE_SAMPLES = 10_000_000  # nearly three hours at 1 kHz; a file that says more of a take is damaged
Name = Annotated[str, Most(MAX_NAME)]
_MAX_RATE_HZ = 1e6
_FAR = 1e9  # beyond any g, µs or count that a sensor gives


@dataclass(frozen=True, slots=True)
class Header:
    """Everything about a take but its samples; the row of the table `takes`. Empty texts where something is unknown."""

    label: Name  # empty: unlabelled, so that only its regions teach anything
    subject: Name
    rate_hz: float  # measured from device time, not the nominal one
    g_per_count: float
    samples: int  # stored
    id: int = 0  # in the project; 0 for one that is in none yet
    range_g: float = 0.0  # full scale, plus and minus; 0 where unknown
    rate_asked_hz: float = 0.0  # 0 where nothing was asked (imported)
    asked: int = 0  # samples asked for; 0 where nothing was asked
    lost: int = 0  # samples asked for and not stored, at the end and in between, whoever lost them
    overruns: int = 0  # of the lost ones, those that the sensor's FIFO overwrote
    clipped: int = 0  # samples of which an axis stands at the sensor's full scale
    flat: int = 0  # 1 where no axis ever changes
    jitter_us: float = 0.0  # standard deviation of the samples' times about an even spacing
    ended: str = ""  # why the take ended before it was whole, as a sentence
    frame: str = AS_IMPORTED  # one of FRAMES: which axes the samples are in
    split: str = ""  # one of SPLITS: which side of a given split it belongs to
    session: str = ""
    board: str = ""
    sensor: str = ""
    source: str = ""  # a file's name, or "board"
    note: str = ""
    created_at: str = ""  # ISO 8601, UTC
    trashed_at: str = ""  # ISO 8601, UTC; empty while the take is in use

    def __post_init__(self) -> None:
        if not (0 < self.rate_hz <= _MAX_RATE_HZ and 0 < self.g_per_count <= _FAR):
            raise DataError(tr("A recording needs a rate and a g per count above zero."))
        if self.label:
            check_name("label", self.label)
        check_name("subject", self.subject, may_be_empty=True)
        if self.split not in SPLITS:
            raise DataError(
                tr("The split “{split}” is not known.", split=self.split),
                hint=tr("Use train, validation or test, or leave it empty."),
            )
        if self.frame not in FRAMES:
            raise DataError(
                tr("The frame “{frame}” is not known.", frame=self.frame),
                hint=tr("Use one of {frames}.", frames=", ".join(FRAMES)),
            )
        counters = (self.samples, self.asked, self.lost, self.overruns, self.clipped)
        if min(counters) < 0 or not 0 <= self.range_g <= _FAR or not (self.jitter_us >= 0 and self.rate_asked_hz >= 0):
            raise DataError(tr("A recording cannot have less than nothing of anything."))

    @property
    def seconds(self) -> float:
        """How long the take is."""
        return self.samples / self.rate_hz

    @property
    def trashed(self) -> bool:
        """Whether it lies in the trash."""
        return bool(self.trashed_at)

    def with_changes(self, **changes: Any) -> Header:
        """A copy with other values."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One take whole: its header and its raw counts, shape (samples, 3), read-only."""

    header: Header
    counts: Counts

    def __post_init__(self) -> None:
        check_counts(self.counts)
        self.counts.setflags(write=False)

    @classmethod
    def of(
        cls, counts: Counts, *, label: str, subject: str, rate_hz: float, g_per_count: float, **more: Any
    ) -> Recording:
        """A recording with what can be seen from its counts filled into the header."""
        check_counts(counts)
        header = Header(label, subject, rate_hz, g_per_count, len(counts), **more)
        return cls(described(header, counts), counts)

    @property
    def in_g(self) -> npt.NDArray[np.float64]:
        """The acceleration in g, shape (samples, 3)."""
        return self.counts.astype(np.float64) * self.header.g_per_count

    def with_changes(self, **changes: Any) -> Recording:
        """A copy with another header."""
        return Recording(self.header.with_changes(**changes), self.counts)


def check_counts(counts: Counts) -> None:
    """Raise DataError where these cannot be the samples of a take."""
    if counts.ndim != 2 or counts.shape[1] != 3:
        raise DataError(
            tr("A recording has one column per axis, but this has shape {shape}.", shape=counts.shape),
            hint=tr("Export the file again with the columns x, y and z."),
        )
    if len(counts) == 0:
        raise DataError(tr("The recording is empty."), hint=tr("Record again, or export the file again."))


def described(header: Header, counts: Counts) -> Header:
    """The header with what the counts show: how many, how many clipped, and whether anything ever changes."""
    flat = len(counts) > 10 and not np.any(np.ptp(counts, axis=0))
    return replace(header, samples=len(counts), clipped=clipped_samples(header, counts), flat=int(flat))


def clipped_samples(header: Header, counts: Counts) -> int:
    """Samples of which an axis stands at the sensor's full scale; 0 where the range is unknown."""
    if header.range_g <= 0 or not len(counts):
        return 0
    limit = header.range_g / header.g_per_count - 1.5
    return int(((counts >= limit) | (counts <= -limit)).any(axis=1).sum())


def tidy(name: str) -> str:
    """A label or subject as it is kept: without blanks around it, which nobody sees and every list would tell apart."""
    return name.strip()


def check_name(what: str, name: str, *, may_be_empty: bool = False) -> None:
    """Raise DataError where `name` cannot be a label or a subject."""
    if not name.strip() and not may_be_empty:
        raise DataError(tr("The {what} is empty.", what=_what(what)), hint=tr("Type a {what}.", what=_what(what)))
    if len(name) > MAX_NAME:
        raise DataError(
            tr("The {what} is longer than {most} characters.", what=_what(what), most=MAX_NAME),
            hint=tr("Shorten it."),
        )
    check_characters(what, name)


def check_characters(what: str, text: str) -> None:
    """Raise DataError where a text cannot be stored."""
    try:
        storable = b"\0" not in text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair
        storable = False
    if not storable:
        raise DataError(
            tr("The {what} holds a character that cannot be stored.", what=_what(what)), hint=tr("Type it again.")
        )


def _what(name: str) -> str:
    """What a name is of, in the user's language."""
    kinds = {
        "label": tr("label"),
        "subject": tr("subject"),
        "session": tr("session"),
        "note": tr("note"),
    }
    return kinds.get(name, name)
