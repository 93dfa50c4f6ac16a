"""The runs of the open project, which of them is the model, and what it was tested on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tinylab.data.run_store import Evidence
from tinylab.errors import TinyLabError
from tinylab.workflow.notices import Notices, Topic
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.not_stored import free_number, make_way
from tinylab.workflow.training.old_evidence import remake_evidence
from tinylab.workflow.training.runs import TrainedRun, TrainSettings
from tinylab.workflow.training.since import Since, changes_since

_LONGEST_NAME: Final = 60


class KeptRuns:
    """Belongs to the owning thread; the trainer tells when anything of it has changed."""

    def __init__(self, document: Document, notices: Notices) -> None:
        self.all: list[TrainedRun] = []
        self.not_stored: dict[int, TinyLabError] = {}  # runs that could not be written into the project, and why
        self.current: TrainedRun | None = None
        self._since: Since | None = None  # None: to be found out
        self._evidence: tuple[int, Evidence | None] = (0, None)  # of the run with that number
        self._document, self._notices = document, notices

    def attach(self, runs: list[TrainedRun]) -> None:
        """Those of the project that was just opened; none is current."""
        self.all, self.not_stored, self.current = runs, {}, None
        self._evidence, self._since = (0, None), None

    def choose(self, run: TrainedRun | None) -> None:
        """Make a run the current one."""
        self.current, self._since = run, None

    def add(self, run: TrainedRun, evidence: Evidence, not_stored: TinyLabError | None) -> TrainedRun:
        """A run has been made; it is the current one, and is returned with its number.

        `not_stored`: why it is not in the project's file. What was trained is not thrown away while the window is open.
        """
        if not_stored is not None:
            run = replace(run, number=free_number(self.all))
            self.not_stored[run.number] = not_stored
        else:
            self.all = make_way(run.number, self.all, self.not_stored)
        self.all.append(run)
        self.choose(run)
        self._evidence = (run.number, evidence)
        return run

    def remove(self, run: TrainedRun) -> bool:
        """For good, with its evidence; False and a notice where that fails. The newest of the others is current."""
        try:
            if run.number not in self.not_stored:
                self._document.open_project().runs.remove(run.number)
        except TinyLabError as error:
            self._notices.error(error, about=Topic.EDIT)
            return False
        self.all = [each for each in self.all if each is not run]
        if run is self.current:
            self.choose(self.all[-1] if self.all else None)
        return True

    def open_test(self, run: TrainedRun) -> None:
        """Show its test from now on; the how manieth look at these takes it is stays with the run."""
        if run.is_open:
            return
        looks = sum(other.opened > 0 and bool(run.tested & other.tested) for other in self.all)
        self._replace(run, replace(run, opened=1 + looks))

    def rename(self, run: TrainedRun, name: str) -> None:
        """Give it a name; empty: none."""
        self._replace(run, replace(run, name=" ".join(name.split())[:_LONGEST_NAME]))

    def _replace(self, run: TrainedRun, by: TrainedRun) -> None:
        """In the list, and in the project's file where that can be written; a notice says where it cannot."""
        self.all = [by if each is run else each for each in self.all]
        if self.current is run:
            self.current = by
        if run.number in self.not_stored or self._document.read_only:
            return
        try:
            self._document.open_project().runs.change(by.number, name=by.name, opened=by.opened)
        except TinyLabError as error:
            self._notices.error(error, about=Topic.EDIT)

    @property
    def evidence(self) -> Evidence | None:
        """The test windows of the current run and what was answered then; None where it has none that can be read."""
        run = self.current
        if run is None:
            return None
        if self._evidence[0] != run.number:
            self._evidence = (run.number, self._read_evidence(run))
        return self._evidence[1]

    def _read_evidence(self, run: TrainedRun) -> Evidence | None:
        try:
            project = self._document.open_project()
            found = project.runs.evidence(run.number)
            return found if found is not None else remake_evidence(project, run)
        except TinyLabError as error:
            self._notices.error(error)
            return None

    def changed(self) -> None:
        """The project or the settings are others now."""
        self._since = None

    def since(self, settings: TrainSettings) -> Since:
        """What has changed in the project and the settings since the current run."""
        if self._since is None:
            self._since = self._compare(settings)
        return self._since

    def _compare(self, settings: TrainSettings) -> Since:
        run, project = self.current, self._document.project
        if run is None or project is None:
            return Since(())
        takes = {take.id: take for take, _ in self._document.parts}
        try:
            return changes_since(run, takes, project.all_pieces_texts(), settings)
        except TinyLabError:
            return Since(())  # what cannot be read is said where it is read
