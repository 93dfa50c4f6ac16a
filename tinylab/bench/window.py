"""`tinylab bench window`: how soon the window is there, and how soon it answers while the computer is busy.

It needs Qt, so a child process measures; see tinylab/ui/tools/measure.py.
"""

from __future__ import annotations

import json

from tinylab.bench.outcome import Options, Outcome
from tinylab.errors import TinyLabError
from tinylab.process import run_own

HELP = "how soon the window is there, and how soon it answers"


def measure(options: Options) -> Outcome:
    """Start the window five times, then record and train in it."""
    options.report("Measuring the window")
    done = run_own("tinylab.ui.tools.measure")
    if done.returncode:
        raise TinyLabError("The window could not be measured.", hint="The lines above say why.")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    start = figures["start"]
    lines = [
        f"window usable after {start['median_s']:.2f} s (median of {start['runs']}),"
        f" TensorFlow loaded: {start['tensorflow']}"
    ]
    for name, gap in figures["answer_ms"].items():
        lines.append(f"{name:<24} median {gap['median']:.1f} ms, 99 % {gap['p99']:.1f} ms, worst {gap['worst']:.1f} ms")
    return Outcome(figures, lines)
