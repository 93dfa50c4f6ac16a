"""The one road for messages to the user: what happened, what to do, one button that does it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import count
from typing import Final

from tinylab.errors import TinyLabError
from tinylab.events import Event

_LOG = logging.getLogger("tinylab")
_numbers = count(1)
_KEPT = 4  # on the screen at once; older ones give way
_REMEMBERED = 50  # for the bell


class Tone(Enum):
    """How a notice is meant."""

    GOOD = "good"
    INFO = "info"
    CAUTION = "caution"
    ERROR = "error"


# Seconds until a notice leaves by itself; the bell keeps it. An error stays until it is mended or dismissed.
STAYS_S: Final = {Tone.GOOD: 6.0, Tone.INFO: 10.0, Tone.CAUTION: 20.0}


class Topic(Enum):
    """What a notice is about, so that it leaves when that is mended."""

    ANYTHING = auto()
    BOARD = auto()
    TAKE = auto()
    EDIT = auto()
    TRAINING = auto()
    DEPLOYMENT = auto()


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """A button of a notice: what stands on it, and what it does."""

    label: str
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, with one button that does the next thing; only the one about a fault of ours has two."""

    tone: Tone
    message: str
    hint: str = ""
    actions: tuple[NoticeAction, ...] = ()
    topic: Topic = Topic.ANYTHING
    number: int = field(default_factory=lambda: next(_numbers))
    at: float = field(default_factory=time.time)  # seconds since 1970, for the list behind the bell


class Notices:
    """What is to be shown now, and what was shown before, oldest first."""

    def __init__(self) -> None:
        self.changed: Event[None] = Event()
        self.page_asked: Event[str] = Event()  # a page's name
        self.held = False  # somebody is reading: nothing leaves by itself
        self.unseen = 0  # notices that came since the list was last looked at
        self._shown: list[Notice] = []
        self._history: list[Notice] = []
        self._leaves_at: dict[int, float] = {}  # number of a notice → time.monotonic()

    @property
    def shown(self) -> tuple[Notice, ...]:
        """What is on the screen now."""
        return tuple(self._shown)

    @property
    def history(self) -> tuple[Notice, ...]:
        """The last notices, whatever became of them."""
        return tuple(self._history)

    def show(
        self,
        tone: Tone,
        message: str,
        hint: str = "",
        action: NoticeAction | None = None,
        *,
        about: Topic = Topic.ANYTHING,
    ) -> Notice:
        """Show a notice; one with the same message gives way to it."""
        return self.show_notice(Notice(tone, message, hint, (action,) if action is not None else (), about))

    def show_notice(self, notice: Notice) -> Notice:
        """Show a notice; one with the same message gives way to it, unless that one can do more."""
        level = logging.WARNING if notice.tone is Tone.ERROR else logging.INFO  # an ERROR is a fault of TinyLab itself
        _LOG.log(level, "%s %s", notice.message, notice.hint)
        same = [each for each in self._shown if each.message == notice.message]
        if same and len(same[0].actions) > len(notice.actions):
            return same[0]
        kept = [each for each in self._shown if each.message != notice.message]
        self._shown = [*kept, notice][-_KEPT:]
        self._history = [*self._history, notice][-_REMEMBERED:]
        self.unseen += 1
        self.changed.emit(None)
        return notice

    def error(
        self, error: TinyLabError, action: NoticeAction | None = None, *, about: Topic = Topic.ANYTHING
    ) -> Notice:
        """Show an error in its own words."""
        return self.show(Tone.ERROR, error.message, error.hint, action, about=about)

    def show_error(self, error: TinyLabError) -> None:
        """The same, for those who want nothing back: what a job calls when it failed."""
        self.error(error)

    def go(self, label: str, page: str) -> NoticeAction:
        """A button that leads to a page."""
        return NoticeAction(label, lambda: self.page_asked.emit(page))

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away; one that is gone already does no harm."""
        self._keep([each for each in self._shown if each.number != notice.number])

    def settled(self, topic: Topic) -> None:
        """What notices about this asked for is done: they leave."""
        self._keep([each for each in self._shown if each.topic is not topic])

    def clear(self) -> None:
        """Take all away, and forget them: another project is shown."""
        self._history, self.unseen = [], 0
        self._shown = []
        self.changed.emit(None)

    def seen(self) -> None:
        """The list of notices was looked at."""
        self.unseen = 0
        self.changed.emit(None)

    def tick(self, now: float) -> None:
        """Let good news leave after a while; `now` is time.monotonic() in s."""
        numbers = {each.number for each in self._shown}
        self._leaves_at = {number: at for number, at in self._leaves_at.items() if number in numbers}
        for each in self._shown:
            if each.tone in STAYS_S and (self.held or each.number not in self._leaves_at):
                self._leaves_at[each.number] = now + STAYS_S[each.tone]
        self._keep([each for each in self._shown if now < self._leaves_at.get(each.number, now + 1)])

    def _keep(self, notices: list[Notice]) -> None:
        if len(notices) != len(self._shown):
            self._shown = notices
            self.changed.emit(None)
