"""`tinylab bench project`: how soon a project of 2,000 takes is open and edited, beside one of 200.

Each project is measured in a process of its own, for the memory that it takes at most is a figure of the process.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from tinylab.bench.outcome import Options, Outcome
from tinylab.data.editing.take_edits import AddTakes, Relabel
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.takes import Block
from tinylab.errors import TinyLabError
from tinylab.process import run_own
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr

HELP = tr("how soon a project of 2,000 takes is open and edited")
_SIZES: Final = (200, 2000)  # takes
_SAMPLES: Final = 5400  # of each: 54 s at 100 Hz
_LABELS: Final = 5
_SUBJECTS: Final = 20
_AT_ONCE: Final = 100  # takes that are added in one edit
_OPENINGS: Final = 5
_RELABELS: Final = 50
_BLOCKS, _BLOCK_SAMPLES = 540, 10  # as a board sends them
_RATIOS: Final = (
    "open_s", "relabel_ms", "peak_mb", "grid_rows_touched", "window_open_s", "window_relabel_ms", "scroll_step_ms",
)  # fmt: skip


def measure(options: Options) -> Outcome:
    """Make both projects, measure each in a process, and compare them."""
    found: dict[int, dict[str, Any]] = {}
    with TemporaryFolder("bench") as folder:
        for takes in _SIZES:
            options.report(
                tr(
                    "Making and measuring a project of {takes:,} takes of {most:,} samples",
                    takes=takes,
                    most=_SAMPLES,
                )
            )
            path = folder / f"{takes}.tinylab"
            _make(path, takes)
            found[takes] = _measured_in_a_process(path)
    small, large = (found[takes] for takes in _SIZES)
    ratios = {name: round(large[name] / small[name], 2) for name in _RATIOS if small[name]}
    figures = {"samples_each": _SAMPLES, **large, "small": small, "ratios": ratios}
    return Outcome(figures, [_line(large), _line(small)])


def _make(path: Path, takes: int) -> None:
    project = Project.create(path)
    random = np.random.default_rng(1)
    for start in range(0, takes, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, takes))
        project.do(AddTakes(tuple(_take(random, number) for number in numbers), "bench"))
    project.close()


def _take(random: np.random.Generator, number: int) -> Recording:
    counts = random.integers(-500, 500, (_SAMPLES, 3)).astype(np.int16)
    label, subject = f"class {number % _LABELS}", f"subject {number % _SUBJECTS}"
    return Recording.of(counts, label=label, subject=subject, rate_hz=100.0, g_per_count=0.002, range_g=2.0)


def _measured_in_a_process(path: Path) -> dict[str, Any]:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads' buffers are no memory of ours
    return {**_figures_of("tinylab.bench.project", path), **_figures_of("tinylab.ui.tools.measure_grid", path)}


def _figures_of(module: str, path: Path) -> dict[str, Any]:
    """What a child process prints last: one line of JSON. The window's part needs Qt, which is not imported here."""
    done = run_own(module, str(path))
    if done.returncode:
        raise TinyLabError(tr("The project could not be measured."), hint=tr("The lines above say why."))
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def measure_project(path: Path) -> dict[str, Any]:
    """Open, edit and record in a project; the figures of it and of this process."""
    opened = [_seconds(lambda: _open(path)) for _ in range(_OPENINGS)]
    project = Project.open(path)
    takes = len(_look_into(project))
    samples_read = bool({"chunks", "signals"} & project.tables_read)
    relabelled = [_seconds(partial(project.do, Relabel((n + 1,), f"class {n % 2}"))) for n in range(_RELABELS)]
    blocks = _record(project)
    for number in range(1, takes + 1):
        project.samples.counts(number)  # the cache fills, and stays within its bounds
    project.close()
    return {
        "takes": takes,
        "open_s": round(statistics.median(opened), 4),
        "samples_read_at_opening": samples_read,
        "relabel_ms": round(statistics.median(relabelled) * 1e3, 3),
        "block_ms": round(statistics.median(blocks) * 1e3, 3),
        "block_worst_ms": round(max(blocks) * 1e3, 3),
        "peak_mb": round(peak_bytes() / 1e6, 1),
    }


def _open(path: Path) -> None:
    project = Project.open(path)
    _look_into(project)
    project.close()


def _look_into(project: Project) -> list[Header]:
    """What the window needs before it can show a project."""
    project.labels()
    project.all_pieces_texts()
    return project.headers()[0]


def _record(project: Project) -> list[float]:
    """Seconds that each block of a take needs until a killed program keeps it."""
    header = Header("class 0", "", 100.0, 0.002, 0, rate_asked_hz=100.0, asked=_BLOCKS * _BLOCK_SAMPLES)
    writer = project.begin_take(header)
    counts = np.zeros((_BLOCK_SAMPLES, 3), np.int16)
    firsts = range(0, _BLOCKS * _BLOCK_SAMPLES, _BLOCK_SAMPLES)
    seconds = [_seconds(partial(writer.add, Block(first, first * 10_000, 0, counts + first))) for first in firsts]
    writer.finish()
    return seconds


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_bytes() -> float:
    """The most memory that this process had; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most) if sys.platform == "darwin" else most * 1024.0


def _line(figures: dict[str, Any]) -> str:
    reading = tr("with") if figures["samples_read_at_opening"] else tr("without")
    return tr(
        "{takes:>5,} takes: open in {open_s:.3f} s {reading} reading samples, one relabel "
        "{relabel_ms:.2f} ms, one block of a recording {block_ms:.2f} ms, at most {peak_mb:.0f} MB; in the window a "
        "relabel draws {rows} take anew and takes {window_ms:.1f} ms, a scroll step {scroll_ms:.1f} ms, with at most "
        "{window_mb:.0f} MB after the first picture in {shown_s:.2f} s",
        rows=figures["grid_rows_touched"],
        window_ms=figures["window_relabel_ms"],
        scroll_ms=figures["scroll_step_ms"],
        window_mb=figures["window_peak_mb"],
        shown_s=figures["window_open_s"],
        takes=figures["takes"],
        open_s=figures["open_s"],
        reading=reading,
        relabel_ms=figures["relabel_ms"],
        block_ms=figures["block_ms"],
        peak_mb=figures["peak_mb"],
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_project(Path(sys.argv[1]))) + "\n")
