"""For how long a board that should stream has sent no sample."""

from __future__ import annotations

from tinylab.errors import LinkError
from tinylab.text import tr

SHOWN_AFTER_S = 1.0
LOST_AFTER_S = 3.0
_LONGEST_STEP_S = 0.25


class SilenceWatch:
    """Adds up the time between looks at which no sample was new.

    A step counts for a quarter of a second at most: after the computer has slept, or the window was busy, the reader
    must get its turn before the board is found silent.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._samples = -1
        self._looked_at: float | None = None

    def restart(self) -> None:
        """Begin anew, as when a stream begins."""
        self.seconds, self._samples, self._looked_at = 0.0, -1, None

    def look(self, samples: int, now: float) -> bool:
        """Look at how many samples have come by `now`, in seconds of a clock that never runs backwards.

        Returns whether there are new ones; at the first look after a restart all that came are new.
        """
        step = 0.0 if self._looked_at is None else min(max(0.0, now - self._looked_at), _LONGEST_STEP_S)
        new = samples != self._samples and samples > 0
        self.seconds = 0.0 if new else self.seconds + step
        self._samples, self._looked_at = samples, now
        return new


def fell_silent(seconds: float) -> LinkError:
    """The error for a board that was silent for too long."""
    return LinkError(
        tr("The board has sent no samples for {seconds:.0f} s.", seconds=seconds),
        hint=tr("TinyLab connects it again; if that does not help, unplug it and plug it in again."),
    )
