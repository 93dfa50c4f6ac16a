"""A take whose samples are damaged is crossed out in the grid, and its tip says why."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.take_grid import TakeGrid


def test_a_damaged_take_is_crossed_out_and_says_why(
    window: MainWindow, takes: list[Recording], tmp_path: Path, qtbot: QtBot
) -> None:
    document = window.session.document
    path = tmp_path / "damaged.tinylab"  # a copy: of the open one the samples are in memory
    document.open_project().save_copy(path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE chunks SET counts = zeroblob(length(counts)) WHERE signal_id = 1")
        file.commit()
    window.session.projects.open(path).result()
    window.resize(2000, 1000)  # wide enough for all takes of a label
    window.show_page("Collect")
    (grid,) = window.findChildren(TakeGrid)
    first = document.header(1)
    assert first is not None
    qtbot.waitUntil(lambda: bool(grid.pictures.problem(first)) and not grid.pictures.waiting, timeout=60_000)
    tips = [
        str(row.strip.model().index(place, 0).data(Qt.ItemDataRole.ToolTipRole))
        for row in grid.rows.values()
        for place in range(row.strip.model().rowCount())
    ]
    assert [tip for tip in tips if "cannot be read" in tip] == [
        "Take 1 cannot be read: the samples from number 0 on do not match their checksum."
    ]
    (damaged, whole) = (document.header(1), document.header(2))
    assert damaged is not None
    assert whole is not None
    assert grid.pictures.problem(damaged)
    assert not grid.pictures.problem(whole)
