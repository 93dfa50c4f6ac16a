"""The list of proposed labels: made in a thread, accepted or corrected one by one as edits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.region_edits import AddRegion, RelabelRegion
from tinylab.data.editing.take_edits import Relabel
from tinylab.data.frames import turn
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.data.storage.schema import Region
from tinylab.errors import DataError, TinyLabError
from tinylab.evaluation.feature_map.neighbours import OddWindow
from tinylab.evaluation.feature_map.window_set import fitting_window_s
from tinylab.evaluation.proposals import Proposal, by_doubt, by_neighbours, open_stretches, proposed, questioned
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.explore.background import Background
from tinylab.workflow.explore.chosen_windows import Place, Places
from tinylab.workflow.explore.map_windows import MapWindows, stop_if_cancelled
from tinylab.workflow.explore.teachers import NetworkTeacher, TakesTeacher
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.trainer import Trainer

Teacher = TakesTeacher | NetworkTeacher
_Found = tuple[Project, tuple[Proposal, ...]]


class Proposals:
    """What the model proposes, most doubtful first. Belongs to the owning thread; looks when `look` is called."""

    def __init__(self, inbox: Inbox, document: Document, trainer: Trainer) -> None:
        self.changed: Event[None] = Event()
        self.reason = ""  # why there are no proposals
        self._document, self._trainer = document, trainer
        self._tasks = Tasks(inbox)
        self._windows = MapWindows()
        self._found: tuple[Proposal, ...] | None = None  # by the teacher
        self._odd: tuple[Proposal, ...] = ()  # by the neighbours in the feature map
        self._listed: tuple[Proposal, ...] = ()  # both, without what was decided
        self._decided: set[tuple[int, int, int, str]] = set()  # stretches that are right as they are
        self._at = 0
        self._work: Background[_Found] = Background(
            self._tasks, tr("Proposing labels"), self._prepare, self._done, self._failed
        )
        document.changed.subscribe(self._document_changed)

    @property
    def all(self) -> tuple[Proposal, ...] | None:
        """What is proposed and not yet decided; None before the first look has ended."""
        return self._listed if self._found is not None else None

    @property
    def task(self) -> Task[_Found] | None:
        """The look that goes on."""
        return self._work.task

    @property
    def at(self) -> int:
        """The place of the current one in the list."""
        return self._at

    @property
    def current(self) -> Proposal | None:
        """The one that is asked about."""
        return self._listed[self._at] if self._at < len(self._listed) else None

    def look(self) -> None:
        """Ask the teacher: the network of the chosen run where there is one, else the labelled takes."""
        self._work.begin()
        self.changed.emit(None)

    def set_odd(self, odd: Sequence[OddWindow]) -> None:
        """What the feature map has shown: windows whose neighbours all say otherwise."""
        places, by_place = Places(self._document), dict[Place, list[OddWindow]]()
        for window in odd:
            place = places.of(window.take_id, window.label, window.start_s)
            if place is not None:
                by_place.setdefault(place, []).append(window)
        self._odd = tuple(
            by_neighbours(windows, place.take, place.part, place.region_id) for place, windows in by_place.items()
        )
        self._list()
        self.changed.emit(None)

    def choose(self, at: int) -> None:
        """Ask about this one of the list."""
        if 0 <= at < len(self._listed):
            self._at = at
            self.changed.emit(None)

    def next(self) -> None:
        """Leave the current one as it is and ask about the one after it; after the last comes the first."""
        if self._listed:
            self.choose((self._at + 1) % len(self._listed))

    def accept(self) -> bool:
        """Give the stretch the proposed label; False where there is none or the edit failed."""
        current = self.current
        return current is not None and self.correct(current.label)

    def correct(self, label: str) -> bool:
        """Give the stretch another label than the proposed one."""
        current = self.current
        if current is None or not self._document.do(_edit(current, label)):
            return False
        self._drop(current)
        return True

    def refuse(self) -> None:
        """The stretch is right as it is: ask about it no more."""
        current = self.current
        if current is not None:
            self._decided.add((*current.place, current.instead_of))
            self._drop(current)

    def _drop(self, gone: Proposal) -> None:
        self._found = tuple(each for each in self._found or () if each.place != gone.place)
        self._odd = tuple(each for each in self._odd if each.place != gone.place)
        self._list()
        self.changed.emit(None)

    def _list(self) -> None:
        """Both kinds in one list, and the current one stays the current one."""
        current, found = self.current, self._found or ()
        taken = {each.place for each in found}
        both = [*found, *(each for each in self._odd if each.place not in taken)]
        self._listed = by_doubt([each for each in both if (*each.place, each.instead_of) not in self._decided])
        at = next((n for n, each in enumerate(self._listed) if current and each.place == current.place), self._at)
        self._at = min(at, max(0, len(self._listed) - 1))

    def close(self) -> None:
        """End what runs."""
        self._work.cancel()
        self._tasks.close()

    def _document_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self._work.cancel()
            self._found, self._odd, self._listed, self._at = None, (), (), 0
            self.reason, self._windows = "", MapWindows()
            self._decided.clear()
        elif change.kind is ChangeKind.TAKES and self._found is not None:
            self._found = tuple(each for each in self._found if self._still_there(each, change.ids))
            self._odd = tuple(each for each in self._odd if self._still_there(each, change.ids))
            self._list()
        else:
            return
        self.changed.emit(None)

    def _still_there(self, proposal: Proposal, changed: frozenset[int]) -> bool:
        """Whether a proposal still fits: its take is in use and long enough, the stretch still open or so named."""
        take = self._document.header(proposal.take_id)
        if proposal.take_id not in changed:
            return True
        if take is None or take.trashed or proposal.start + proposal.count > take.samples:
            return False
        parts = [part for each, part in self._document.parts if each.id == take.id]
        if proposal.instead_of:
            return Part(proposal.instead_of, proposal.start, proposal.count) in parts
        return all(not _meet(proposal, part) for part in parts)

    def _prepare(self) -> _Look:
        document, run = self._document, self._trainer.current
        regions = {take.id: document.regions(take.id) for take in document.takes}
        asked_s = self._trainer.settings.windows.window_s
        window_s = fitting_window_s(asked_s, [part.count / take.rate_hz for take, part in document.parts])
        teacher = NetworkTeacher(run) if run is not None else None
        return _Look(document.open_project(), document.takes, document.parts, regions, self._windows, window_s, teacher)

    def _done(self, found: _Found) -> None:
        project, proposals = found
        if project is self._document.project:
            self._found, self._at, self.reason = proposals, 0, ""
            self._listed = ()
            self._list()
            self.changed.emit(None)

    def _failed(self, error: TinyLabError) -> None:
        self.reason = error.message
        self.changed.emit(None)


class _Look:
    """One look at all takes."""

    def __init__(
        self,
        project: Project,
        takes: Sequence[Header],
        parts: Sequence[tuple[Header, Part]],
        regions: dict[int, tuple[Region, ...]],
        windows: MapWindows,
        window_s: float,
        teacher: Teacher | None,
    ) -> None:
        self._project, self._takes, self._regions = project, takes, regions
        self._parts, self._windows, self._window_s, self._teacher = parts, windows, window_s, teacher

    def __call__(self, task: Task[_Found]) -> _Found:
        teacher = self._teacher
        if teacher is None:
            windows = self._windows.read(self._project, self._parts, self._window_s, task)
            teacher = TakesTeacher.of(windows, self._window_s)
        if teacher is None:
            raise DataError(
                tr("Labels are proposed as soon as two labels have takes."), hint=tr("Record or mark some.")
            )
        by_take: dict[int, list[Part]] = {}
        for take, part in self._parts:
            by_take.setdefault(take.id, []).append(part)
        found: list[Proposal] = []
        for number, take in enumerate(self._takes):
            stop_if_cancelled(task)
            task.report(tr("take {n} of {all}", n=number + 1, all=len(self._takes)), number / len(self._takes))
            found += self._of_take(teacher, take, by_take.get(take.id, []))
        return self._project, by_doubt(found)

    def _of_take(self, teacher: Teacher, take: Header, parts: Sequence[Part]) -> list[Proposal]:
        try:
            counts = turn(self._project.samples.counts(take.id), take.frame, teacher.frame)
        except DataError:
            return []  # the project's own problems say so already
        signal = counts * np.float64(take.g_per_count)
        found = []
        for start, count in open_stretches(take, parts, teacher.window_s):
            said = teacher(take.id, signal[start : start + count], take.rate_hz)
            found += list(proposed(take, (start, count), teacher.labels, said))
        ids = {(region.start, region.count, region.label): region.id for region in self._regions.get(take.id, ())}
        for part in parts:
            said = teacher(take.id, signal[part.start : part.start + part.count], take.rate_hz)
            region_id = ids.get((part.start, part.count, part.label), 0)
            doubted = questioned(take, part, teacher.labels, said, region_id)
            found += [doubted] if doubted is not None else []
        return found


def _edit(proposal: Proposal, label: str) -> Edit:
    if proposal.region_id:
        return RelabelRegion(proposal.region_id, label)
    if proposal.instead_of:
        return Relabel((proposal.take_id,), label)
    return AddRegion(proposal.take_id, label, proposal.start, proposal.count)


def _meet(proposal: Proposal, part: Part) -> bool:
    return proposal.start < part.start + part.count and part.start < proposal.start + proposal.count
