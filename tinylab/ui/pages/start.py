"""The start page: the projects of before, a new one, the example. Shown while no project is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, size
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import Swatch, button, clear, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.project_dialogs import ProjectDialogs
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.recent import RecentProject, RecentProjects

_CARD_WIDTH = 300  # at least; as many columns as fit
_SHOWN, _MOST_COLUMNS = 9, 3


class StartPage(Page):
    """What to begin with."""

    name = "Start"
    icon_name = "home-outline"

    def __init__(self, document: Document, recent: RecentProjects, dialogs: ProjectDialogs) -> None:
        super().__init__(tr("Start"), tr("Open a project to go on, or begin a new one."), scrolls=True)
        self._recent, self._dialogs = recent, dialogs
        self._columns = 0
        self.primary(tr("New project …"), dialogs.new)
        self.beside_primary(button(tr("Open a file …"), dialogs.ask_for_file))
        self.cards = QGridLayout()
        self.cards.setSpacing(14)
        self.heading = text_label(tr("Open last"), "head")
        self.main.addWidget(self.heading)
        self.main.addLayout(self.cards)
        self.none_yet = EmptyState(
            "rocket-launch-outline",
            tr("Begin with a project of your own"),
            tr("A project is one file with recordings, networks and results. The example holds real recordings."),
        )
        self.none_yet.add(button(tr("New project …"), dialogs.new))
        self.none_yet.add(button(tr("Open the example"), dialogs.example))
        self.main.addWidget(self.none_yet, 10)
        self.example = button(tr("Open the example: real recordings of seven exercises"), dialogs.example, "link")
        self.main.addWidget(self.example, 0, Qt.AlignmentFlag.AlignLeft)
        self.main.addStretch(1)
        self.follow(document.changed)

    def refresh(self) -> None:
        """Make the cards anew."""
        clear(self.cards)
        projects = self._recent.all()[:_SHOWN]
        columns = self._columns = self._fitting_columns()
        for number, project in enumerate(projects):
            card = ProjectCard(project, self._dialogs, self._forget)
            self.cards.addWidget(card, number // columns, number % columns)
        for column in range(_MOST_COLUMNS):
            self.cards.setColumnStretch(column, int(column < columns))
        self.heading.setVisible(bool(projects))
        self.none_yet.setVisible(not projects)
        self.example.setVisible(bool(projects))

    def _fitting_columns(self) -> int:
        return min(_MOST_COLUMNS, max(1, (self.width() - 40) // _CARD_WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as fit."""
        super().resizeEvent(event)
        if self._fitting_columns() != self._columns:
            self.refresh()

    def _forget(self, project: RecentProject) -> None:
        self._recent.forget(project.path)
        self.changed()


class ProjectCard(Card):
    """A project: its name, its labels in their colours, and one honest line. A click opens it."""

    def __init__(
        self, project: RecentProject, dialogs: ProjectDialogs, forget: Callable[[RecentProject], None]
    ) -> None:
        super().__init__()
        self._project, self._dialogs = project, dialogs
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("role", "choice")
        self.body.addWidget(text_label(one_line(project.path.stem, 32), "brand"))
        self.body.addWidget(_labels_row(project.labels))
        takes = ntr("{count:,} take", "{count:,} takes", project.takes)
        self.line = tr(
            "{takes} · {size} · open last {when}", takes=takes, size=size(project.bytes_used), when=_when(project)
        )
        self.body.addWidget(text_label(self.line, "small"))
        self.setAccessibleName(tr("Open {name}, {line}", name=project.path.stem, line=self.line))
        self.setToolTip(str(project.path))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, act in (
            (tr("Open"), self.open),
            (tr("Show in folder"), partial(dialogs.show_in_folder, project.path)),
            (tr("Remove from this list"), partial(forget, project)),
        ):
            action = QAction(text, self)
            action.triggered.connect(lambda _checked=False, do=act: do())
            self.addAction(action)

    def open(self) -> None:
        """Open the project."""
        self._dialogs.open(self._project.path)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens it."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open()
        else:
            super().keyPressEvent(event)


def _labels_row(labels: tuple[str, ...]) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    for number, label in enumerate(labels[:3]):
        row.addWidget(Swatch(class_colour(number)))
        row.addWidget(text_label(one_line(label, 12), "small"))
        row.addSpacing(4)
    if len(labels) > 3:
        row.addWidget(text_label(tr("+{n} more", n=len(labels) - 3), "small"))
    if not labels:
        row.addWidget(text_label(tr("no labels yet"), "small"))
    row.addStretch(1)
    return made


def _when(project: RecentProject) -> str:
    """The day it was open last, as short as it can be told apart."""
    then, now = datetime.fromtimestamp(project.opened_at), datetime.now()
    days = (now.date() - then.date()).days
    if days <= 0:
        return tr("today")
    return tr("yesterday") if days == 1 else then.strftime("%Y-%m-%d")
