"""The samples of takes, read on demand and kept in a cache of bounded size; damaged ones are found by their checksums."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from tinylab.data.recording import Counts
from tinylab.data.storage.database import Database
from tinylab.data.storage.schema import CHUNKS, PIECES, SIGNALS, Chunk, Piece, Signal
from tinylab.errors import DataError

SAMPLE_BYTES = 6  # three axes of 16 bits
CHUNK_SAMPLES = 8192  # of what comes in one piece, as an import does
CACHE_BYTES = 48_000_000


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
        self._room = cache_bytes

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
                f"Take {take_id} cannot be read: {salvage.damaged[0]}", hint="Export what can be read of it."
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
        rows = self._database.query(
            "SELECT first_sample, length(counts) FROM chunks WHERE signal_id = ? ORDER BY first_sample", (signal_id,)
        )
        gaps, stored = [], 0
        expected: int | None = None
        for first, length in rows:
            if expected is not None and first > expected:
                gaps.append(Gap(stored, first - expected))
            stored += length // SAMPLE_BYTES
            expected = first + length // SAMPLE_BYTES
        return gaps

    def _read(self, take_id: int, pieces: tuple[Piece, ...]) -> Salvage:
        parts: list[Counts] = []
        damaged: list[str] = [] if pieces else ["it has no samples."]
        for piece in pieces:
            counts, bad = self._signal(piece.signal_id)
            damaged += bad
            part = counts[piece.start : piece.start + piece.count]
            if len(part) < piece.count and not bad:
                damaged.append(f"{piece.count - len(part)} of its samples are missing.")
            parts.append(part)
        found = np.concatenate([np.empty((0, 3), np.int16), *parts])
        found.setflags(write=False)
        return Salvage(found, tuple(damaged))

    def _signal(self, signal_id: int) -> tuple[Counts, list[str]]:
        rows, damaged = self._database.each_row(CHUNKS, "chunk", f"signal_id = {int(signal_id)}")
        blobs = []
        for chunk in rows:
            if len(chunk.counts) % SAMPLE_BYTES or crc32(chunk.counts) != chunk.checksum:
                damaged.append(f"the samples from number {chunk.first_sample} on do not match their checksum.")
            else:
                blobs.append(chunk.counts)
        return np.frombuffer(b"".join(blobs), dtype="<i2").reshape(-1, 3).astype(np.int16), damaged

    def _keep(self, pieces: tuple[Piece, ...], counts: Counts) -> None:
        with self._lock:
            self._cache[pieces] = counts
            self._cache.move_to_end(pieces)
            while sum(each.nbytes for each in self._cache.values()) > self._room and len(self._cache) > 1:
                self._cache.popitem(last=False)

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

    def forget(self, signal_ids: Sequence[int]) -> None:
        """Remove signals for good."""
        for signal_id in signal_ids:
            for table in ("chunks WHERE signal_id", "signals WHERE id"):
                self._database.connection.execute(f"DELETE FROM {table} = ?", (signal_id,))
