"""The samples of takes, read on demand and kept in a cache of bounded size; checksums find the damaged ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from tinylab.data.recording import MAX_TAKE_SAMPLES, Counts
from tinylab.data.storage.database import Database
from tinylab.data.storage.schema import CHUNKS, PIECES, SIGNALS, Chunk, Piece, Signal
from tinylab.errors import DataError
from tinylab.text import tr

SAMPLE_BYTES = 6  # three axes of 16 bits
CHUNK_SAMPLES = 8192  # of what comes in one piece, as an import does
CACHE_BYTES = 24_000_000
MAX_PIECES = 2_000  # of one take


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples that are missing from a take."""

    at: int  # index of the first sample after the gap
    missing: int


@dataclass(frozen=True, slots=True, eq=False)
class Salvage:
    """As much of a take as can be read."""

    counts: Counts
    damaged: tuple[str, ...]  # sentences about what could not be read


class SampleStore:
    """Reads and writes the tables `signals` and `chunks`."""

    def __init__(self, database: Database, cache_bytes: int = CACHE_BYTES) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[Piece, ...], Counts] = OrderedDict()
        self._room, self._kept_bytes = cache_bytes, 0

    def pieces(self, take_id: int) -> tuple[Piece, ...]:
        """The stretches that a take consists of, in order."""
        return tuple(self._database.rows(PIECES, "take_id = ?", (take_id,)))

    def counts(self, take_id: int) -> Counts:
        """The raw counts of a take, shape (samples, 3), read-only; raises DataError where one of them is damaged."""
        pieces = self.pieces(take_id)
        with self._lock:
            if pieces in self._cache:
                self._cache.move_to_end(pieces)
                return self._cache[pieces]
        salvage = self._read(take_id, pieces)
        if salvage.damaged:
            raise DataError(
                tr("Take {take_id} cannot be read: {damaged}", take_id=take_id, damaged=salvage.damaged[0]),
                hint=tr("Export what can be read of it."),
            )
        self._keep(pieces, salvage.counts)
        return salvage.counts

    def salvage(self, take_id: int) -> Salvage:
        """What can be read of a take, and sentences about the rest."""
        return self._read(take_id, self.pieces(take_id))

    def gaps(self, take_id: int) -> tuple[Gap, ...]:
        """Where samples are missing inside a take."""
        return self.gaps_of(self.pieces(take_id))

    def gaps_of(self, pieces: Sequence[Piece]) -> tuple[Gap, ...]:
        """Where samples are missing inside stretches that follow each other; not between them, for that is a cut."""
        found, offset = [], 0
        for piece in pieces:
            found += [
                Gap(offset + gap.at - piece.start, gap.missing)
                for gap in self._gaps_of_signal(piece.signal_id)
                if piece.start < gap.at < piece.start + piece.count
            ]
            offset += piece.count
        return tuple(found)

    def _gaps_of_signal(self, signal_id: int) -> list[Gap]:
        gaps, expected = [], None
        for first, at, count in self.layout(signal_id):
            if expected is not None and first > expected:
                gaps.append(Gap(at, first - expected))
            expected = first + count
        return gaps

    def layout(self, signal_id: int) -> list[tuple[int, int, int]]:
        """(number, index in the signal, samples) of each chunk, by their sizes alone: no sample is read."""
        rows = self._database.query(
            "SELECT first_sample, length(counts) FROM chunks WHERE signal_id = ? ORDER BY first_sample", (signal_id,)
        )
        return _placed((first, length) for first, length in rows if isinstance(first, int) and isinstance(length, int))

    def _read(self, take_id: int, pieces: tuple[Piece, ...]) -> Salvage:
        parts: list[Counts] = [np.empty((0, 3), np.int16)]
        damaged: list[str] = [] if pieces else [tr("it has no samples.")]
        if len(pieces) > MAX_PIECES or sum(max(piece.count, 0) for piece in pieces) > MAX_TAKE_SAMPLES:
            return Salvage(parts[0], (tr("it says that it is larger than any take."),))
        for piece in pieces:
            found, bad = self._read_piece(piece)
            damaged += bad
            stored = sum(map(len, found))
            if stored != piece.count and not bad:
                damaged.append(tr("{count} of its samples are missing.", count=piece.count - stored))
            parts += found
        counts = np.concatenate(parts).astype(np.int16, copy=False)
        counts.setflags(write=False)
        return Salvage(counts, tuple(damaged))

    def _read_piece(self, piece: Piece) -> tuple[list[Counts], list[str]]:
        """(the samples of each of its chunks, sentences about chunks that cannot be read)."""
        signal_id, start, end = piece.signal_id, piece.start, piece.start + piece.count
        damaged: list[str] = []
        try:
            layout = [each for each in self.layout(signal_id) if each[1] < end and each[1] + each[2] > start]
            between = f" AND first_sample BETWEEN {layout[0][0]} AND {layout[-1][0]}" if layout else ""
        except DataError as error:  # damaged beyond its sizes: look for what can be found
            layout, between = [], ""
            damaged.append(error.message)
        if (not layout and not damaged) or start < 0 or piece.count < 1:
            return [], damaged
        rows, bad = self._database.each_row(CHUNKS, "the samples", f"signal_id = {signal_id}{between}")
        by_number = {chunk.first_sample: chunk for chunk in rows}
        parts = []
        for first, at, _count in layout or _placed((chunk.first_sample, len(chunk.counts)) for chunk in rows):
            chunk = by_number.get(first)
            if chunk is None:
                continue  # `bad` says why
            if len(chunk.counts) % SAMPLE_BYTES or crc32(chunk.counts) != chunk.checksum:
                damaged.append(tr("the samples from number {first} on do not match their checksum.", first=first))
                continue
            parts.append(np.frombuffer(chunk.counts, dtype="<i2").reshape(-1, 3)[max(start - at, 0) : max(end - at, 0)])
        return parts, damaged + bad

    def _keep(self, pieces: tuple[Piece, ...], counts: Counts) -> None:
        with self._lock:
            before = self._cache.pop(pieces, None)  # another thread may have read it meanwhile
            self._cache[pieces] = counts
            self._kept_bytes += counts.nbytes - (0 if before is None else before.nbytes)
            while self._kept_bytes > self._room and len(self._cache) > 1:
                self._kept_bytes -= self._cache.popitem(last=False)[1].nbytes

    # --- writing, inside a transaction ------------------------------------------------------------------

    def new_signal(self, created_at: str) -> int:
        """An empty signal; returns its number."""
        return self._database.insert(SIGNALS, Signal(0, created_at))

    def store(self, signal_id: int, counts: Counts) -> None:
        """Put samples that came in one piece into an empty signal."""
        for first in range(0, len(counts), CHUNK_SAMPLES):
            self.append(signal_id, first, 0, 0, counts[first : first + CHUNK_SAMPLES])

    def append(self, signal_id: int, first_sample: int, time_us: int, overruns: int, counts: Counts) -> None:
        """Put the next samples of a signal behind those that are there."""
        blob = np.ascontiguousarray(counts, dtype="<i2").tobytes()
        self._database.insert(CHUNKS, Chunk(signal_id, first_sample, time_us, overruns, crc32(blob), blob))

    def forget(self, signal_ids: Iterable[int]) -> None:
        """Remove signals for good; one that a take still consists of stays, whatever the journal of a file says."""
        wanted = set(signal_ids)
        if not wanted:
            return
        for table in ("pieces", "open_takes"):
            wanted -= {found for (found,) in self._database.query(f"SELECT DISTINCT signal_id FROM {table}")}  # noqa: S608
        for signal_id in wanted:
            for table in ("chunks WHERE signal_id", "signals WHERE id"):
                self._database.connection.execute(f"DELETE FROM {table} = ?", (signal_id,))  # noqa: S608


def _placed(chunks: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(number, index in the signal, samples) of chunks given as (number, bytes)."""
    placed, at = [], 0
    for first, length in chunks:
        placed.append((first, at, length // SAMPLE_BYTES))
        at += length // SAMPLE_BYTES
    return placed
