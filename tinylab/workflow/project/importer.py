"""Recordings from elsewhere: read in a thread, added all or none, one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Recording
from tinylab.errors import DataError, TinyLabError
from tinylab.exchange.csv_folder import import_folder
from tinylab.exchange.example import load_example
from tinylab.text import ntr, tr
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks


class Importer:
    """Brings recordings into the open project."""

    def __init__(self, inbox: Inbox, tasks: Tasks, document: Document, notices: Notices) -> None:
        self._inbox, self._tasks, self._document, self._notices = inbox, tasks, document, notices

    def import_folder(self, folder: Path) -> Task[int]:
        """Add a folder of CSV files, all or nothing; the task's result is how many. A notice says so either way."""
        task = self._add(
            tr("Importing {name}", name=folder.name),
            lambda: import_folder(folder),
            tr("import {name}", name=folder.name),
        )
        task.then(
            lambda count: self._say_added(
                ntr(
                    "1 recording imported from {name}.",
                    "{count} recordings imported from {name}.",
                    count,
                    name=folder.name,
                ),
                tr("Undo takes them back out."),
            )
        )
        return task

    def load_example(self) -> Task[int]:
        """Add the example's recordings to the open project; Undo takes them back out."""
        task = self._add(tr("Loading the example"), lambda: list(load_example()), tr("load the example"))
        task.then(
            lambda count: self._say_added(
                tr("{count} real recordings of seven shoulder exercises loaded.", count=count), tr("Train is next.")
            )
        )
        return task

    def _say_added(self, message: str, hint: str) -> None:
        self._notices.show(Tone.GOOD, message, hint)

    def _add(self, title: str, read: Callable[[], Iterable[Recording]], text: str) -> Task[int]:
        task: Task[int] = Task(title, self._inbox)
        job = self._tasks.start(title, lambda _: tuple(read()))

        def failed(error: TinyLabError) -> None:
            self._notices.error(error)
            task.fail(error)

        def add(recordings: tuple[Recording, ...]) -> None:
            try:
                self._document.apply(AddTakes(recordings, text))
            except DataError as error:
                failed(error)
                return
            task.finish(len(recordings))

        job.then(add, failed)
        return task
