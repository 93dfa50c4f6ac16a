"""The one Qt application: its name, icon, fonts and theme."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QSettings
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from tinylab.assets import resources_dir
from tinylab.ui import theme
from tinylab.ui.shell.garbage import collect_here
from tinylab.ui.widgets.plain_tips import PlainTips


def make_application(choice: str = "") -> QApplication:
    """The one application, with its fonts and theme."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("TinyLab")
    application.setWindowIcon(QIcon(str(resources_dir() / "icon.svg")))
    stored = QSettings("TinyLab", "TinyLab").value("theme", "system")
    if application.findChild(PlainTips) is None:
        PlainTips(application)
    collect_here(application)
    theme.install(application, choice or str(stored))
    return application


def without_screen() -> None:
    """Where there is no display, let Qt draw into memory; called before the application is made."""
    if not any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
