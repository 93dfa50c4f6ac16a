"""Shows a trained project on every page in a made-up language and prints the texts that stayed English, as JSON.

    python pseudo_window.py TRANSLATIONS PROJECT

A process of its own, because texts at the head of a module are looked up when it is imported.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tinylab.text import choose_language

MARK = "⟦"


def main(translations: Path, project: Path) -> None:
    assert choose_language(translations, ["xx"]) == "xx"

    from fakes.windows import walk

    from tinylab.ui.shell.application import make_application
    from tinylab.ui.shell.window import MainWindow
    from tinylab.workflow.session import Session

    make_application("light")
    session = Session(fast_virtual_board=True)
    session.projects.open(project).result()
    window = MainWindow(session)
    window.show()
    for _ in walk(window):
        session.inbox.pump()
    found = sorted({text for text in texts_of(window) if MARK not in text and re.search(r"[A-Za-z]{3}", text)})
    window.close()
    sys.stdout.write(json.dumps(found))


def texts_of(window: object) -> Iterator[str]:
    """Every text that the window's widgets and menus hold, visible now or not."""
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

    assert isinstance(window, QWidget)
    for widget in window.findChildren(QWidget):
        yield from (widget.toolTip(), widget.accessibleName())
        if isinstance(widget, QLabel | QAbstractButton):
            yield re.sub(r"<[^>]+>", "", widget.text())
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(index) for index in range(widget.count()))
        elif isinstance(widget, QLineEdit):
            yield widget.placeholderText()
    yield from (action.text() for action in window.findChildren(QAction))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
