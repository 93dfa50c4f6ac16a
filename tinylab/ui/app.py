"""Opens the window: fonts, theme, session, example project, virtual board."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from PySide6.QtCore import QTimer

from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


def run_app(text: list[str]) -> int:
    """Open the window and stay until it is closed, or write the screenshots; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tinylab")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--theme", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("command", choices=("open", "screenshots"))
    arguments = parser.parse_args(text)
    if arguments.command == "screenshots":
        from tinylab.ui.tools.screenshots import take_screenshots

        return take_screenshots(arguments.out)
    application = make_application(arguments.theme)
    window = open_window(Session(), arguments.project)
    window.show()
    # Python hears Ctrl+C only between two of its own instructions; the window's frame timer gives it those.
    signal.signal(signal.SIGINT, lambda *_: window.close())
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    return application.exec()


def open_window(session: Session, project: Path | None) -> MainWindow:
    """The window on a project, or on the example; the virtual board and the worker start while it is shown."""
    window = MainWindow(session)
    QTimer.singleShot(0, lambda: begin(session, project))
    return window


def begin(session: Session, project: Path | None) -> None:
    """What happens once the window is there."""
    opening = session.projects.open(project) if project is not None else session.projects.open_example()
    opening.then(lambda _: session.recorder.choose_first(), session.notices.show_error)
    session.boards.connect_virtual()
    session.warm_up()
