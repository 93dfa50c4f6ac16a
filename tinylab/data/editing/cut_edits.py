"""Edits that cut takes: trim, split, merge. Samples stay as they are: a take is a list of stretches of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.writer import EditWriter
from tinylab.data.recording import Header, described
from tinylab.data.samples import MAX_PIECES
from tinylab.data.storage.schema import PIECES, REGIONS, TAKES, Piece, Region
from tinylab.errors import DataError
from tinylab.text import ntr, tr

_SAME_RATE = 0.01  # two takes can be merged when their rates differ by less


@dataclass(frozen=True)
class Trim(Edit):
    """Keep only a part of a take: `count` samples from sample `start` on."""

    take_id: int
    start: int
    count: int
    kind: ClassVar[str] = "trim"

    @property
    def text(self) -> str:
        return tr("trim a take")

    def carry_out(self, writer: EditWriter) -> None:
        take = writer.take(self.take_id)
        if not (self.start >= 0 and self.count >= 1 and self.start + self.count <= take.samples):
            raise DataError(
                tr(
                    "A take of {samples} samples cannot be trimmed to {count} from {start} on.",
                    samples=take.samples,
                    count=self.count,
                    start=self.start,
                ),
                hint=tr("Choose a part inside the take."),
            )
        regions = writer.regions("take_id = ?", (take.id,))
        pieces = writer.pieces(take.id)
        _put_pieces(writer, take, stretch(pieces, self.start, self.count), pieces)
        _put_regions(writer, take.id, regions, {take.id: (self.start, self.count)})


@dataclass(frozen=True)
class SplitAt(Edit):
    """Cut a take into several, before the samples with these numbers; the first part keeps the take's number."""

    take_id: int
    points: tuple[int, ...]
    kind: ClassVar[str] = "split take"

    @property
    def text(self) -> str:
        return tr("split a take into {count}", count=len(self.points) + 1)

    def carry_out(self, writer: EditWriter) -> None:
        take = writer.take(self.take_id)
        points = sorted(set(self.points))
        if not points or not all(0 < point < take.samples for point in points):
            raise DataError(tr("A take can only be split inside itself."), hint=tr("Choose a point within the take."))
        regions, pieces = writer.regions("take_id = ?", (take.id,)), writer.pieces(take.id)
        bounds = [0, *points, take.samples]
        places: dict[int, tuple[int, int]] = {}
        for start, end in pairwise(bounds):
            part = stretch(pieces, start, end - start)
            if start == 0:
                _put_pieces(writer, take, part, pieces)
                places[take.id] = (start, end - start)
            else:
                made = writer.add(TAKES, replace(take, id=0, samples=end - start))
                _put_pieces(writer, made, part, pieces)
                places[made.id] = (start, end - start)
        _put_regions(writer, take.id, regions, places)


@dataclass(frozen=True)
class Merge(Edit):
    """Make one take of several, in the order given; the first one keeps its number, the others go to the trash."""

    take_ids: tuple[int, ...]
    kind: ClassVar[str] = "merge"

    @property
    def text(self) -> str:
        return ntr("merge a take", "merge {count} takes", len(self.take_ids))

    def carry_out(self, writer: EditWriter) -> None:
        if len(set(self.take_ids)) < 2 or len(set(self.take_ids)) != len(self.take_ids):
            raise DataError(tr("Merging needs at least two different takes."), hint=tr("Choose two or more."))
        takes = [writer.take(take_id) for take_id in self.take_ids]
        for other in takes[1:]:
            _check_alike(takes[0], other)
        pieces = [piece for take in takes for piece in writer.pieces(take.id)]
        if any(take.trashed for take in takes) or len(pieces) > MAX_PIECES:
            raise DataError(
                tr("These takes cannot be merged."), hint=tr("Merge fewer of them, and none that is in the trash.")
            )
        offset = takes[0].samples
        for other in takes[1:]:
            for region in writer.regions("take_id = ?", (other.id,)):
                writer.add(REGIONS, Region(0, takes[0].id, region.label, offset + region.start, region.count))
            offset += other.samples
            writer.change(TAKES, other, trashed_at=other.trashed_at or writer.now)
        samples = sum(take.samples for take in takes)
        merged = writer.change(
            TAKES,
            takes[0],
            rate_hz=sum(take.rate_hz * take.samples for take in takes) / samples,
            jitter_us=max(take.jitter_us for take in takes),
            **{name: sum(getattr(take, name) for take in takes) for name in ("asked", "lost", "overruns")},
        )
        _put_pieces(writer, merged, pieces, None)


