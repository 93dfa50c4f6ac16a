"""Opens the window: fonts, theme, session, the last project, virtual board."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from PySide6.QtCore import QTimer

from tinylab.errors import TinyLabError
from tinylab.folders import data_dir
from tinylab.log.crashes import CrashedRun, begin_run, end_run, last_run_crashed
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.safety_net import log_qt_messages
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.capture.habits import Habits
from tinylab.workflow.project.recent import RecentProjects
from tinylab.workflow.session import Session


def run_app(command_line: list[str]) -> int:
    """Open the window and stay until it is closed, or write the screenshots; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tinylab")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--theme", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("command", choices=("open", "screenshots"))
    arguments = parser.parse_args(command_line)
    if arguments.command == "screenshots":
        from tinylab.ui.tools.screenshots import take_screenshots

        return take_screenshots(arguments.out)
    application = make_application(arguments.theme)
    log_qt_messages()
    crashed = last_run_crashed()
    begin_run()
    window = open_window(
        Session(recent=users_recent_projects(), habits=Habits(data_dir() / "recording.json")),
        arguments.project,
        crashed,
    )
    window.show()
    # Python hears Ctrl+C only between two of its own instructions; the window's frame timer gives it those.
    signal.signal(signal.SIGINT, lambda *_: window.close())
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    code = application.exec()
    end_run()
    return code


def users_recent_projects() -> RecentProjects:
    """The list that the window of this user keeps from one start to the next."""
    return RecentProjects(data_dir() / "recent.json")


def open_window(session: Session, project: Path | None, crashed: CrashedRun | None = None) -> MainWindow:
    """The window on a project, or on the last one; the virtual board and the worker start while it is shown."""
    window = MainWindow(session)
    QTimer.singleShot(0, lambda: begin(window, project, crashed))
    return window


def begin(window: MainWindow, project: Path | None, crashed: CrashedRun | None = None) -> None:
    """What happens once the window is there: the project that was open last is opened again, also after a crash.

    Where there is none, or it does not open, the start page stays.
    """
    session = window.session
    again = crashed.project if crashed is not None and crashed.project and crashed.project.exists() else None
    last = session.projects.recent.last_open()
    chosen = project or again or (last.path if last is not None else None)

    def say_crashed(_: object = None) -> None:
        if crashed is not None:
            window.net.say_crashed(crashed)

    def failed(error: TinyLabError) -> None:
        session.notices.error(error)
        say_crashed()

    if chosen is None:
        say_crashed()
    else:
        session.projects.open(chosen).then(say_crashed, failed)
    session.boards.connect_virtual()
    session.warm_up()
