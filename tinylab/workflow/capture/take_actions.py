"""What can be done with takes, one or several at once: each act is one step of undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tinylab.data.editing.cut_edits import Merge, SplitAt, Trim
from tinylab.data.editing.edit import Edit
from tinylab.data.editing.region_edits import AddRegion, MoveRegion, RelabelRegion, RemoveRegion
from tinylab.data.editing.take_edits import Relabel, SetNote, SetSession, SetSplit, SetSubject
from tinylab.data.recording import tidy
from tinylab.dsp.motion_level import Signal
from tinylab.dsp.motion_parts import points_between_motions, trimmed_to_motion
from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.document import Document


class TakeActions:
    """Edits of takes; where one cannot be done a notice says why, and nothing has changed."""

    def __init__(self, document: Document, notices: Notices) -> None:
        self._document, self._notices = document, notices

    # --- what a take says of itself -----------------------------------------------------------------------

    def relabel(self, take_ids: Sequence[int], label: str) -> bool:
        """Give takes another label; an empty one makes them unlabelled."""
        return self._do(take_ids, Relabel(tuple(take_ids), tidy(label)))

    def relabel_parts(self, take_ids: Sequence[int], region_ids: Sequence[int], label: str) -> bool:
        """Give whole takes and regions another label, in one step."""
        return self._do([*take_ids, *region_ids], Relabel(tuple(take_ids), tidy(label), tuple(region_ids)))

    def set_subject(self, take_ids: Sequence[int], subject: str) -> bool:
        """Say who performed them."""
        return self._do(take_ids, SetSubject(tuple(take_ids), tidy(subject)))

    def set_session(self, take_ids: Sequence[int], session: str) -> bool:
        """Say in which sitting they were recorded."""
        return self._do(take_ids, SetSession(tuple(take_ids), tidy(session)))

    def set_split(self, take_ids: Sequence[int], split: str) -> bool:
        """Say on which side of a given split they are: train, validation, test, or nothing."""
        return self._do(take_ids, SetSplit(tuple(take_ids), split))

    def set_note(self, take_id: int, note: str) -> bool:
        """Write a note to a take."""
        return self._document.do(SetNote(take_id, note))

    def trash(self, take_ids: Sequence[int]) -> bool:
        """Put them into the trash."""
        return bool(take_ids) and self._document.trash(take_ids)

    # --- cutting ------------------------------------------------------------------------------------------

    def trim(self, take_id: int, start: int, count: int) -> bool:
        """Keep only a part of a take."""
        return self._document.do(Trim(take_id, start, count))

    def trim_to_motion(self, take_id: int) -> bool:
        """Keep what moves, with a little air."""
        signal = self._signal(take_id)
        if signal is None:
            return False
        found = trimmed_to_motion(*signal)
        if found is None:
            return self._nothing(tr("Nothing moves in this take, so it is not trimmed."))
        if found == (0, len(signal[0])):
            return self._nothing(tr("This take begins and ends with its motion already."))
        return self.trim(take_id, *found)

    def split(self, take_id: int, points: Iterable[int]) -> bool:
        """Cut a take before these samples."""
        return self._document.do(SplitAt(take_id, tuple(points)))

    def split_by_motion(self, take_id: int) -> bool:
        """Cut a take in the rest between its motions."""
        signal = self._signal(take_id)
        if signal is None:
            return False
        points = points_between_motions(*signal)
        if not points:
            return self._nothing(tr("There is no rest between two motions in this take."))
        return self.split(take_id, points)

    def split_at_gaps(self, take_id: int) -> bool:
        """Cut a take where samples are missing."""
        try:
            gaps = self._document.open_project().samples.gaps(take_id)
        except TinyLabError as error:
            self._notices.error(error, about=Topic.EDIT)
            return False
        return self.split(take_id, [gap.at for gap in gaps]) if gaps else self._nothing(tr("This take has no gap."))

    def merge(self, take_ids: Sequence[int]) -> bool:
        """Make one take of several, in the order in which they were recorded."""
        return self._document.do(Merge(tuple(sorted(take_ids))))

    # --- regions ------------------------------------------------------------------------------------------

    def add_region(self, take_id: int, label: str, start: int, end: int) -> bool:
        """Label a part of a take, from a sample to before another one; what lies outside is cut off."""
        first, count = self._inside(take_id, start, end)
        return count > 0 and self._document.do(AddRegion(take_id, label, first, count))

    def move_region(self, region_id: int, take_id: int, start: int, end: int) -> bool:
        """Give a region other ends."""
        first, count = self._inside(take_id, start, end)
        return count > 0 and self._document.do(MoveRegion(region_id, first, count))

    def relabel_region(self, region_id: int, label: str) -> bool:
        """Give a region another label."""
        return self._document.do(RelabelRegion(region_id, label))

    def remove_region(self, region_id: int) -> bool:
        """Remove a region; its samples stay."""
        return self._document.do(RemoveRegion(region_id))

    # --- inside -------------------------------------------------------------------------------------------

    def _inside(self, take_id: int, start: int, end: int) -> tuple[int, int]:
        """(first sample, samples) of what lies between two places, in either order, and inside the take."""
        take = self._document.header(take_id)
        first, behind = max(0, min(start, end)), max(start, end)
        return first, (behind if take is None else min(behind, take.samples)) - first

    def _do(self, take_ids: Sequence[int], edit: Edit) -> bool:
        return bool(take_ids) and self._document.do(edit)

    def _signal(self, take_id: int) -> tuple[Signal, float] | None:
        try:
            recording = self._document.recording(take_id)
        except TinyLabError as error:
            self._notices.error(error, about=Topic.EDIT)
            return None
        return recording.in_g, recording.header.rate_hz

    def _nothing(self, sentence: str) -> bool:
        self._notices.show(Tone.INFO, sentence)
        return False
