"""Everything that is done with whole projects, with the questions it needs: for the menu and the start page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFile, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from tinylab.data.project import SUFFIX
from tinylab.errors import TinyLabError
from tinylab.exchange.export import FOLDER
from tinylab.exchange.menu import writable_formats
from tinylab.folders import projects_dir
from tinylab.text import ntr, tr
from tinylab.ui.pages.collect.import_wizard import ImportWizard
from tinylab.ui.widgets.question import AskName, Question
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.exporter import Exporter
from tinylab.workflow.project.importer import Importer
from tinylab.workflow.project.projects import Projects
from tinylab.workflow.task import Task

_FILTER = f"TinyLab (*{SUFFIX})"


class ProjectDialogs:
    """Asks, then calls the workflow; what fails there is a notice."""

    def __init__(
        self, projects: Projects, document: Document, importer: Importer, exporter: Exporter, notices: Notices
    ) -> None:
        self._projects, self._document = projects, document
        self._importer, self._exporter, self._notices = importer, exporter, notices
        self.parent: QWidget | None = None  # the window, once there is one
        self.wizard: ImportWizard | None = None  # the last one that was opened

    def new(self) -> None:
        """Make an empty project."""
        projects_dir().mkdir(parents=True, exist_ok=True)
        chosen, _ = QFileDialog.getSaveFileName(self.parent, tr("New project"), str(projects_dir()), _FILTER)
        if chosen:
            self._watch(self._projects.new(Path(chosen)))

    def ask_for_file(self) -> None:
        """Open a project from anywhere."""
        chosen, _ = QFileDialog.getOpenFileName(self.parent, tr("Open project"), str(projects_dir()), _FILTER)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Open a project."""
        self._watch(self._projects.open(path))

    def example(self) -> None:
        """Open the example project."""
        self._watch(self._projects.open_example())

    def _watch(self, task: Task[None]) -> None:
        """Say why a project could not be opened; the one that is open is still shown then."""
        task.then(failed=self._notices.show_error)

    def import_folder(self) -> None:
        """Bring the recordings of a folder in, after a look at them."""
        self._import(QFileDialog.getExistingDirectory(self.parent, tr("A folder with recordings")))

    def import_file(self) -> None:
        """Bring the recordings of a file in, after a look at them."""
        chosen, _ = QFileDialog.getOpenFileName(self.parent, tr("A file with recordings"))
        self._import(chosen)

    def _import(self, chosen: str) -> None:
        if chosen:
            self.show_wizard(Path(chosen))

    def take_dropped(self, paths: list[Path]) -> None:
        """Import what was dropped on the window; a project is opened where none is."""
        if len(paths) > 1:
            self._notices.show(Tone.INFO, tr("Drop one file or folder at a time; a folder may hold many files."))
        elif self._document.project is not None:
            self.show_wizard(paths[0])
        elif paths[0].suffix == SUFFIX:
            self.open(paths[0])
        else:
            self._notices.show(Tone.INFO, tr("Open or make a project first; then drop the recordings again."))

    def show_wizard(self, path: Path) -> None:
        """Show what an import would bring, and import it when the user agrees."""
        if self._document.read_only:
            self._notices.show(Tone.CAUTION, tr("This project is shown for reading only; nothing can be imported."))
            return
        self.wizard = ImportWizard(self._importer, path, self._document.labels, self._document.subjects, self.parent)

    def export_takes(self, format_name: str = FOLDER) -> None:
        """Take recordings out."""
        module = writable_formats()[format_name]
        title = tr("A new folder for the takes") if module.WRITES_FOLDER else tr("A new file for the takes")
        ending = "" if module.WRITES_FOLDER else module.ENDINGS[0]
        start = str(projects_dir() / f"{tr('Takes')}{ending}")
        chosen, _ = QFileDialog.getSaveFileName(self.parent, title, start)
        if chosen:
            path = Path(chosen)
            self._exporter.export_takes(path if path.suffix or not ending else path.with_suffix(ending), format_name)

    def save_copy(self) -> None:
        """Write the open project into another file."""
        chosen, _ = QFileDialog.getSaveFileName(self.parent, tr("Save a copy"), str(projects_dir()), _FILTER)
        if chosen:
            self._projects.save_copy(Path(chosen))

    def rename(self) -> None:
        """Ask for another name of the open project."""
        project = self._document.project
        if project is None or self.parent is None:
            return
        text = tr("The file stays in its folder; runs and undo stay with it.")
        AskName(tr("Rename the project"), text, project.path.stem, tr("Rename"), self._take_name, self.parent)

    def _take_name(self, name: str) -> str:
        task = self._projects.rename(name)
        if not task.running and task.error is not None:
            return reason_of(task.error)
        self._watch(task)
        return ""

    def show_in_folder(self, path: Path | None = None) -> None:
        """Show the folder of a project, or of the open one, in the system's own window."""
        chosen = path or (self._document.project.path if self._document.project else projects_dir())
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(chosen.parent)))

    def delete(self) -> None:
        """Ask, then remove the open project."""
        project = self._document.project
        if project is None or self.parent is None:
            return
        takes = ntr("{count:,} take", "{count:,} takes", len(self._document.takes))
        text = tr("With it go {takes} and every network trained from them. It goes to the system's trash.", takes=takes)
        title = tr("Delete “{name}”?", name=project.path.stem)
        Question(title, text, tr("Delete"), lambda: self._projects.delete(remove_file), self.parent)

    def close(self) -> None:
        """Let the open project go; the start page is shown."""
        self._projects.close_project()


def remove_file(path: Path) -> None:
    """Put a file into the system's trash, or remove it where there is none; raises OSError where neither can be."""
    QFile.moveToTrash(str(path))
    if path.exists():
        path.unlink()


def reason_of(error: TinyLabError) -> str:
    """An error as one sentence below a field."""
    return f"{error.message} {error.hint}".strip()
