"""Windows of the feature map that somebody has chosen: the takes and regions that they stand for, and acts on those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.evaluation.feature_map.window_set import WindowSet
from tinylab.text import ntr, tr
from tinylab.workflow.project.document import Document

_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Place:
    """A labelled stretch of a take."""

    take: Header
    part: Part
    region_id: int  # 0 where the take is labelled as a whole


class Places:
    """Which labelled stretch a window lies in, as the project is now."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_take: dict[int, list[Place]] = {}
        for take, part in document.parts:
            self._by_take.setdefault(take.id, []).append(Place(take, part, self._region_id(take, part)))

    def of(self, take_id: int, label: str, start_s: float) -> Place | None:
        """The stretch with that label in which a window begins; None where there is none any more."""
        for place in self._by_take.get(take_id, ()):
            begin, end = place.part.start, place.part.start + place.part.count
            at = (start_s + _ROUNDING_S) * place.take.rate_hz
            if place.part.label == label and begin <= at < end:
                return place
        return None

    def _region_id(self, take: Header, part: Part) -> int:
        for region in self._document.regions(take.id):
            if (region.start, region.count, region.label) == (part.start, part.count, part.label):
                return region.id
        return 0


@dataclass(frozen=True, slots=True)
class ChosenWindows:
    """Some windows, and what an act on them would change."""

    windows: int
    take_ids: tuple[int, ...]  # all takes that they lie in
    whole_takes: tuple[int, ...]  # of these the ones that are labelled as a whole
    region_ids: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """How many windows of how many takes."""
        windows = ntr("{count:,} window", "{count:,} windows", self.windows)
        takes = ntr("{count:,} take", "{count:,} takes", len(self.take_ids))
        return tr("{windows} of {takes}", windows=windows, takes=takes)

    @property
    def relabels(self) -> str:
        """What a new label would be given to."""
        takes = ntr("{count:,} whole take", "{count:,} whole takes", len(self.whole_takes))
        regions = ntr("{count:,} region", "{count:,} regions", len(self.region_ids))
        some = [text for text, ids in ((takes, self.whole_takes), (regions, self.region_ids)) if ids]
        return tr("{first} and {second}", first=some[0], second=some[1]) if len(some) > 1 else "".join(some)


def chosen_windows(document: Document, windows: WindowSet, rows: Sequence[int]) -> ChosenWindows:
    """What these rows of the map's windows stand for; rows whose take has changed since count for nothing."""
    places = Places(document)
    found = [
        place
        for row in rows
        if (place := places.of(int(windows.take_ids[row]), windows.labels[row], float(windows.starts_s[row])))
    ]
    return ChosenWindows(
        len(found),
        _once(place.take.id for place in found),
        _once(place.take.id for place in found if not place.region_id),
        _once(place.region_id for place in found if place.region_id),
    )


def _once(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))
