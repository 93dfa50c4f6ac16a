"""The menu at the project's name: everything that is done with whole projects, and with TinyLab itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from tinylab.exchange.export import FOLDER
from tinylab.exchange.menu import writable_formats
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.shell.keys import HELP
from tinylab.ui.shell.safety_net import SafetyNet
from tinylab.ui.widgets.project_dialogs import ProjectDialogs
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.recent import RecentProjects

_RECENT = 8


class ProjectMenu(QMenu):
    """What needs an open project is grey while there is none."""

    def __init__(
        self,
        document: Document,
        recent: RecentProjects,
        dialogs: ProjectDialogs,
        net: SafetyNet,
        show_keys: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._document, self._recent, self._dialogs = document, recent, dialogs
        self.addAction(tr("New project …"), dialogs.new)
        self.addAction(tr("Open project …"), dialogs.ask_for_file)
        self.recent = self.addMenu(tr("Open last"))
        self.addAction(tr("Open the example project"), dialogs.example)
        self.addSeparator()
        self._of_project = [
            self.addAction(text, act)
            for text, act in (
                (tr("Import a file …"), dialogs.import_file),
                (tr("Import a folder …"), dialogs.import_folder),
                (tr("Export takes …"), partial(dialogs.export_takes, FOLDER)),
                (tr("Save a copy …"), dialogs.save_copy),
                (tr("Rename …"), dialogs.rename),
                (tr("Show in folder"), dialogs.show_in_folder),
                (tr("Delete …"), dialogs.delete),
                (tr("Close project"), dialogs.close),
            )
        ]
        self._of_project.append(self.insertMenu(self._of_project[3], self._exports()))
        self.addSeparator()
        self.addAction(f"{tr('Keys')}\t{HELP}", show_keys)
        self.addAction(tr("Show the log"), net.show_log)
        self.addAction(tr("Save a report …"), net.ask_for_report)
        self.addSeparator()
        self.addAction(tr("Close TinyLab"), parent.close)
        self.aboutToShow.connect(self.refresh)

    def _exports(self) -> QMenu:
        """An entry for each format but the folder, which has its own."""
        made = QMenu(tr("Export takes as"), self)
        for name, module in writable_formats().items():
            if name != FOLDER:
                made.addAction(f"{module.TITLE} …", partial(self._dialogs.export_takes, name))
        return made

    def refresh(self) -> None:
        """What can be done now."""
        project = self._document.project
        for action in self._of_project:
            action.setEnabled(project is not None)
        self.recent.clear()
        others = [each for each in self._recent.all() if project is None or each.path != project.path][:_RECENT]
        for each in others:
            name = one_line(each.path.stem, 40).replace("&", "&&")
            self.recent.addAction(name, partial(self._dialogs.open, each.path))
        self.recent.setEnabled(bool(others))
