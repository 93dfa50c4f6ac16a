"""The takes of the open project and their regions, held in memory so that nobody asks the file for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tinylab.data.editing.writer import RowChange
from tinylab.data.parts import Part, parts_of
from tinylab.data.recording import Header
from tinylab.data.storage.schema import REGIONS, TAKES, Region
from tinylab.data.timing import CaptureFigures

_NONE: tuple[Region, ...] = ()


class KnownTakes:
    """Headers and regions, as the last edit left them."""

    def __init__(
        self, headers: dict[int, Header] | None = None, regions: dict[int, tuple[Region, ...]] | None = None
    ) -> None:
        self.headers = headers or {}
        self._regions = regions or {}
        self.in_use: tuple[Header, ...] = ()  # oldest first
        self.refresh()

    def refresh(self) -> None:
        """Look again which are in use."""
        self.in_use = tuple(self.headers[i] for i in sorted(self.headers) if not self.headers[i].trashed)

    def put(self, header: Header, regions: Sequence[Region]) -> None:
        """A take that was just stored."""
        self.headers[header.id], self._regions[header.id] = header, tuple(regions)
        self.refresh()

    def take_over(self, change: RowChange) -> int:
        """Follow an edit's change of a take or a region; returns the take it concerns."""
        if change.table is TAKES:
            self._put(change.row.id, change.after)
            return int(change.row.id)
        assert change.table is REGIONS
        rest = [r for r in self.regions(change.row.take_id) if r.id != change.row.id]
        self._regions[change.row.take_id] = tuple(
            sorted([*rest, change.after] if change.after is not None else rest, key=lambda r: (r.start, r.id))
        )
        return int(change.row.take_id)

    def _put(self, take_id: int, header: Header | None) -> None:
        if header is None:
            self.headers.pop(take_id, None)
        else:
            self.headers[take_id] = header

    def forget(self, take_id: int) -> None:
        """A take that was removed for good."""
        self.headers.pop(take_id, None)
        self._regions.pop(take_id, None)

    def regions(self, take_id: int) -> tuple[Region, ...]:
        """The labelled stretches of a take, by where they begin."""
        return self._regions.get(take_id, _NONE)

    def parts(self) -> Iterator[tuple[Header, Part]]:
        """All that counts for learning: each take in use with each of its parts."""
        for take in self.in_use:
            for part in parts_of(take, self.regions(take.id)):
                yield take, part

    def figures(self) -> CaptureFigures:
        """What was recorded, and what was lost on the way."""
        rates = [take.rate_hz for take in self.in_use]
        return CaptureFigures(
            recordings=len(self.in_use),
            samples=sum(take.samples for take in self.in_use),
            lost=sum(take.lost for take in self.in_use),
            rate_hz=sum(rates) / len(rates) if rates else 0.0,
        )
