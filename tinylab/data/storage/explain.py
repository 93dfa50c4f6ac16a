"""What a database error means for the user: the disk is full, the file locked or damaged, or the fault is ours."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

from tinylab.errors import DataError
from tinylab.text import tr

_LOG = logging.getLogger("tinylab")
# Of errors that have no code of their own; our statements are fixed, so a table that is missing was taken from us.
_DAMAGE: Final = ("malformed", "unsupported file format", "no such table", "no such column")


def _known() -> dict[int, tuple[str, str]]:
    """SQLite's primary result codes (sqlite.org/rescode.html): what happened, and what to do."""
    return {
        sqlite3.SQLITE_FULL: (tr("the disk is full"), tr("Free some space on it, then do it again.")),
        sqlite3.SQLITE_BUSY: (tr("another program has the file locked"), tr("Close it there, then do it again.")),
        sqlite3.SQLITE_LOCKED: (tr("another program has the file locked"), tr("Close it there, then do it again.")),
        sqlite3.SQLITE_READONLY: (tr("the file or its folder is read-only"), tr("Save a copy where you may write.")),
        sqlite3.SQLITE_PERM: (tr("there is no right to it"), tr("Check the rights of the file and of its folder.")),
        sqlite3.SQLITE_CANTOPEN: (
            tr("it cannot be opened"),
            tr("Check the path, and the rights of the file and of its folder."),
        ),
        sqlite3.SQLITE_IOERR: (
            tr("the disk does not answer as it should"),
            tr("Check that the disk is still there and sound."),
        ),
        sqlite3.SQLITE_CORRUPT: (tr("it is damaged"), tr("Open a copy, or export what can be read.")),
        sqlite3.SQLITE_NOTADB: (tr("it is no TinyLab project"), tr("Choose another file.")),
        sqlite3.SQLITE_TOOBIG: (tr("it holds a piece larger than any take"), tr("Choose another file.")),
        sqlite3.SQLITE_INTERRUPT: (tr("it is so damaged that it never ends"), tr("Choose another file.")),
        sqlite3.SQLITE_CONSTRAINT: (
            tr("its rows contradict each other"),
            tr("Open a copy, or export what can be read."),
        ),
        sqlite3.SQLITE_AUTH: (tr("it would run something that is not TinyLab's"), tr("Choose another file.")),
        sqlite3.SQLITE_NOMEM: (tr("there is not enough memory"), tr("Close other programs.")),
    }


class FileLockedError(DataError):
    """Another program has the file locked: a moment later it may be free."""


# What working with a database raises. The text of SQLite's error may hold a name of the file that is no UTF-8, and then
# Python raises a UnicodeDecodeError in its place.
DATABASE_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)


def printable(text: object, longest: int = 40) -> str:
    """What a file says, as a sentence can carry it: on one line, cut, without what no terminal can print."""
    beginning = text[: 4 * longest] if isinstance(text, (str, bytes)) else text
    flat = " ".join(str(beginning).split())
    flat = "".join(character if character.isprintable() else "?" for character in flat)
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def explain(error: Exception, path: Path, doing: str) -> DataError:
    """The error for the user; `doing` is "written", "read" or "opened"."""
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return DataError(_sentence(doing, path.name, tr("it was closed")), hint=tr("Open it again."))
    code = getattr(error, "sqlite_errorcode", None)
    known = _known().get(code & 0xFF) if isinstance(code, int) else None
    if isinstance(error, UnicodeDecodeError) or (known is None and any(text in str(error) for text in _DAMAGE)):
        known = _known()[sqlite3.SQLITE_CORRUPT]
    if known is None:
        # Not the user's doing: the message names it, the log keeps where it happened.
        _LOG.error("database error", exc_info=error)
        known = (
            tr("of an error inside TinyLab ({error})", error=error),
            tr("Nothing is lost; please report it with the log."),
        )
    because, hint = known
    locked = isinstance(code, int) and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    kind = FileLockedError if locked else DataError
    return kind(_sentence(doing, path.name, because), hint=hint)


def _sentence(doing: str, name: str, because: str) -> str:
    if doing == "written":
        return tr("{name} could not be written: {because}.", name=name, because=because)
    if doing == "read":
        return tr("{name} could not be read: {because}.", name=name, because=because)
    return tr("{name} could not be opened: {because}.", name=name, because=because)
