"""Judges what the takes hold, beside each other, in a thread; only takes that changed are read again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.errors import CancelledError, DataError
from tinylab.evaluation.take_checks.content import Labelled
from tinylab.evaluation.take_checks.findings import Finding
from tinylab.evaluation.take_checks.judge import Reference
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.explore.background import Background
from tinylab.workflow.explore.read_takes import Parts, ReadTakes
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What one look at all takes has found."""

    project: Project
    findings: dict[int, tuple[Finding, ...]]  # by take; takes without findings are there with none
    duplicates: tuple[tuple[int, ...], ...]
    reference: Reference


class ContentChecks:
    """Findings on every take and groups of duplicates. Belongs to the owning thread; asleep until `start`."""

    def __init__(self, inbox: Inbox, document: Document) -> None:
        self.changed: Event[frozenset[int]] = Event()  # ids of the takes whose findings are others now
        self._document = document
        self._tasks = Tasks(inbox)
        self._judged: Judged | None = None
        self._read = ReadTakes()
        self._awake = False
        # While a row is recorded only its takes are looked at, one by one.
        self.held: Callable[[], bool] = lambda: False
        self._behind = False
        self.pause_s = 0.0  # before the takes of a project are looked at, so that it can be shown first
        self._inbox, self._due = inbox, math.inf
        inbox.every_pump(self._tick)
        self._work: Background[Judged] = Background(
            self._tasks, tr("Looking at what the takes hold"), self._prepare, self._done
        )
        document.changed.subscribe(self._document_changed)

    # --- what was found ---------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a look at all takes goes on, or will."""
        return self._work.busy or self._due < math.inf

    @property
    def findings(self) -> dict[int, tuple[Finding, ...]] | None:
        """What is wrong with each take; None before the first look has ended."""
        return self._judged.findings if self._judged is not None else None

    @property
    def duplicates(self) -> tuple[tuple[int, ...], ...] | None:
        """Groups of takes with the same samples; None before the first look has ended."""
        return self._judged.duplicates if self._judged is not None else None

    def of(self, take_id: int) -> tuple[Finding, ...]:
        """What is wrong with a take, as far as is known."""
        return (self.findings or {}).get(take_id, ())

    @property
    def motion_g(self) -> dict[int, float]:
        """How strongly each take moves, in g, as far as is known; of several parts the strongest."""
        found: dict[int, float] = {}
        for part in self._judged.reference.parts if self._judged is not None else ():
            found[part.take_id] = max(part.content.motion_g, found.get(part.take_id, 0.0))
        return found

    def judge_new(self, take_id: int) -> Task[tuple[Finding, ...]]:
        """Judge one take by what is known of the others; a few ms, where they were looked at before."""
        document, judged, read = self._document, self._judged, self._read
        project, parts = document.open_project(), [(t, part) for t, part in document.parts if t.id == take_id]

        def work(_task: Task[tuple[Finding, ...]]) -> tuple[Finding, ...]:
            if judged is None or not parts:
                return ()
            labelled = read.labelled(project, parts, project.pieces_text(take_id))
            return tuple(finding for part in labelled for finding in judged.reference.judge(part))

        return self._tasks.start(tr("Looking at what the take holds"), work)

    # --- following the document -------------------------------------------------------------------------

    def start(self) -> None:
        """Look at the takes now, and again whenever they change."""
        if not self._awake:
            self._awake = True
            self._begin_soon()

    def close(self) -> None:
        """End what runs."""
        self._awake, self._due = False, math.inf
        self._work.cancel()
        self._tasks.close()

    def _document_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self._judged = None
            self._read = ReadTakes()
            self._work.cancel()  # nobody waits for what another project's takes hold, nor for a second look at them
            self._begin_soon()
        elif change.kind is ChangeKind.TAKES:
            self._begin()
            if self._behind:
                for take_id in change.ids:
                    self._look_at_new(take_id)

    def _begin_soon(self) -> None:
        """The first look at the takes of a project, which reads them all."""
        if self.pause_s > 0 and self._awake and self._document.project is not None:
            self._due = self._inbox.now() + self.pause_s
        else:
            self._begin()

    def _tick(self, now: float) -> None:
        if now >= self._due:
            self._begin()

    def _begin(self) -> None:
        self._due = math.inf
        if self._awake and self._document.project is not None:
            self._behind = self.held()
            if not self._behind:
                self._work.begin()

    def catch_up(self) -> None:
        """Look at all takes, if that was put off and nothing holds it any more."""
        if self._behind:
            self._begin()

    def _look_at_new(self, take_id: int) -> None:
        judged = self._judged
        take = self._document.header(take_id)
        if judged is None or take_id in judged.findings or take is None or take.trashed:
            return

        def put(found: tuple[Finding, ...]) -> None:
            if self._judged is judged:
                judged.findings[take_id] = found
                self.changed.emit(frozenset({take_id}))

        self.judge_new(take_id).then(put)

    def _prepare(self) -> _Look:
        return _Look(self._read, self._document.open_project(), self._document.parts)

    def _done(self, judged: Judged) -> None:
        if judged.project is not self._document.project:
            return  # another project was opened meanwhile; its own look follows
        before, self._judged = self.findings or {}, judged
        ids = frozenset(before.keys() | judged.findings.keys())
        self.changed.emit(frozenset(i for i in ids if before.get(i, ()) != judged.findings.get(i, ())))


class _Look:
    """One look at all takes."""

    def __init__(self, read: ReadTakes, project: Project, parts: Parts) -> None:
        self._read, self._project = read, project
        self._by_take: dict[int, list[tuple[Header, Part]]] = {}
        for take, part in parts:
            self._by_take.setdefault(take.id, []).append((take, part))

    def __call__(self, task: Task[Judged]) -> Judged:
        pieces = self._project.all_pieces_texts()
        labelled: list[Labelled] = []
        for number, (take_id, parts) in enumerate(self._by_take.items()):
            _stop_if(task)
            task.report(tr("take {n} of {all}", n=number + 1, all=len(self._by_take)), number / len(self._by_take))
            try:
                labelled += self._read.labelled(self._project, parts, pieces.get(take_id, ""))
            except DataError:
                continue  # the project's own problems say so already
        reference = Reference(labelled)
        findings = reference.judge_all(task.cancelled)
        groups = self._read.duplicates(self._project, list(self._by_take), task.cancelled)
        _stop_if(task)
        return Judged(self._project, findings, groups, reference)


def _stop_if(task: Task[Judged]) -> None:
    if task.cancelled():
        raise CancelledError(tr("Cancelled."))
