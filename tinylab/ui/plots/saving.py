"""Saves what a plot shows: as a picture (PNG, SVG) or as a table of its numbers (CSV)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QGraphicsView, QMessageBox, QToolButton, QWidget

from tinylab.text import tr
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import icon, keep_focus

Cell = float | str
Numbers = tuple[Sequence[str], Sequence[Sequence[Cell]]]  # (names, columns)
_ICON = "download-outline"


class SaveButton(QToolButton):
    """Asks where to, and saves what `widget` shows."""

    def __init__(self, widget: QWidget, numbers: Callable[[], Numbers], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("icon_name", _ICON)
        self.setIcon(icon(_ICON))
        self.setAccessibleName(tr("Save picture or numbers"))
        self.setToolTip(tr("Save picture or numbers as PNG, SVG or CSV"))
        keep_focus(self)
        self.clicked.connect(lambda: ask_and_save(widget, numbers))
        theme.changed.connect(self.paint_theme)

    def paint_theme(self) -> None:
        """The icon in the theme's colour."""
        self.setIcon(icon(_ICON))


def ask_and_save(widget: QWidget, numbers: Callable[[], Numbers]) -> None:
    """Let the user choose a file."""
    chosen, _ = QFileDialog.getSaveFileName(
        widget, tr("Save picture or numbers"), "plot.png", tr("Pictures and tables (*.png *.svg *.csv)")
    )
    if chosen:
        save_and_say(widget, Path(chosen), numbers)


def save_and_say(widget: QWidget, path: Path, numbers: Callable[[], Numbers]) -> None:
    """Save by the file's ending; where that fails, say so."""
    try:
        if path.suffix.lower() == ".csv":
            save_numbers(path, *numbers())
        else:
            save_picture(widget, path)
    except OSError as error:
        box = QMessageBox(QMessageBox.Icon.Warning, tr("Not saved"), f"{path.name}: {error.strerror}", parent=widget)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.open()


def save_numbers(path: Path, names: Sequence[str], columns: Sequence[Sequence[Cell]]) -> None:
    """Write columns of whatever length as a table; raises OSError."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        writer.writerows([_shown(value) for value in row] for row in zip_longest(*columns))


def _shown(value: Cell | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.9g}"


def save_picture(widget: QWidget, path: Path) -> None:
    """Write a widget as PNG or SVG, by the file's ending; raises OSError where it cannot be written."""
    path.open("wb").close()  # Qt says only that it failed, not why
    if path.suffix.lower() != ".svg":
        widget.grab().save(str(path), "PNG")
        return
    canvas = QSvgGenerator()
    canvas.setFileName(str(path))
    canvas.setSize(widget.size())
    canvas.setViewBox(widget.rect())
    canvas.setTitle(widget.accessibleName())
    painter = QPainter(canvas)
    if isinstance(widget, QGraphicsView):
        widget.render(painter)
    else:
        widget.render(painter, QPoint())
    painter.end()
