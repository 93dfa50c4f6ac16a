"""The window: top, navigation, pages, notices and jobs. It navigates and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.registry import FIRST, PAGES
from tinylab.ui.pages.start import StartPage
from tinylab.ui.plots.plot import Plot
from tinylab.ui.shell.bell import Bell
from tinylab.ui.shell.board_badge import BoardBadge
from tinylab.ui.shell.bottom_bar import BottomBar
from tinylab.ui.shell.file_drops import FileDrops
from tinylab.ui.shell.keys import HELP, NEXT_STEP, REDO, UNDO, KeysDialog, press_focused_button
from tinylab.ui.shell.navigation import Navigation
from tinylab.ui.shell.notice_overlay import NoticeOverlay
from tinylab.ui.shell.project_menu import ProjectMenu
from tinylab.ui.shell.safety_net import SafetyNet
from tinylab.ui.theme import NAVIGATION_WIDTH, theme
from tinylab.ui.widgets.basic import icon, keep_focus, text_label
from tinylab.ui.widgets.number_field import NumberField
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.project_dialogs import ProjectDialogs
from tinylab.workflow.notices import Tone
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.session import Session

_FRAME_MS = 16
_WANTED, _LEAST = (1280, 800), (1024, 660)
_FIGURES_MS = 500
_FIRST_PICTURE_S = 1.0  # a project is drawn before its takes are looked at one by one


def fitting_size(screen: QSize) -> QSize:
    """How large the window opens: as designed, and never larger than the screen has room for."""
    return QSize(*_WANTED).boundedTo(screen).expandedTo(QSize(*_LEAST))


class MainWindow(QMainWindow):
    """Shows a session; closing it closes the session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        session.explore.checks.pause_s = _FIRST_PICTURE_S
        self.setWindowTitle("TinyLab")
        self.setMinimumSize(*_LEAST)
        self.resize(fitting_size(self.screen().availableSize()))
        self.pages: tuple[Page, ...] = tuple(make(session) for make in PAGES)
        self.net = SafetyNet(session, self)
        self.dialogs = ProjectDialogs(
            session.projects, session.document, session.importer, session.exporter, session.notices
        )
        self.dialogs.parent = self
        FileDrops(self, self.dialogs.take_dropped)
        self.start = StartPage(session.document, session.projects.recent, self.dialogs)
        self.shortcuts: list[QShortcut] = []
        self._build()
        self._bind_keys()
        self._keys = KeysDialog(len(self.pages), self)
        session.document.changed.subscribe(self._follow)
        session.page_asked.subscribe(self.show_page)
        theme.changed.connect(self._show_theme)
        self._frame = QTimer(self)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._on_frame)
        self._frame.start(_FRAME_MS)
        self._figures = QTimer(self)
        self._figures.timeout.connect(self._on_figures)
        self._figures.start(_FIGURES_MS)
        self._show_project()
        self._show_theme()
        self.show_page(FIRST)

    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("content")
        outer = QVBoxLayout(content)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._build_top())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self.navigation = Navigation(self.pages, self.session.document, self.show_page)
        middle.addWidget(self.navigation)
        self.stack = QStackedWidget()
        for page in (*self.pages, self.start):
            self.stack.addWidget(page)
        middle.addWidget(self.stack, 1)
        self.overlay = NoticeOverlay(self.session.notices, self.stack)
        outer.addLayout(middle, 1)
        self.bottom = BottomBar(self.session)
        outer.addWidget(self.bottom)
        self.setCentralWidget(content)

    def _build_top(self) -> QWidget:
        top = QWidget()
        top.setObjectName("top")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        top.setFixedHeight(52)
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 0, 16, 0)
        self._mark = QLabel()
        row.addWidget(self._mark)
        brand = text_label("TinyLab", "brand")
        row.addWidget(brand)
        row.addSpacing(NAVIGATION_WIDTH - 120)
        self.project_button = QToolButton()
        self.project_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.project_button.setToolTip(tr("Open, make or import"))
        menu = ProjectMenu(
            self.session.document, self.session.projects.recent, self.dialogs, self.net, self._show_keys, self
        )
        self.project_button.setMenu(menu)
        keep_focus(self.project_button)
        row.addWidget(self.project_button)
        row.addStretch(1)
        self.badge = BoardBadge(self.session)
        self.badge.clicked.connect(lambda: self.show_page("Board"))
        row.addWidget(self.badge)
        row.addWidget(Bell(self.session.notices))
        self.theme_button = QToolButton()
        self.theme_button.setAccessibleName(tr("Light or dark"))
        self.theme_button.setToolTip(tr("Light or dark"))
        self.theme_button.clicked.connect(self._toggle_theme)
        keep_focus(self.theme_button)
        row.addWidget(self.theme_button)
        return top

    def _bind_keys(self) -> None:
        for number, page in enumerate(self.pages, start=1):
            self._key(f"Ctrl+{number}", partial(self.show_page, page.name))
        self._key(UNDO, self.session.document.undo)
        self._key(REDO, self.session.document.redo)
        self._key(NEXT_STEP, self._next_step)
        self._key(NEXT_STEP.replace("Return", "Enter"), self._next_step)  # the one of the number pad
        self._key(HELP, self._show_keys)

    def _key(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(act)
        self.shortcuts.append(shortcut)

    # --- drawing ----------------------------------------------------------------------------------------

    def page(self, name: str) -> Page:
        """The page of that name."""
        return next(page for page in self.pages if page.name == name)

    def show_page(self, name: str) -> None:
        """Bring a page to the front; while no project is open, those that need one give way to the start page."""
        page = self.page(name)
        shown = page if self.session.document.project is not None or not page.needs_project else self.start
        self.stack.setCurrentWidget(shown)
        self.navigation.choose(shown.name)
        self.overlay.raise_()
        self.current_page.setFocus()  # Tab goes to its first control, and Space to the page

    def _on_frame(self) -> None:
        self.session.inbox.pump()
        self.draw_frame()

    def draw_frame(self) -> None:
        """Let the page in front draw its moving parts."""
        if self.isVisible():
            self.current_page.tick()

    @property
    def current_page(self) -> Page:
        """The page in front."""
        page = self.stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def _follow(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            for plot in self.findChildren(Plot):
                plot.show_everything()
            for field in self.findChildren(NumberField):
                field.forget_remark()
            self._show_project()

    def _on_figures(self) -> None:
        """What changes slowly and announces nothing: rates, counters, progress."""
        self.badge.refresh()
        self.navigation.refresh()
        self.bottom.refresh()

    def _show_project(self) -> None:
        project = self.session.document.project
        name = project.path.stem if project is not None else tr("No project")
        read_only = tr(" (read-only)") if project is not None and project.read_only else ""
        self.project_button.setText(f"{one_line(name, 48)}{read_only}  ▾".replace("&", "&&"))
        self.setWindowTitle(f"{name} – TinyLab")
        self.navigation.refresh()
        if project is None or self.stack.currentWidget() is self.start:
            self.show_page(FIRST)

    def _show_theme(self) -> None:
        self._mark.setPixmap(icon("pulse", "accent").pixmap(22, 22))
        self.theme_button.setIcon(icon("white-balance-sunny" if theme.tokens.dark else "weather-night"))

    # --- clicks and keys --------------------------------------------------------------------------------

    def _toggle_theme(self) -> None:
        theme.toggle()
        QSettings("TinyLab", "TinyLab").setValue("theme", theme.choice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that whatever has the focus had no use for."""
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not press_focused_button():
                self.current_page.on_key(Qt.Key(key))
        elif key == Qt.Key.Key_Space:
            self.current_page.on_space()
        elif key == Qt.Key.Key_Escape:
            self.current_page.on_escape()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            if not event.isAutoRepeat():
                self.current_page.on_digit(key - Qt.Key.Key_1)
        elif not self.current_page.on_key(Qt.Key(key)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A label that was held down is let go."""
        if Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9 and not event.isAutoRepeat():
            self.current_page.on_digit_released(event.key() - Qt.Key.Key_1)
        else:
            super().keyReleaseEvent(event)

    def _next_step(self) -> None:
        """Press the primary action of the page; where it cannot be pressed, say why."""
        action = self.current_page.action
        if action.isVisible() and action.isEnabled():
            action.click()
        elif action.isVisible() and action.toolTip():
            self.session.notices.show(Tone.INFO, action.toolTip())

    def _show_keys(self) -> None:
        self._keys.show()
        self._keys.raise_()
        self._keys.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing running."""
        self._frame.stop()
        self._figures.stop()
        self.hide()  # whoever has pressed the cross waits for nothing
        for page in self.pages:
            page.close_page()
        self.session.close()
        self.net.close()
        event.accept()
