"""`tinylab bench window`: how soon the window is there, and how soon it answers while the computer is busy.

It needs Qt, so a child process measures; see tinylab/ui/tools/measure.py.
"""

from __future__ import annotations

import json

from tinylab.bench.outcome import Options, Outcome
from tinylab.errors import TinyLabError
from tinylab.process import run_own
from tinylab.text import tr

HELP = tr("how soon the window is there, and how soon it answers")


def measure(options: Options) -> Outcome:
    """Start the window five times, then record and train in it."""
    options.report(tr("Measuring the window"))
    done = run_own("tinylab.ui.tools.measure")
    if done.returncode:
        raise TinyLabError(tr("The window could not be measured."), hint=tr("The lines above say why."))
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    start = figures["start"]
    lines = [
        tr(
            "window usable after {median_s:.2f} s (median of {runs}), TensorFlow loaded: {tensorflow}",
            median_s=start["median_s"],
            runs=start["runs"],
            tensorflow=start["tensorflow"],
        )
    ]
    for name, gap in figures["answer_ms"].items():
        lines.append(
            tr(
                "{name:<24} median {median:.1f} ms, 99 % {p99:.1f} ms, worst {worst:.1f} ms",
                name=name,
                median=gap["median"],
                p99=gap["p99"],
                worst=gap["worst"],
            )
        )
    return Outcome(figures, lines)
