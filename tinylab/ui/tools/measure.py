"""Measures for `tinylab bench window` how soon the window is there, and how soon it answers in a busy computer."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from tinylab.errors import TinyLabError
from tinylab.process import run_own
from tinylab.temporary import TemporaryFolder
from tinylab.ui.shell.application import make_application, without_screen
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.session import Session

_STARTS = 5
_PROBE_MS = 4
_RECORD_S = 8.0


def measure_all() -> None:
    """Measure, and print the figures as one line of JSON."""
    without_screen()
    print(json.dumps({"start": measure_starts(), "answer_ms": measure_answers()}))  # noqa: T201 - read by the parent


def measure_starts() -> dict[str, Any]:
    """Fresh processes: seconds from their start to a window that has drawn itself and handled its first events."""
    runs = [_start_once() for _ in range(_STARTS)]
    return {
        "runs": _STARTS,
        "median_s": float(np.median([run["seconds"] for run in runs])),
        "worst_s": max(run["seconds"] for run in runs),
        "tensorflow": any(run["tensorflow"] for run in runs),
    }


def _start_once() -> dict[str, Any]:
    began = time.time()
    done = run_own("tinylab.ui.tools.measure", repr(began), stderr=subprocess.PIPE)
    if done.returncode:
        raise TinyLabError(f"The window did not start: {done.stderr.strip().splitlines()[-1:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _report_start(began: float) -> None:
    """In the fresh process."""
    make_application("light")
    session = Session()
    window = MainWindow(session)
    window.show()
    with TemporaryFolder("bench") as folder:
        session.projects.open_example(folder / "example.tinylab").result()
        session.recorder.choose_first()
        for _ in range(3):
            QApplication.processEvents()
        usable = {"seconds": time.time() - began, "tensorflow": "tensorflow" in sys.modules}
        window.close()
    print(json.dumps(usable))  # noqa: T201


class _Probe:
    """A timer that should fire every few milliseconds; how late it fires is how long a click would wait."""

    def __init__(self) -> None:
        self.gaps_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._fire)

    def _fire(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000 - _PROBE_MS)
        self._last = now

    def during(self, over: Callable[[], bool]) -> dict[str, float]:
        """Measure until `over()`."""
        self.gaps_ms.clear()
        self._last = time.perf_counter()
        self._timer.start(_PROBE_MS)
        while not over():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
        self._timer.stop()
        gaps = np.asarray(self.gaps_ms)
        return {"median": float(np.median(gaps)), "p99": float(np.percentile(gaps, 99)), "worst": float(gaps.max())}


def measure_answers() -> dict[str, dict[str, float]]:
    """How long the window keeps an event waiting: idle, recording at 400 Hz, and training meanwhile."""
    make_application("light")
    with TemporaryFolder("bench") as folder:
        session = Session()
        window = MainWindow(session)
        window.show()
        try:
            return _measure_answers(session, window, folder)
        finally:
            window.close()


def _measure_answers(session: Session, window: MainWindow, folder: Path) -> dict[str, dict[str, float]]:
    session.projects.open_example(folder / "example.tinylab").result()
    session.sampling.choose(Sampling(400, 8))
    session.recorder.choose_first()
    session.boards.connect_virtual()
    _until(session, lambda: session.connection.connected and session.connection.stream.samples > 0)
    session.worker.warm_up()
    probe, figures = _Probe(), {}
    window.show_page("Collect")
    until = time.monotonic() + 3
    figures["idle, streaming 400 Hz"] = probe.during(lambda: time.monotonic() > until)
    session.recorder.set_next(replace(session.recorder.next, seconds=_RECORD_S, countdown_s=0.0))
    session.recorder.record()
    _until(session, lambda: session.recorder.state is CaptureState.RECORDING)
    figures["recording 400 Hz"] = probe.during(lambda: session.recorder.state is CaptureState.IDLE)
    window.show_page("Train")
    session.trainer.train()
    _until(session, lambda: bool(session.trainer.history) or not session.trainer.busy)
    figures["training"] = probe.during(lambda: not session.trainer.busy or len(session.trainer.history) >= 8)
    session.trainer.stop()
    _until(session, lambda: not session.trainer.busy)
    return figures


def _until(session: Session, done: Callable[[], bool]) -> None:
    def ready() -> bool:
        QApplication.processEvents()
        return done()

    if not session.inbox.wait(ready, 240):
        raise TinyLabError("The benchmark waited too long.", hint="Try again on a quieter machine.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _report_start(float(sys.argv[1]))
    else:
        measure_all()
