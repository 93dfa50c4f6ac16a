"""The open project's takes as files for other programs: written in a thread, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from tinylab.errors import CancelledError, TinyLabError
from tinylab.exchange.export import FOLDER, export_takes
from tinylab.exchange.writing import Exported
from tinylab.text import ntr, tr
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks


class Exporter:
    """Writes takes of the open project; it also works on one that can only be read, or only in part."""

    def __init__(self, tasks: Tasks, document: Document, notices: Notices) -> None:
        self._tasks, self._document, self._notices = tasks, document, notices

    def export_takes(self, path: Path, format_name: str = FOLDER) -> Task[Exported]:
        """Write a new folder or file. A notice says what came of it, also what could not be read or said."""
        project = self._document.open_project()
        task = self._tasks.start(
            tr("Exporting to {name}", name=path.name),
            lambda task: export_takes(project, path, format_name, task.report, task.cancelled),
        )
        task.then(self._say, self._failed)
        return task

    def _say(self, exported: Exported) -> None:
        message = ntr(
            "1 take exported to {folder}.", "{count} takes exported to {folder}.", exported.takes, folder=exported.path
        )
        if exported.problems:
            hint = tr("Not all could be read: {first}", first=exported.problems[0])
            if exported.path.is_dir():
                hint = tr("Not all could be read; problems.txt there says what: {first}", first=exported.problems[0])
            self._notices.show(Tone.CAUTION, message, " ".join((hint, *exported.remarks)))
        elif exported.remarks:
            self._notices.show(Tone.INFO, message, " ".join(exported.remarks))
        else:
            self._notices.show(Tone.GOOD, message)

    def _failed(self, error: TinyLabError) -> None:
        if not isinstance(error, CancelledError):
            self._notices.error(error)
