"""A take while it is recorded: what was asked for, what has come, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinylab.data.marks import MOST_MARKS, Mark, open_row, store_marks
from tinylab.data.recording import MAX_TAKE_SAMPLES, Counts, Header, described
from tinylab.data.samples import SAMPLE_BYTES, SampleStore
from tinylab.data.storage.database import Database
from tinylab.data.storage.explain import FileLockedError
from tinylab.data.storage.schema import CHUNKS, OPEN_TAKES
from tinylab.data.timing import measure
from tinylab.errors import DataError
from tinylab.text import tr

_NUMBER_STEPS = 2**32  # the wire's sample number has 32 bits
_TIME_STEPS = 2**32  # µs; a board whose clock has 32 bits starts again after 71 minutes
_MOST_TIME_US = 2**62
_FAR_AHEAD = 1 << 16  # samples missing at once that no cable explains
_TRIES = 5  # to store a block while another program has the file locked, about 1 s
_MOST_SLOWER = 20.0  # times the nominal time between two blocks, before the board's clock has jumped


@dataclass(frozen=True, slots=True)
class Block:
    """Samples as the wire brought them."""

    sample_number: int  # of the first one, since START, modulo 2^32
    time_us: int  # the board's clock at that sample
    overruns: int  # samples the sensor's FIFO overwrote since START
    counts: Counts  # shape (samples, 3)


class BlockSequence:
    """Numbers and times of a running take across the wraps of both; says why a take must end."""

    def __init__(self, asked: int, rate_hz: float) -> None:
        self.asked, self._rate_hz = asked, rate_hz
        self.expected: int | None = None  # number of the next sample, counted on across the wrap
        self.first = 0
        self.stored = 0
        self._last_number = self._last_time = 0
        self._wraps_us = 0  # added to the board's time, for each time its clock began anew

    @property
    def whole(self) -> bool:
        """Whether the last sample asked for has come, or one after it."""
        return self.expected is not None and self.expected - self.first >= self.asked

    def place(self, block: Block) -> tuple[int, int, Counts]:
        """(number, time in µs, counts to store) of a block; raises DataError, with why, where the take ends."""
        if self.expected is None:
            self.first = self.expected = block.sample_number
            number, time_us = block.sample_number, block.time_us
        else:
            number, time_us = self._follow(block)
        if not 0 <= time_us < _MOST_TIME_US:
            raise DataError(tr("The board's clock shows a time that cannot be."))
        room = self.first + self.asked - number
        counts = block.counts[: max(room, 0)]
        self.expected = number + len(block.counts)
        self._last_number, self._last_time = number, time_us
        self.stored += len(counts)
        return number, time_us, counts

    def _follow(self, block: Block) -> tuple[int, int]:
        assert self.expected is not None
        ahead = (block.sample_number - self.expected) % _NUMBER_STEPS
        if ahead >= _NUMBER_STEPS // 2:
            raise DataError(tr("The board began to count its samples anew."))
        if ahead > max(_FAR_AHEAD, self.asked):
            raise DataError(tr("The board's sample number jumped by {ahead}.", ahead=ahead))
        number = self.expected + ahead
        time_us = block.time_us + self._wraps_us
        if time_us < self._last_time and self._last_time - self._wraps_us < _TIME_STEPS:
            self._wraps_us += _TIME_STEPS
            time_us += _TIME_STEPS
        nominal_us = (number - self._last_number) * 1e6 / self._rate_hz
        passed = time_us - self._last_time
        if passed < 0 or passed > _MOST_SLOWER * nominal_us + 1e6:
            backwards = block.time_us < self._last_time
            raise DataError(tr("The board's clock ran backwards.") if backwards else tr("The board's clock jumped."))
        return number, time_us


class TakeWriter:
    """Stores each block as it comes; once `add` returns, a killed program keeps it."""

    def __init__(self, database: Database, samples: SampleStore, header: Header, finish: Callable[..., Header]) -> None:
        self._database, self._samples, self._finish = database, samples, finish
        self.header = header  # what the take will be; its counts and figures come with `finish`
        self.open_ended = not header.asked  # it goes on until somebody stops it
        self.sequence = BlockSequence(header.asked or MAX_TAKE_SAMPLES, header.rate_asked_hz or header.rate_hz)
        self.marks: list[Mark] = []
        self.ended = ""  # why it ended before it was whole
        self._closed = False
        with database.transaction():
            self.signal_id = samples.new_signal(header.created_at)
            database.insert(OPEN_TAKES, open_row(self.signal_id, header, ()))

    @property
    def share(self) -> float:
        """How much of the take is there, 0…1, by sample number."""
        sequence = self.sequence
        if sequence.expected is None:
            return 0.0
        return min(1.0, (sequence.expected - sequence.first) / sequence.asked)

    @property
    def over(self) -> bool:
        """Whether nothing more is taken."""
        return bool(self.ended) or self.sequence.whole

    def add(self, block: Block) -> None:
        """Store a block; one that cannot follow ends the take. Raises DataError where it cannot be stored."""
        if self.over or not len(block.counts):
            return
        try:
            number, time_us, counts = self.sequence.place(block)
        except DataError as error:
            self.ended = error.message
            return
        if len(counts):
            self._store(number, time_us, block.overruns, counts)

    def _store(self, number: int, time_us: int, overruns: int, counts: Counts) -> None:
        """Put samples into the file; between its tries on a locked one it lets the window have the database."""
        for left in reversed(range(_TRIES)):
            try:
                with self._database.transaction():
                    if self._closed:
                        raise DataError(tr("The take is closed, so a sample that came late was not stored."))
                    self._samples.append(self.signal_id, number, time_us, overruns, counts)
                return
            except FileLockedError:
                if not left:
                    raise

    def end(self, reason: str) -> None:
        """Take nothing more, and remember why; the first reason counts."""
        if not self.over:
            self.ended = reason

    @property
    def span(self) -> int:
        """How many samples the board has measured for this take so far, lost ones counted in."""
        sequence = self.sequence
        return 0 if sequence.expected is None else sequence.expected - sequence.first

    def mark(self, label: str, first: int, last: int) -> None:
        """Label a stretch, by numbers since the take's first sample; once it returns, a killed program keeps it.

        Raises DataError where it is none, or cannot be stored.
        """
        marks = [*self.marks, Mark(label, first, last)]
        if len(marks) > MOST_MARKS:
            raise DataError(tr("A take cannot have more than {most:,} regions.", most=MOST_MARKS))
        with self._database.transaction():
            if not self._closed:
                store_marks(self._database, open_row(self.signal_id, self.header, marks))
        self.marks = marks

    def finish(self) -> Header:
        """Close the take and list it; raises DataError where nothing has come, and then nothing of it is left."""
        with self._database.locked():
            self._closed = True
            asked = 0 if self.open_ended else self.sequence.asked
            return self._finish(self.header, self.signal_id, self.ended, asked, self.marks)

    def stop(self) -> None:
        """The user has enough: what is there is the take, and nothing of it counts as lost."""
        sequence = self.sequence
        if sequence.expected is not None and not self.over:
            sequence.asked = sequence.expected - sequence.first

    def discard(self) -> None:
        """Remove the take for good, as when the user does not want it."""
        with self._database.transaction() as connection:
            self._closed = True
            connection.execute("DELETE FROM open_takes WHERE signal_id = ?", (self.signal_id,))
            self._samples.forget([self.signal_id])


def finished_header(database: Database, signal_id: int, planned: Header, ended: str, asked: int) -> Header | None:
    """The header of a take from what was stored of it; None where nothing was."""
    chunks = database.rows(CHUNKS, "signal_id = ?", (signal_id,))
    if not chunks:
        return None
    lengths = [len(chunk.counts) // SAMPLE_BYTES for chunk in chunks]
    stored = sum(lengths)
    span = chunks[-1].first_sample + lengths[-1] - chunks[0].first_sample
    asked = max(asked, span)
    best_guess_hz = planned.rate_asked_hz or planned.rate_hz
    timing = measure([c.first_sample for c in chunks], [c.time_us for c in chunks], best_guess_hz)
    counts = (
        np.frombuffer(b"".join(chunk.counts for chunk in chunks), dtype="<i2")
        .reshape(-1, 3)
        .astype(np.int16, copy=False)
    )
    lost = asked - stored
    overruns = min(max(0, chunks[-1].overruns - chunks[0].overruns), lost)
    known = planned.with_changes(
        asked=asked, lost=lost, overruns=overruns, rate_hz=timing.rate_hz, jitter_us=timing.jitter_us, ended=ended
    )
    return described(known, counts)
