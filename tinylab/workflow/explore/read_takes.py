"""What was read of the takes, kept while their pieces stay the same, so that an edit costs one reading and not all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from tinylab.data.frames import RAW, turn
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Counts, Header
from tinylab.evaluation.duplicates.anchors import Anchors, anchors_of
from tinylab.evaluation.duplicates.groups import same_samples
from tinylab.evaluation.take_checks.content import Content, Labelled, content_of

Parts = Sequence[tuple[Header, Part]]


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

    def same(self, project: Project, one: int, other: int, offsets: Sequence[int]) -> bool:
        """Whether two takes that were read hold the same samples; compared once. DataError where one is unreadable."""
        first, second = self._kept[one], self._kept[other]
        pair = (one, first.pieces), (other, second.pieces)
        if pair not in self._same:
            samples = [
                (_turned(project, i, kept.frame), kept.g_per_count) for i, kept in ((one, first), (other, second))
            ]
            self._same[pair] = same_samples(samples[0], samples[1], offsets)
        return self._same[pair]

    def anchors(self, take_ids: Sequence[int]) -> list[Anchors]:
        """The marks of those takes that were read."""
        with self._lock:
            return [self._kept[take_id].anchors for take_id in take_ids if take_id in self._kept]


def _turned(project: Project, take_id: int, frame: str) -> Counts:
    """A take's counts in the sensor's own axes, so that takes from boards and from files can stand side by side."""
    return turn(project.samples.counts(take_id), frame, RAW)


def _read(take: Header, parts: Sequence[Part], counts: Counts, pieces: str) -> _Read:
    contents = {}
    for part in parts:
        signal = counts[part.start : part.start + part.count] * take.g_per_count
        contents[part.start, part.count] = content_of(signal, take.rate_hz)
    return _Read(pieces, take.g_per_count, take.frame, contents, anchors_of(take.id, counts, take.g_per_count))