def _check_alike(first: Header, other: Header) -> None:
    reasons = {
        tr("labels"): first.label != other.label,
        tr("sensors"): first.sensor != other.sensor,
        tr("ranges"): first.g_per_count != other.g_per_count or first.range_g != other.range_g,
        tr("frames"): first.frame != other.frame,
        tr("rates"): abs(first.rate_hz / other.rate_hz - 1) > _SAME_RATE,
    }
    different = [name for name, differs in reasons.items() if differs]
    if different:
        raise DataError(
            tr(
                "Takes {id} and {other} have different {different}, so they stay apart.",
                id=first.id,
                other=other.id,
                different=", ".join(different),
            ),
            hint=tr("Merge takes that were recorded alike."),
        )


def stretch(pieces: Sequence[Piece], start: int, count: int) -> list[Piece]:
    """The pieces of a part of a take."""
    found, offset = [], 0
    for piece in pieces:
        first, last = max(start, offset), min(start + count, offset + piece.count)
        if first < last:
            found.append(replace(piece, start=piece.start + first - offset, count=last - first))
        offset += piece.count
    return found


def _put_pieces(writer: EditWriter, take: Header, pieces: Sequence[Piece], whole: Sequence[Piece] | None) -> Header:
    """Let a take consist of `pieces`. `whole`: what it was cut from, for what is lost; None where it only grew."""
    missing_before = _missing(writer, whole) if whole is not None else 0
    for old in writer.pieces(take.id):
        writer.remove(PIECES, old)
    for position, piece in enumerate(pieces):
        writer.add(PIECES, replace(piece, take_id=take.id, position=position))
    counts = writer.samples.counts(take.id) if pieces else np.empty((0, 3), np.int16)
    after = described(take, counts)
    if whole is not None and take.asked:
        ends_alike = pieces[-1].start + pieces[-1].count == whole[-1].start + whole[-1].count
        inside = _missing(writer, pieces)
        lost = inside + (max(0, take.lost - missing_before) if ends_alike else 0)
        ended = take.ended if ends_alike else ""  # why it ended early concerns the part with its end
        after = replace(after, asked=after.samples + lost, lost=lost, overruns=min(take.overruns, lost), ended=ended)
    columns = ("samples", "asked", "lost", "overruns", "clipped", "flat", "ended")
    return writer.change(TAKES, take, **{name: getattr(after, name) for name in columns})


def _missing(writer: EditWriter, pieces: Sequence[Piece]) -> int:
    return sum(gap.missing for gap in writer.samples.gaps_of(pieces))


def _put_regions(
    writer: EditWriter, take_id: int, regions: Sequence[Region], places: dict[int, tuple[int, int]]
) -> None:
    """Move the regions of a take to the parts it was cut into; what lies outside every part goes."""
    for region in regions:
        parts = [
            (part, max(region.start, start) - start, min(region.start + region.count, start + count) - start)
            for part, (start, count) in places.items()
        ]
        for part, first, last in parts:
            if first < last and part == take_id:
                writer.change(REGIONS, region, start=first, count=last - first)
            elif first < last:
                writer.add(REGIONS, Region(0, part, region.label, first, last - first))
        if not any(part == take_id and first < last for part, first, last in parts):
            writer.remove(REGIONS, region)
