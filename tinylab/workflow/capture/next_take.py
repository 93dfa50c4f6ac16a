"""What the next take will be, and what became of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tinylab.data.recording import Header, check_name
from tinylab.data.verdict import Verdict
from tinylab.errors import DataError
from tinylab.text import tr

TAKE_SECONDS: Final = (0.2, 600.0)
COUNTDOWN_SECONDS: Final = (0.0, 60.0)


@dataclass(frozen=True, slots=True)
class NextTake:
    """What the next take will be."""

    label: str = ""
    subject: str = ""
    seconds: float = 4.0
    countdown_s: float = 3.0

    def check(self) -> None:
        """Raise DataError where it cannot be recorded."""
        check_name("label", self.label)
        check_name("subject", self.subject, may_be_empty=True)
        if not TAKE_SECONDS[0] <= self.seconds <= TAKE_SECONDS[1]:
            raise DataError(tr("A take lasts between 0.2 and 600 seconds."), hint=tr("Correct the length."))


@dataclass(frozen=True, slots=True)
class LastTake:
    """What became of the take just recorded."""

    take: Header
    verdict: Verdict
