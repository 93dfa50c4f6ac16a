"""What lies in the trash of a project, and its removal for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinylab.data.editing.journal import Journal
from tinylab.data.recording import Header
from tinylab.data.samples import SampleStore
from tinylab.data.storage.database import Database
from tinylab.data.storage.schema import PIECES


@dataclass(frozen=True, slots=True)
class TrashContents:
    """What emptying the trash would do."""

    takes: tuple[Header, ...]
    bytes_freed: int
    steps: tuple[str, ...]  # of undo and redo, which go with it


class Trash:
    """The takes that were deleted, and the samples that nothing else uses."""

    def __init__(self, database: Database, samples: SampleStore, journal: Journal) -> None:
        self._database, self._samples, self._journal = database, samples, journal

    def contents(self, headers: Sequence[Header]) -> TrashContents:
        """What lies in the trash, of all takes."""
        takes = [take for take in headers if take.trashed]
        ids = [take.id for take in takes]
        signals = self._only_in(ids)
        steps = self._journal.steps_that_need(ids, signals)
        return TrashContents(tuple(takes), sum(map(self._bytes_of, signals)), tuple(self._journal.texts(steps)))

    def empty(self, contents: TrashContents) -> None:
        """Remove it for good; inside a transaction."""
        ids = [take.id for take in contents.takes]
        signals = self._only_in(ids)
        self._journal.forget(self._journal.steps_that_need(ids, signals))
        for take_id in ids:
            for place in ("takes WHERE id", "pieces WHERE take_id", "regions WHERE take_id"):
                self._database.connection.execute(f"DELETE FROM {place} = ?", (take_id,))  # noqa: S608 - fixed names
        self._samples.forget(signals)

    def _only_in(self, take_ids: Sequence[int]) -> list[int]:
        """The signals that no other take uses."""
        wanted = set(take_ids)
        uses: dict[int, set[int]] = {}
        for piece in self._database.each_row(PIECES, "piece")[0]:
            uses.setdefault(piece.signal_id, set()).add(piece.take_id)
        return [signal for signal, takes in uses.items() if takes <= wanted]

    def _bytes_of(self, signal_id: int) -> int:
        sizes = self._database.query(
            "SELECT coalesce(sum(length(counts)), 0) FROM chunks WHERE signal_id = ?", (signal_id,)
        )
        return int(sizes[0][0])
