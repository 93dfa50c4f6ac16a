"""What was read of the takes, kept while their pieces stay the same, so that an edit costs one reading and not all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinylab.data.frames import RAW, turn
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Counts, Header
from tinylab.errors import DataError
from tinylab.evaluation.duplicates.anchors import Anchors, anchors_of
from tinylab.evaluation.duplicates.groups import duplicate_groups, same_samples
from tinylab.evaluation.take_checks.content import Content, Labelled, content_of

Parts = Sequence[tuple[Header, Part]]
_Pieces = tuple[tuple[int, str], ...]
_Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What is kept of one take."""

    pieces: str
    g_per_count: float
    frame: str
    contents: dict[tuple[int, int], Content]  # by start and count of a part
    anchors: Anchors


class ReadTakes:
    """The contents and marks of a project's takes. May be asked from any thread."""

    def __init__(self) -> None:
        self._kept: dict[int, _Read] = {}
        self._same: dict[tuple[tuple[int, str], tuple[int, str]], bool] = {}  # two takes and their pieces
        self._groups: tuple[_Pieces, _Groups] = ((), ())  # of the last look, while the takes' samples are the same
        self._lock = threading.Lock()

    def labelled(self, project: Project, parts: Parts, pieces: str) -> list[Labelled]:
        """The parts of one take as the checks see them; raises DataError where its samples cannot be read."""
        take = parts[0][0]
        with self._lock:
            kept = self._kept.get(take.id)
        if kept is None or kept.pieces != pieces or any((p.start, p.count) not in kept.contents for _, p in parts):
            kept = _read(take, [part for _, part in parts], _turned(project, take.id, take.frame), pieces)
            with self._lock:
                self._kept[take.id] = kept
        return [Labelled(take.id, part.label, kept.contents[part.start, part.count]) for _, part in parts]

    def duplicates(self, project: Project, take_ids: Sequence[int], cancelled: Callable[[], bool]) -> _Groups:
        """Groups of those takes that hold the same samples; of takes that could be read."""
        with self._lock:
            kept = {take_id: self._kept[take_id] for take_id in take_ids if take_id in self._kept}
            pieces, groups = self._groups
        now = tuple((take_id, read.pieces) for take_id, read in kept.items())
        if now != pieces:
            anchors = [read.anchors for read in kept.values()]
            groups = duplicate_groups(anchors, lambda one, other, at: self._alike(project, one, other, at), cancelled)
            if not cancelled():
                with self._lock:
                    self._groups = now, groups
        return groups

    def _alike(self, project: Project, one: int, other: int, offsets: Sequence[int]) -> bool:
        """Whether two takes that were read hold the same samples; compared once."""
        first, second = self._kept[one], self._kept[other]
        pair = (one, first.pieces), (other, second.pieces)
        if pair not in self._same:
            try:
                samples = [
                    (_turned(project, i, kept.frame), kept.g_per_count) for i, kept in ((one, first), (other, second))
                ]
            except DataError:
                return False
            self._same[pair] = same_samples(samples[0], samples[1], offsets)
        return self._same[pair]


def _turned(project: Project, take_id: int, frame: str) -> Counts:
    """A take's counts in the sensor's own axes, so that takes from boards and from files can stand side by side."""
    return turn(project.samples.counts(take_id), frame, RAW)


def _read(take: Header, parts: Sequence[Part], counts: Counts, pieces: str) -> _Read:
    contents = {}
    for part in parts:
        signal = counts[part.start : part.start + part.count] * take.g_per_count
        contents[part.start, part.count] = content_of(signal, take.rate_hz)
    return _Read(pieces, take.g_per_count, take.frame, contents, anchors_of(take.id, counts, take.g_per_count))
