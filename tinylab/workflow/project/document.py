"""The open project as everybody sees it: headers, labels, settings; and the only door through which it is changed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.journal import Done
from tinylab.data.editing.label_edits import SetSetting
from tinylab.data.editing.take_edits import Trash
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.storage.schema import LABELS, PIECES, REGIONS, SETTINGS, TAKES, Region
from tinylab.data.timing import CaptureFigures
from tinylab.data.trash import TrashContents
from tinylab.errors import DataError
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.file_watch import FileWatch
from tinylab.workflow.project.known_takes import KnownTakes, Totals

_LOG = logging.getLogger("tinylab")


class Document:
    """Owns the open project. Belongs to the thread that owns the session."""

    def __init__(self, notices: Notices) -> None:
        self.changed: Event[Change] = Event()
        self.project: Project | None = None
        self.problems: list[str] = []
        self.undo_text = self.redo_text = ""  # what Undo and Redo would do; empty where there is nothing
        self.held: Callable[[], bool] = lambda: False  # whether others work on this very project just now
        self._notices = notices
        self._watch = FileWatch(notices, self.attach)
        self._known = KnownTakes()
        self._labels: tuple[str, ...] = ()
        self._settings: dict[str, Any] = {}  # those that were asked for

    # --- what is there ----------------------------------------------------------------------------------

    @property
    def takes(self) -> tuple[Header, ...]:
        """All takes that are in use, oldest first."""
        return self._known.in_use

    @property
    def trashed(self) -> tuple[Header, ...]:
        """What lies in the trash, oldest first."""
        return tuple(header for header in self._known.headers.values() if header.trashed)

    def header(self, take_id: int) -> Header | None:
        """A take, also one in the trash; None where it is gone."""
        return self._known.headers.get(take_id)

    def regions(self, take_id: int) -> tuple[Region, ...]:
        """The labelled stretches of a take, by where they begin."""
        return self._known.regions(take_id)

    @property
    def parts(self) -> tuple[tuple[Header, Part], ...]:
        """All that counts for learning: each take in use with each of its parts."""
        return self._known.totals.parts

    @property
    def totals(self) -> Totals:
        """What the takes in use come to, counted once after a change."""
        return self._known.totals

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels in a lasting order: a class keeps its place, and so its colour."""
        return self._labels

    @property
    def subjects(self) -> tuple[str, ...]:
        """All subjects, in alphabetical order."""
        return self._known.totals.subjects

    @property
    def takes_by_label(self) -> Counter[str]:
        """How many takes each label has."""
        return self._known.totals.takes_by_label

    @property
    def seconds(self) -> float:
        """How much was recorded in all."""
        return self._known.totals.seconds

    def capture_figures(self) -> CaptureFigures:
        """What was recorded, and what was lost on the way."""
        return self._known.figures()

    @property
    def read_only(self) -> bool:
        """Whether the open project cannot be changed."""
        return self.project is not None and self.project.read_only

    def recording(self, take_id: int) -> Recording:
        """A take with its samples; raises DataError where it cannot be read."""
        return self.open_project().recording(take_id)

    def recordings(self, takes: Iterable[Header] | None = None) -> list[Recording]:
        """Takes with their samples: the given ones, or all in use. Raises DataError at the first unreadable one."""
        samples, wanted = self.open_project().samples, self._known.in_use if takes is None else takes
        return [Recording(take, samples.counts(take.id)) for take in wanted]

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of the project; read once, for pages ask at each drawing while threads read the takes."""
        if self.project is not None and name not in self._settings:
            self._settings[name] = self.project.setting(name)
        found = self._settings.get(name)
        return default if found is None else found

    def open_project(self) -> Project:
        """The open project; raises DataError where there is none."""
        if self.project is None:
            raise DataError(tr("No project is open."), hint=tr("Open one, or make a new one."))
        return self.project

    # --- another project --------------------------------------------------------------------------------

    def attach(self, contents: Contents) -> None:
        """Show another project in place of the one that is open, which is closed."""
        self._watch.missing = ""
        known = KnownTakes(contents.headers, contents.regions)
        self._show(contents.project, known, contents.labels, contents.problems)

    def detach(self) -> None:
        """Close the project and show none."""
        self._show(None, KnownTakes(), (), [])

    def _show(self, project: Project | None, known: KnownTakes, labels: Sequence[str], problems: list[str]) -> None:
        old, self.project = self.project, project
        self._known, self._labels, self._settings, self.problems = known, tuple(labels), {}, problems
        self._refresh_history()
        if old is not None:
            old.close()
        self.changed.emit(Change(ChangeKind.PROJECT))

    def close(self) -> None:
        """Close the project; may be called twice."""
        if self.project is not None:
            self.project.close()

    # --- the only door ----------------------------------------------------------------------------------

    def do(self, edit: Edit) -> bool:
        """Carry an edit out. Where it fails a notice says why, nothing has changed, and the answer is False."""
        try:
            self.apply(edit)
        except DataError as error:
            self._notices.error(error, about=Topic.EDIT)
            return False
        return True

    def apply(self, edit: Edit) -> Done:
        """The same for those who handle errors themselves: raises DataError."""
        done = self._project_with_file().do(edit)
        self.took_place(done)
        return done

    def set_setting(self, name: str, value: Any, what: str, *, joins: bool = False) -> bool:
        """Change a setting of the project; `joins`: one step of undo with the change before."""
        return self.do(SetSetting(name, value, what, joins))

    def trash(self, take_ids: Sequence[int]) -> bool:
        """Put takes into the trash."""
        return self.do(Trash(tuple(take_ids)))

    def undo(self) -> bool:
        """Take the last edit back; a notice says so where that fails."""
        return self._step(redo=False)

    def redo(self) -> bool:
        """Do again what was taken back last; a notice says so where that fails."""
        return self._step(redo=True)

    def _step(self, *, redo: bool) -> bool:
        if self.project is None:
            return False
        try:
            project = self._project_with_file()
            done = project.redo() if redo else project.undo()
        except DataError as error:
            self._notices.error(error, about=Topic.EDIT)
            return False
        if done is not None:
            self.took_place(done)
        return done is not None

    def took_place(self, done: Done) -> None:
        """Take over what an edit has changed, and say so kind by kind."""
        take_ids: set[int] = set()
        kinds: set[ChangeKind] = set()
        for change in done.changes:
            if change.table in (TAKES, REGIONS):
                take_ids.add(self._known.take_over(change))
            elif change.table is PIECES:
                take_ids.add(change.row.take_id)
            elif change.table is LABELS:
                kinds.add(ChangeKind.LABELS)
            elif change.table is SETTINGS:
                kinds.add(ChangeKind.SETTINGS)
                self._settings.pop(change.row.name, None)
        if take_ids:
            self._known.refresh()
        if ChangeKind.LABELS in kinds:
            self._labels = tuple(self.open_project().labels())
        self._refresh_history()
        _LOG.info("edit: %s", done.text)
        self._notices.settled(Topic.EDIT)
        if take_ids:
            self.changed.emit(Change(ChangeKind.TAKES, frozenset(take_ids)))
        for kind in kinds:
            self.changed.emit(Change(kind))

    def _refresh_history(self) -> None:
        journal = self.project.journal if self.project is not None else None
        try:
            self.undo_text = journal.undo_text if journal else ""
            self.redo_text = journal.redo_text if journal else ""
        except DataError:
            self.undo_text = self.redo_text = ""  # a damaged history is said when somebody wants to use it

    def take_recorded(self, header: Header) -> None:
        """The recorder has stored a take through the project itself: take it over."""
        self._known.put(header, self.open_project().regions(header.id))
        self._labels = tuple(self.open_project().labels())
        self._refresh_history()
        if not self.held():
            self.save_if_missing()  # nobody is told of a good take that is in no file
        self.changed.emit(Change(ChangeKind.TAKES, frozenset({header.id})))

    def runs_changed(self, *run_ids: int) -> None:
        """The trainer has stored or removed runs."""
        self.changed.emit(Change(ChangeKind.RUNS, frozenset(run_ids)))

    # --- the trash, and a file that is gone -------------------------------------------------------------

    def trash_contents(self) -> TrashContents:
        """What emptying the trash would do; a notice says so where it cannot be read."""
        try:
            return self.open_project().trash()
        except DataError as error:
            self._notices.error(error)
            return TrashContents((), 0, ())

    def empty_trash(self) -> bool:
        """Remove what lies in the trash for good, and say what went."""
        try:
            gone = self._project_with_file().empty_trash()
        except DataError as error:
            self._notices.error(error)
            return False
        for take in gone.takes:
            self._known.forget(take.id)
        self._known.refresh()
        self._refresh_history()
        self.changed.emit(Change(ChangeKind.TAKES, frozenset(take.id for take in gone.takes)))
        self._notices.show(
            Tone.GOOD,
            tr("The trash is empty: {bytes_freed:.1f} MB are free again.", bytes_freed=gone.bytes_freed / 1000000.0),
        )
        return True

    def save_if_missing(self) -> bool:
        """Notice that the file was deleted, replaced or overwritten, and save what is open elsewhere.

        Returns whether there is a file to go on with; where there is none a notice says why.
        """
        try:
            self._watch.mend(self.open_project(), list(self._known.headers.values()))
        except DataError as error:
            self._notices.error(error)
            return False
        return True

    def look_after_file(self, now: float) -> None:
        """The same every few seconds while nothing is done; `now` is in seconds, of any clock."""
        if self.project is not None and not self.read_only and not self.held() and self._watch.due(now):
            self.save_if_missing()

    @property
    def unsaved(self) -> bool:
        """Whether the file is gone and what is open could be saved nowhere else."""
        return bool(self._watch.missing)

    def _project_with_file(self) -> Project:
        """The open project, to be changed; raises DataError where its file is gone and it can be saved nowhere else."""
        if not self.read_only and not self.held():
            self._watch.mend(self.open_project(), list(self._known.headers.values()))
        return self.open_project()
