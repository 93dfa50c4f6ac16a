"""Another run that is looked at beside the current one. Nothing of it is stored: it goes with the project."""

from __future__ import annotations

from tinylab.events import Event
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.runs import TrainedRun
from tinylab.workflow.training.trainer import Trainer


class RunBeside:
    """Belongs to the owning thread."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        self.changed: Event[None] = Event()
        self._trainer = trainer
        self._number = 0  # of the run; 0: none
        document.changed.subscribe(self._document_changed)

    @property
    def run(self) -> TrainedRun | None:
        """The other run; None where none was chosen, and while it is the current one itself."""
        current = self._trainer.current
        if current is None or current.number == self._number:
            return None
        return next((run for run in self._trainer.runs if run.number == self._number), None)

    @property
    def choices(self) -> list[TrainedRun]:
        """The runs that can be put beside the current one, newest first."""
        current = self._trainer.current
        return [run for run in reversed(self._trainer.runs) if current is not None and run is not current]

    def choose(self, number: int) -> None:
        """Put the run with this number beside the current one; 0: none."""
        if number != self._number:
            self._number = number
            self.changed.emit(None)

    def _document_changed(self, change: Change) -> None:
        """Of another project nothing is remembered; a run that was deleted would be another one with its number."""
        if change.kind is ChangeKind.PROJECT or self._number not in {run.number for run in self._trainer.runs}:
            self.choose(0)
