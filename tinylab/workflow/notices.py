"""The one road for messages to the user: what happened, what to do, one button that does it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import count

from tinylab.errors import TinyLabError
from tinylab.events import Event

_LOG = logging.getLogger("tinylab")
_numbers = count(1)
_KEPT = 4  # banners on the screen at once; older ones give way


class Tone(Enum):
    """How a notice is meant."""

    GOOD = "good"
    INFO = "info"
    CAUTION = "caution"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """A button of a notice: what stands on it, and what it does."""

    label: str
    act: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, with one button that does the next thing; only the one about a fault of ours has two."""

    tone: Tone
    message: str
    hint: str = ""
    actions: tuple[NoticeAction, ...] = ()
    number: int = field(default_factory=lambda: next(_numbers))


class Notices:
    """What is to be shown now, oldest first."""

    def __init__(self) -> None:
        self.changed: Event[None] = Event()
        self._shown: list[Notice] = []

    @property
    def shown(self) -> tuple[Notice, ...]:
        """The banners now."""
        return tuple(self._shown)

    def show(
        self,
        tone: Tone,
        message: str,
        hint: str = "",
        action_label: str = "",
        action: Callable[[], None] | None = None,
    ) -> Notice:
        """Show a notice; one with the same message gives way to it."""
        actions = (NoticeAction(action_label, action),) if action is not None else ()
        return self.show_notice(Notice(tone, message, hint, actions))

    def show_notice(self, notice: Notice) -> Notice:
        """Show a notice; one with the same message gives way to it, unless that one can do more."""
        level = logging.WARNING if notice.tone is Tone.ERROR else logging.INFO  # an ERROR is a fault of TinyLab itself
        _LOG.log(level, "%s %s", notice.message, notice.hint)
        same = [each for each in self._shown if each.message == notice.message]
        if same and len(same[0].actions) > len(notice.actions):
            return same[0]
        kept = [each for each in self._shown if each.message != notice.message]
        self._shown = [*kept, notice][-_KEPT:]
        self.changed.emit(None)
        return notice

    def error(self, error: TinyLabError, action_label: str = "", action: Callable[[], None] | None = None) -> Notice:
        """Show an error in its own words."""
        return self.show(Tone.ERROR, error.message, error.hint, action_label, action)

    def show_error(self, error: TinyLabError) -> None:
        """The same, for those who want nothing back: what a job calls when it failed."""
        self.error(error)

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away; one that is gone already does no harm."""
        self._shown = [each for each in self._shown if each.number != notice.number]
        self.changed.emit(None)

    def clear(self) -> None:
        """Take all away."""
        self._shown = []
        self.changed.emit(None)
