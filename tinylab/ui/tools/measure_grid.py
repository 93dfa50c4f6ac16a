"""Measures for `tinylab bench project` what the take grid does when a take is relabelled, or it is scrolled."""

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
_STEPS = 9  # of scrolling
_PAUSE_S = 0.3  # to show it first
_MOST_S = 300.0  # that a look at all takes may last


def measure(project: Path) -> dict[str, float]:
    """Open a project in the window, let it look at all takes, relabel some one by one, and scroll.

    Seconds to show it, takes drawn anew, median ms, and the most memory that it ever had.
    """
    make_application("light")
    session = Session()
    window = MainWindow(session)
    window.show()
    try:
        began = time.perf_counter()
        session.explore.checks.pause_s = _PAUSE_S
        session.projects.open(project).result()
        window.show_page("Collect")
        _draw()
        shown_s = time.perf_counter() - began
        (grid,) = window.findChildren(TakeGrid)
        takes, labels = session.document.takes, session.document.labels
        _settle(grid, session)
        touched, times_ms = [], []
        for take in takes[len(takes) // 2 :][:_EDITS]:
            other = next(label for label in labels if label != take.label)
            before, began = grid.touched, time.perf_counter()
            session.document.do(Relabel((take.id,), other))
            _draw()
            times_ms.append((time.perf_counter() - began) * 1000)
            touched.append(grid.touched - before)
        _settle(grid, session)
        return {
            "scroll_step_ms": round(_scroll_step_ms(grid), 3),
            "grid_rows_touched": max(touched),
            "window_open_s": round(shown_s, 4),
            "window_relabel_ms": round(statistics.median(times_ms), 3),
            "window_peak_mb": round(peak_bytes() / 1e6, 1),
        }
    finally:
        window.close()


def _settle(grid: TakeGrid, session: Session) -> None:
    """Wait until everything is drawn and looked at."""

    def over() -> bool:
        _draw()
        return not grid.pictures.waiting and not session.explore.checks.busy

    session.inbox.wait(over, _MOST_S)


def _scroll_step_ms(grid: TakeGrid) -> float:
    """Milliseconds of a step by one picture through the longest row, back and forth; the median."""
    strip = max(grid.rows.values(), key=lambda row: len(row.model.ids)).strip
    bar, step = strip.horizontalScrollBar(), strip.sizeHintForColumn(0)
    times_ms = []
    for number in range(_STEPS):
        began = time.perf_counter()
        bar.setValue(min(bar.maximum(), step) if number % 2 == 0 else 0)
        _draw()
        times_ms.append((time.perf_counter() - began) * 1000)
        while grid.pictures.waiting:
            _draw()
    return statistics.median(times_ms)


def _draw() -> None:
    for _ in range(3):
        QApplication.processEvents()


if __name__ == "__main__":
    without_screen()
    print(json.dumps(measure(Path(sys.argv[1]))))  # noqa: T201 - read by the parent
