"""The open project's takes as files for other programs: written in a thread, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from tinylab.errors import CancelledError, TinyLabError
from tinylab.exchange.csv_export import Exported, export_folder
from tinylab.text import ntr, tr
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks


class Exporter:
    """Writes takes of the open project; it also works on one that can only be read, or only in part."""

    def __init__(self, tasks: Tasks, document: Document, notices: Notices) -> None:
        self._tasks, self._document, self._notices = tasks, document, notices

    def export_folder(self, folder: Path) -> Task[Exported]:
        """Write a folder of CSV files with an index. A notice says what came of it, also what could not be read."""
        project = self._document.open_project()
        task = self._tasks.start(
            tr("Exporting to {name}", name=folder.name),
            lambda task: export_folder(project, folder, task.report, task.cancelled),
        )
        task.then(self._say, self._failed)
        return task

    def _say(self, exported: Exported) -> None:
        message = ntr(
            "1 take exported to {folder}.",
            "{count} takes exported to {folder}.",
            exported.takes,
            folder=exported.folder,
        )
        if not exported.problems:
            self._notices.show(Tone.GOOD, message)
            return
        hint = tr("Not all could be read; problems.txt there says what: {first}", first=exported.problems[0])
        self._notices.show(Tone.CAUTION, message, hint)

    def _failed(self, error: TinyLabError) -> None:
        if not isinstance(error, CancelledError):
            self._notices.error(error)
