"""Who records: a list of people, which a class's roster can be pasted into, and the sitting in which they do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from tinylab.data.editing.take_edits import PEOPLE, RenameSubject
from tinylab.data.recording import Header, check_name, tidy
from tinylab.errors import DataError
from tinylab.text import tr
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.document import Document

SESSION: Final = "session"  # the setting: {name, since}
MOST_PEOPLE: Final = 500
_ONE_SITTING = timedelta(hours=2)  # without a take, and the next one belongs to another session


class People:
    """The people of the project: those of the list, in its order, then others who have takes."""

    def __init__(self, document: Document, notices: Notices) -> None:
        self._document, self._notices = document, notices

    @property
    def listed(self) -> tuple[str, ...]:
        """The list that the user made."""
        stored = self._document.setting(PEOPLE, [])
        names = [tidy(name) for name in stored if isinstance(name, str)] if isinstance(stored, list) else []
        return tuple(dict.fromkeys(name for name in names if name))[:MOST_PEOPLE]

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who can be chosen."""
        return tuple(dict.fromkeys([*self.listed, *self._document.subjects]))

    def add(self, text: str) -> tuple[str, ...]:
        """Add the names of a text: one a line, or between commas, semicolons or tabs; returns those that are new.

        One step of undo. A notice says why where a name cannot be one.
        """
        found: dict[str, str] = {}
        for name in names_in(text):
            found.setdefault(name.casefold(), name)
        known = {name.casefold() for name in self.names}
        new = tuple(name for folded, name in found.items() if folded not in known)
        try:
            for name in new:
                check_name("subject", name)
            if len(self.listed) + len(new) > MOST_PEOPLE:
                raise DataError(tr("A list has {most} people at most.", most=MOST_PEOPLE), hint=tr("Paste fewer."))
        except DataError as error:
            self._notices.error(error, about=Topic.EDIT)
            return ()
        if not new:
            return ()
        return new if self._document.set_setting(PEOPLE, [*self.listed, *new], tr("list of people")) else ()

    def rename(self, old: str, new: str) -> bool:
        """Give a person another name, in the list and in all takes; one step of undo."""
        return self._document.do(RenameSubject(old, new))

    def remove(self, name: str) -> None:
        """Take a name off the list; who has takes stays among the names, and is said."""
        if name in self.listed:
            rest = [each for each in self.listed if each != name]
            self._document.set_setting(PEOPLE, rest, tr("list of people"))
        if name in self._document.subjects:
            self._notices.show(
                Tone.INFO,
                tr("{name} has takes and stays.", name=name),
                tr("Give the takes another subject, or delete them."),
            )


def names_in(text: str) -> Iterable[str]:
    """The names in a pasted text, without blanks and without a number or bullet in front of each."""
    for piece in re.split(r"[\n\r,;\t]+", text):
        name = tidy(re.sub(r"^\s*(?:\d+[.)]|[-*\u2022])\s+", "", piece))
        if name:
            yield name


class Sitting:
    """The session that the next take belongs to: the one that was named, else a new one after two hours' rest."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def name(self, now: datetime) -> str:
        """The session at a time; `now` has a time zone."""
        named = self._named(self._document.setting(SESSION))
        last = self._document.totals.last_recorded
        latest = max((time for time in (_time(last), named[1]) if time is not None), default=None)
        if latest is not None and now - latest < _ONE_SITTING:
            return named[0] if named[1] == latest or last is None else (last.session or named[0])
        return f"{now:%Y-%m-%d %H:%M}"

    def begin(self, name: str, now: datetime) -> bool:
        """Begin a new session under a name of the user's; whether that could be stored."""
        name = tidy(name) or f"{now:%Y-%m-%d %H:%M}"
        value = {"name": name, "since": now.isoformat()}
        return self._document.set_setting(SESSION, value, tr("session"))

    @staticmethod
    def _named(stored: Any) -> tuple[str, datetime | None]:
        try:
            since = datetime.fromisoformat(stored["since"])
            return str(stored["name"]), since if since.tzinfo else None
        except (TypeError, KeyError, ValueError):
            return "", None


def _time(take: Header | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(take.created_at) if take is not None else None
    except ValueError:
        return None
    return time if time is None or time.tzinfo else None
