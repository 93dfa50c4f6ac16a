"""What the next take will be, and what became of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from tinylab.data.recording import Header, check_name
from tinylab.data.verdict import Verdict
from tinylab.dsp.motion_level import HIGHEST_G, LOWEST_G
from tinylab.errors import DataError
from tinylab.text import tr

TAKE_SECONDS: Final = (0.2, 600.0)
COUNTDOWN_SECONDS: Final = (0.0, 60.0)
PAUSE_SECONDS: Final = (0.0, 60.0)
TAKES: Final = (1, 100)
PRE_ROLL_SECONDS: Final = (0.0, 2.0)


class Start(Enum):
    """What begins a take once the countdown is over."""

    AT_ONCE = "at once"
    MOTION = "motion"  # when the motion level passes the threshold; the take begins a pre-roll earlier
    BUTTON = "button"  # of the board


class Series(Enum):
    """What one press records."""

    ONE = "one"
    ROW = "row"  # so many takes, with pauses
    CUT = "cut"  # one take, cut into so many of the same length


@dataclass(frozen=True, slots=True)
class NextTake:
    """What the next take will be, and how it is recorded."""

    label: str = ""
    subject: str = ""
    seconds: float = 2.0
    countdown_s: float = 3.0
    unlabelled: bool = False  # the take gets no label of its own, only regions
    free: bool = False  # it goes on until it is stopped
    series: Series = Series.ROW
    takes: int = 5  # of a row, or parts of a take that is cut
    pause_s: float = 0.7  # between two takes of a row
    start: Start = Start.AT_ONCE
    threshold_g: float = 0.2
    pre_roll_s: float = 0.3
    sound: bool = True  # a tone at each second of the countdown

    @property
    def label_of_take(self) -> str:
        """The label that the take itself gets."""
        return "" if self.unlabelled else self.label

    @property
    def in_row(self) -> int:
        """How many takes one press records."""
        return self.takes if self.series is Series.ROW and not self.free else 1

    @property
    def whole_s(self) -> float:
        """How long one recording lasts, in seconds; 0 where nobody knows."""
        if self.free:
            return 0.0
        return self.seconds * (self.takes if self.series is Series.CUT else 1)

    def check(self) -> None:
        """Raise DataError where it cannot be recorded."""
        if not self.unlabelled:
            check_name("label", self.label)
        check_name("subject", self.subject, may_be_empty=True)
        if not TAKE_SECONDS[0] <= self.seconds <= TAKE_SECONDS[1]:
            raise DataError(tr("A take lasts between 0.2 and 600 seconds."), hint=tr("Correct the length."))
        if self.whole_s > TAKE_SECONDS[1]:
            raise DataError(
                tr("{takes} parts of {seconds:g} s are longer than 600 s.", takes=self.takes, seconds=self.seconds),
                hint=tr("Record fewer or shorter ones."),
            )
        if not TAKES[0] <= self.takes <= TAKES[1]:
            raise DataError(tr("A row has between 1 and 100 takes."), hint=tr("Correct the number of takes."))
        if not LOWEST_G <= self.threshold_g <= HIGHEST_G:
            raise DataError(tr("The trigger lies between 0.03 and 8 g."), hint=tr("Drag it back into the plot."))


@dataclass(frozen=True, slots=True)
class LastTake:
    """What became of the take just recorded."""

    take: Header
    verdict: Verdict
    kept: bool = False  # the user said so
