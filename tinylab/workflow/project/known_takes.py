"""The takes of the open project and their regions, held in memory so that nobody asks the file for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinylab.data.editing.writer import RowChange
from tinylab.data.parts import Part, parts_of
from tinylab.data.recording import Header
from tinylab.data.storage.schema import REGIONS, TAKES, Region
from tinylab.data.timing import CaptureFigures

_NONE: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What the takes in use come to; counted once after a change, however often it is shown."""

    parts: tuple[tuple[Header, Part], ...]  # each take in use with each of its parts
    part_counts: Mapping[tuple[str, str], int]  # (label, subject) → parts
    takes_by_label: Counter[str]
    subjects: tuple[str, ...]  # in alphabetical order
    seconds: float
    last_recorded: Header | None  # the newest take that came from a board


class KnownTakes:
    """Headers and regions, as the last edit left them.

    Every page asks again and again what the takes come to: after an edit only the takes that it touched are looked
    into anew, and everything is added up once.
    """

    def __init__(
        self, headers: dict[int, Header] | None = None, regions: dict[int, tuple[Region, ...]] | None = None
    ) -> None:
        self.headers = headers or {}
        self._regions = regions or {}
        self._parts: dict[int, tuple[Part, ...]] = {}  # of takes that were looked into since they changed
        self._totals: Totals | None = None
        self.looked_into = 0  # takes whose parts were worked out, for tests
        self.in_use: tuple[Header, ...] = ()  # oldest first
        self.refresh()

    def refresh(self) -> None:
        """Look again which are in use."""
        self.in_use = tuple(self.headers[i] for i in sorted(self.headers) if not self.headers[i].trashed)
        self._totals = None

    def put(self, header: Header, regions: Sequence[Region]) -> None:
        """A take that was just stored."""
        self.headers[header.id], self._regions[header.id] = header, tuple(regions)
        self._parts.pop(header.id, None)
        self.refresh()

    def take_over(self, change: RowChange) -> int:
        """Follow an edit's change of a take or a region; returns the take it concerns. `refresh` after the last one."""
        if change.table is TAKES:
            self._put(change.row.id, change.after)
            return int(change.row.id)
        assert change.table is REGIONS
        rest = [r for r in self.regions(change.row.take_id) if r.id != change.row.id]
        self._regions[change.row.take_id] = tuple(
            sorted([*rest, change.after] if change.after is not None else rest, key=lambda r: (r.start, r.id))
        )
        self._parts.pop(change.row.take_id, None)
        return int(change.row.take_id)

    def _put(self, take_id: int, header: Header | None) -> None:
        self._parts.pop(take_id, None)
        if header is None:
            self.headers.pop(take_id, None)
        else:
            self.headers[take_id] = header

    def forget(self, take_id: int) -> None:
        """A take that was removed for good."""
        self.headers.pop(take_id, None)
        self._regions.pop(take_id, None)
        self._parts.pop(take_id, None)

    def regions(self, take_id: int) -> tuple[Region, ...]:
        """The labelled stretches of a take, by where they begin."""
        return self._regions.get(take_id, _NONE)

    @property
    def totals(self) -> Totals:
        """What the takes in use come to."""
        if self._totals is None:
            self._totals = self._added_up()
        return self._totals

    def _added_up(self) -> Totals:
        parts = tuple((take, part) for take in self.in_use for part in self._parts_of(take))
        return Totals(
            parts,
            Counter((part.label, take.subject) for take, part in parts),
            Counter(take.label for take in self.in_use),
            tuple(sorted({take.subject for take in self.in_use if take.subject})),
            sum(take.seconds for take in self.in_use),
            next((take for take in reversed(self.in_use) if take.source == "board"), None),
        )

    def _parts_of(self, take: Header) -> tuple[Part, ...]:
        found = self._parts.get(take.id)
        if found is None:
            found = self._parts[take.id] = parts_of(take, self.regions(take.id))
            self.looked_into += 1
        return found

    def figures(self) -> CaptureFigures:
        """What was recorded, and what was lost on the way."""
        rates = [take.rate_hz for take in self.in_use]
        return CaptureFigures(
            recordings=len(self.in_use),
            samples=sum(take.samples for take in self.in_use),
            lost=sum(take.lost for take in self.in_use),
            rate_hz=sum(rates) / len(rates) if rates else 0.0,
        )
