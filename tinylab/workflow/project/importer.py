"""Recordings from elsewhere: read and stored in a thread, added all or none, one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tinylab.data.editing.journal import Done
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.storage.explain import printable
from tinylab.errors import DataError, TinyLabError
from tinylab.exchange.csv_folder import Imported, import_folder
from tinylab.exchange.example import load_example
from tinylab.text import ntr, tr
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.label_names import look_alike
from tinylab.workflow.task import Task, Tasks

_MOST_REMARKS = 4  # that a notice shows


@dataclass(frozen=True, slots=True)
class Added:
    """What came of bringing recordings into the project."""

    takes: int
    remarks: tuple[str, ...]  # what the user should know of them, in sentences


class Importer:
    """Brings recordings into the open project."""

    def __init__(self, inbox: Inbox, tasks: Tasks, document: Document, notices: Notices) -> None:
        self._inbox, self._tasks, self._document, self._notices = inbox, tasks, document, notices

    def import_folder(self, folder: Path) -> Task[Added]:
        """Add a folder of CSV files, all or nothing. A notice says so either way, with what is odd about them."""
        task = self._add(
            tr("Importing {name}", name=folder.name),
            lambda job: import_folder(folder, job.report, job.cancelled),
            tr("import {name}", name=folder.name),
        )
        return task.then(lambda added: self._say_imported(added, folder.name))

    def _say_imported(self, added: Added, name: str) -> None:
        message = ntr(
            "1 recording imported from {name}.", "{count} recordings imported from {name}.", added.takes, name=name
        )
        shown = added.remarks[:_MOST_REMARKS]
        more = len(added.remarks) - len(shown)
        rest = (tr("And {count} more.", count=more),) if more else ()
        tone = Tone.CAUTION if added.remarks else Tone.GOOD
        self._notices.show(tone, message, " ".join((*shown, *rest, tr("Undo takes them back out."))))

    def load_example(self) -> Task[Added]:
        """Add the example's recordings to the open project; Undo takes them back out."""
        task = self._add(tr("Loading the example"), lambda _: Imported(tuple(load_example())), tr("load the example"))
        return task.then(
            lambda added: self._say_added(
                tr("{count} real recordings of seven shoulder exercises loaded.", count=added.takes),
                tr("Train is next."),
            )
        )

    def _say_added(self, message: str, hint: str) -> None:
        self._notices.show(Tone.GOOD, message, hint)

    def _add(self, title: str, read: Callable[[Task[tuple[Imported, Done]]], Imported], text: str) -> Task[Added]:
        """Read and store in a thread; the document takes over what has changed in its own."""
        task: Task[Added] = Task(title, self._inbox)

        def failed(error: TinyLabError) -> None:
            self._notices.error(error)
            task.fail(error)

        try:
            project = self._document.open_project()
            if not self._document.read_only and not self._document.save_if_missing():
                raise DataError(tr("The project has no file any more."), hint=tr("Save a copy of it first."))
            project, labels = self._document.open_project(), self._document.labels
        except DataError as error:
            failed(error)
            return task

        def work(job: Task[tuple[Imported, Done]]) -> tuple[Imported, Done]:
            found = read(job)
            job.report(tr("storing"), None)
            return found, project.do(AddTakes(found.recordings, text))

        def take_over(result: tuple[Imported, Done]) -> None:
            found, done = result
            if self._document.project is project:  # another one may be open by now; this one has them in its file
                self._document.took_place(done)
            task.finish(Added(len(found.recordings), (*found.remarks, *_alike(found, labels))))

        job: Task[tuple[Imported, Done]] = self._tasks.start(title, work)
        job.then(take_over, failed)
        return task


def _alike(found: Imported, labels: Iterable[str]) -> Iterator[str]:
    """Sentences about labels that came and look like others."""
    known = list(labels)
    for name in dict.fromkeys(recording.header.label for recording in found.recordings):
        like = look_alike(name, known)
        if like and name not in known:
            yield tr(
                "“{name}” looks like “{like}”; if they mean the same, rename one.",
                name=printable(name),
                like=printable(like),
            )
        known.append(name)
