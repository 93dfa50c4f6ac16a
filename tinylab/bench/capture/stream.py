"""Half an hour at 1,000 Hz, more than ten times as fast as life, into a window that draws while a network is trained.

It needs Qt, so a child process measures; see tinylab/ui/tools/measure_capture.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from tinylab.errors import TinyLabError
from tinylab.process import run_own
from tinylab.text import tr

SAMPLES: Final = 1_800_000
SPEED: Final = 10.5  # times real time, as the source sends
LEAST: Final = 10.0  # times real time, from the press to the take in the list


def stream_figures(report: Callable[[str], None]) -> dict[str, Any]:
    """Samples, what was lost, times real time, and how long the window took for a frame."""
    report(tr("Recording {samples:,} samples while a network is trained: three minutes", samples=SAMPLES))
    done = run_own("tinylab.ui.tools.measure_capture", str(SAMPLES), str(SPEED))
    if done.returncode:
        raise TinyLabError(tr("The stream could not be measured."), hint=tr("The lines above say why."))
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    whole = not figures["lost"] and not figures["wrong"] and figures["samples"] >= SAMPLES
    return {**figures, "holds": whole and figures["times_real_time"] >= LEAST}
