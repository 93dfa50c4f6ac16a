"""Edits of regions: labelled parts inside a take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.writer import EditWriter
from tinylab.data.recording import Header, check_name
from tinylab.data.storage.schema import REGIONS, Region
from tinylab.errors import DataError
from tinylab.text import tr


@dataclass(frozen=True)
class AddRegion(Edit):
    """Label a part of a take."""

    take_id: int
    label: str
    start: int
    count: int
    kind: ClassVar[str] = "add region"

    @property
    def text(self) -> str:
        return tr("mark a region")

    def carry_out(self, writer: EditWriter) -> None:
        check_name("label", self.label)
        check_inside(writer.take(self.take_id), self.start, self.count)
        writer.need_labels([self.label])
        writer.add(REGIONS, Region(0, self.take_id, self.label, self.start, self.count))


@dataclass(frozen=True)
class RemoveRegion(Edit):
    """Remove the label of a part of a take; the samples stay."""

    region_id: int
    kind: ClassVar[str] = "remove region"

    @property
    def text(self) -> str:
        return tr("remove a region")

    def carry_out(self, writer: EditWriter) -> None:
        writer.remove(REGIONS, _region(writer, self.region_id))


@dataclass(frozen=True)
class MoveRegion(Edit):
    """Give a region other ends."""

    region_id: int
    start: int
    count: int
    kind: ClassVar[str] = "move region"

    @property
    def text(self) -> str:
        return tr("move a region")

    def carry_out(self, writer: EditWriter) -> None:
        region = _region(writer, self.region_id)
        check_inside(writer.take(region.take_id), self.start, self.count)
        writer.change(REGIONS, region, start=self.start, count=self.count)


@dataclass(frozen=True)
class RelabelRegion(Edit):
    """Give a region another label."""

    region_id: int
    label: str
    kind: ClassVar[str] = "relabel region"

    @property
    def text(self) -> str:
        return tr("relabel a region")

    def carry_out(self, writer: EditWriter) -> None:
        check_name("label", self.label)
        writer.change(REGIONS, _region(writer, self.region_id), label=self.label)
        writer.need_labels([self.label])


def _region(writer: EditWriter, region_id: int) -> Region:
    found = writer.regions("id = ?", (region_id,))
    if not found:
        raise DataError(tr("There is no region {region_id} in this project.", region_id=region_id))
    return found[0]


def check_inside(take: Header, start: int, count: int) -> None:
    """Raise DataError where these samples are not all in the take."""
    if not (start >= 0 and count >= 1 and start + count <= take.samples):
        raise DataError(
            tr(
                "A region from {start} to {end} does not lie inside a take of {samples} samples.",
                start=start,
                end=start + count,
                samples=take.samples,
            ),
            hint=tr("Choose a part inside the take."),
        )
