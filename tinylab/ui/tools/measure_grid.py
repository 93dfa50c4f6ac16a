"""Measures for `tinylab bench project` what the take grid does when one take of many is relabelled."""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tinylab.bench.project import peak_bytes
from tinylab.data.editing.take_edits import Relabel
from tinylab.ui.shell.application import make_application, without_screen
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.take_grid import TakeGrid
from tinylab.workflow.session import Session

_EDITS = 9


def measure(project: Path) -> dict[str, float]:
    """Open a project in the window, relabel takes one by one: seconds to show it, takes drawn anew, median ms."""
    make_application("light")
    session = Session()
    window = MainWindow(session)
    window.show()
    try:
        began = time.perf_counter()
        session.projects.open(project).result()
        window.show_page("Collect")
        _draw()
        shown_s = time.perf_counter() - began
        (grid,) = window.findChildren(TakeGrid)
        takes, labels = session.document.takes, session.document.labels
        while grid.pictures.waiting:
            _draw()
        touched, times_ms = [], []
        for take in takes[len(takes) // 2 :][:_EDITS]:
            other = next(label for label in labels if label != take.label)
            before, began = grid.touched, time.perf_counter()
            session.document.do(Relabel((take.id,), other))
            _draw()
            times_ms.append((time.perf_counter() - began) * 1000)
            touched.append(grid.touched - before)
        return {
            "grid_rows_touched": max(touched),
            "window_open_s": round(shown_s, 4),
            "window_relabel_ms": round(statistics.median(times_ms), 3),
            "window_peak_mb": round(peak_bytes() / 1e6, 1),
        }
    finally:
        window.close()


def _draw() -> None:
    for _ in range(3):
        QApplication.processEvents()


if __name__ == "__main__":
    without_screen()
    print(json.dumps(measure(Path(sys.argv[1]))))  # noqa: T201 - read by the parent
