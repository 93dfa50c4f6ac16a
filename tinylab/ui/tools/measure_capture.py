"""Measures for `tinylab bench capture` whether a window that draws and trains lets a fast stream lose anything."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from tinylab.bench.capture.recording import connect_source
from tinylab.bench.capture.scripted_source import ScriptedSource, counts_of
from tinylab.errors import TinyLabError
from tinylab.temporary import TemporaryFolder
from tinylab.ui.shell.application import make_application, without_screen
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.session import Session

_RATE_HZ = 1000
_LATEST = 2.0  # times as long as planned, and it is given up


def measure(samples: int, speed: float, *, trains: bool) -> dict[str, Any]:
    """Record so many samples at `speed` times real time, drawn as ever, and look at each of them afterwards."""
    make_application("light")
    with TemporaryFolder("bench") as folder:
        session = Session()
        window = MainWindow(session)
        window.resize(1280, 800)
        window.show()
        try:
            return _measure(session, window, folder, samples, speed, trains=trains)
        finally:
            window.close()


def _measure(
    session: Session, window: MainWindow, folder: Path, samples: int, speed: float, *, trains: bool
) -> dict[str, Any]:
    if trains:
        session.projects.open_example(folder / "example.tinylab").result()
    else:
        session.projects.new(folder / "capture.tinylab").result()
    window.show_page("Collect")
    connect_source(session, ScriptedSource(speed), _RATE_HZ)
    session.recorder.set_next(NextTake("stream", countdown_s=0.0, free=True, sound=False))
    frames = _Frames(window)
    runs = [0]

    def over() -> bool:
        QApplication.processEvents()
        if trains and not session.trainer.busy:
            session.trainer.train()
            runs[0] += 1
        writer = session.recorder.writer
        return writer is not None and writer.sequence.stored >= samples

    task = session.recorder.record()
    began = time.monotonic()
    if not session.inbox.wait(over, 60 + _LATEST * samples / (_RATE_HZ * speed)):
        raise TinyLabError("The stream did not come.", hint="Try again on a quieter machine.")
    session.row.stop()
    seconds = time.monotonic() - began
    take = task.result()
    first, counts = session.recorder.first_sample, session.document.open_project().samples.counts(take.id)
    wrong = np.count_nonzero((counts != counts_of(first + np.arange(len(counts)))).any(axis=1))
    session.trainer.stop()
    return {
        "samples": take.samples,
        "lost": take.lost,
        "wrong": int(wrong),
        "seconds": round(seconds, 2),
        "times_real_time": round(take.samples / _RATE_HZ / seconds, 2),
        "training_runs": runs[0],
        "frame_ms": frames.figures(),
    }


class _Frames:
    """How long each frame of the page takes while everything else goes on."""

    def __init__(self, window: MainWindow) -> None:
        self._times_ms: list[float] = []
        draw: Callable[[], None] = window.draw_frame

        def timed() -> None:
            began = time.perf_counter()
            draw()
            self._times_ms.append((time.perf_counter() - began) * 1000)

        window.draw_frame = timed  # type: ignore[method-assign]

    def figures(self) -> dict[str, float]:
        """Milliseconds."""
        times = np.asarray(self._times_ms)
        return {
            "count": len(times),
            "median": round(float(np.median(times)), 2),
            "p99": round(float(np.percentile(times, 99)), 2),
            "worst": round(float(times.max()), 2),
        }


if __name__ == "__main__":
    without_screen()
    print(json.dumps(measure(int(sys.argv[1]), float(sys.argv[2]), trains=True)))  # noqa: T201 - read by the parent
