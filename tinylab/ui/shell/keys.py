"""The keys of the window: one table binds them and lists them (F1)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QGridLayout, QVBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.widgets.basic import button, text_label

NEXT_STEP = "Ctrl+Return"
UNDO = "Ctrl+Z"
REDO = "Ctrl+Shift+Z"
HELP = "F1"


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """A line of the list: the keys as they stand on a keyboard, and what they do."""

    keys: str
    text: str


def key_table(pages: int) -> tuple[KeyHelp, ...]:
    """Every key of the window, as F1 lists it."""
    return (
        KeyHelp(tr("Space"), tr("Collect: record a take, or end it and keep it")),
        KeyHelp(tr("Esc"), tr("Collect: throw the running take away, and end the row")),
        KeyHelp("1 … 9", tr("Collect: choose the label; held while a long take runs: mark a region")),
        KeyHelp(tr("K, Backspace"), tr("Collect: keep the last take, or drop it and record it again")),
        KeyHelp("P", tr("Collect: look back while the recording goes on")),
        KeyHelp(tr("Page up, Page down"), tr("Collect: choose the person")),
        KeyHelp(tr("Del"), tr("Delete the selected takes, or the selected run; Ctrl+Z brings takes back")),
        KeyHelp(tr("Ctrl+Enter"), tr("The next step of every page: the button at the top right")),
        KeyHelp(tr("Ctrl+1 … Ctrl+{last}", last=pages), tr("Go to a page")),
        KeyHelp(tr("Ctrl+Z"), tr("Undo")),
        KeyHelp(tr("Ctrl+Shift+Z"), tr("Redo")),
        KeyHelp(tr("Tab, Shift+Tab"), tr("Go from field to field")),
        KeyHelp(tr("Space, Enter"), tr("Press the button that has the focus, open or choose what is marked")),
        KeyHelp(tr("Enter on a take"), tr("Look at it large; a double click does the same")),
        KeyHelp(tr("+, −, Home"), tr("Zoom the plot that has the focus, and back")),
        KeyHelp(tr("F2, Del on a label"), tr("Rename or remove the label")),
        KeyHelp(tr("Arrows"), tr("Go through takes, runs, the cells of the matrix, the windows of a map, proposals")),
        KeyHelp(
            tr("Shift and arrows"), tr("Explore: catch windows of the map; L relabels them, Del trashes their takes")
        ),
        KeyHelp(
            tr("Enter, 1 … 9, Backspace"), tr("Explore: accept what is proposed, correct it, or leave it as it is")
        ),
        KeyHelp(HELP, tr("This list")),
    )


class KeysDialog(QDialog):
    """The list of keys; the window behind it goes on."""

    def __init__(self, pages: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(12)
        outer.addWidget(text_label(tr("Keys"), "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for row, line in enumerate(key_table(pages)):
            grid.addWidget(text_label(line.keys, "key"), row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(text_label(line.text), row, 1)
        outer.addLayout(grid)
        close = button(tr("Close"), self.accept)
        close.setDefault(True)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def press_focused_button() -> bool:
    """Enter presses the button that has the focus, as Space does; returns whether there is one."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QAbstractButton) and focused.isEnabled():
        focused.click()
        return True
    return False
