"""What a database error means for the user: the disk is full, the file locked or damaged, or the fault is ours."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

from tinylab.errors import DataError

_LOG = logging.getLogger("tinylab")

# SQLite's primary result codes (sqlite.org/rescode.html): what happened, and what to do.
_KNOWN = {
    sqlite3.SQLITE_FULL: ("the disk is full", "Free some space on it, then do it again."),
    sqlite3.SQLITE_BUSY: ("another program has the file locked", "Close it there, then do it again."),
    sqlite3.SQLITE_LOCKED: ("another program has the file locked", "Close it there, then do it again."),
    sqlite3.SQLITE_READONLY: ("the file or its folder is read-only", "Save a copy where you may write."),
    sqlite3.SQLITE_PERM: ("there is no right to it", "Check the rights of the file and of its folder."),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "Check the path, and the rights of the file and of its folder."),
    sqlite3.SQLITE_IOERR: ("the disk does not answer as it should", "Check that the disk is still there and sound."),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "Open a copy, or export what can be read."),
    sqlite3.SQLITE_NOTADB: ("it is no TinyLab project", "Choose another file."),
    sqlite3.SQLITE_TOOBIG: ("it holds a piece larger than any take", "Choose another file."),
    sqlite3.SQLITE_INTERRUPT: ("it is so damaged that it never ends", "Choose another file."),
    sqlite3.SQLITE_CONSTRAINT: ("its rows contradict each other", "Open a copy, or export what can be read."),
    sqlite3.SQLITE_AUTH: ("it would run something that is not TinyLab's", "Choose another file."),
    sqlite3.SQLITE_NOMEM: ("there is not enough memory", "Close other programs."),
}


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
        return DataError(f"{path.name} could not be {doing}: it was closed.", hint="Open it again.")
    code = getattr(error, "sqlite_errorcode", None)
    known = _KNOWN.get(code & 0xFF) if isinstance(code, int) else None
    if isinstance(error, UnicodeDecodeError) or (known is None and "malformed" in str(error)):
        known = _KNOWN[sqlite3.SQLITE_CORRUPT]
    if known is None:
        # Not the user's doing: the message names it, the log keeps where it happened.
        _LOG.error("database error", exc_info=error)
        known = (f"of an error inside TinyLab ({error})", "Nothing is lost; please report it with the log.")
    because, hint = known
    return DataError(f"{path.name} could not be {doing}: {because}.", hint=hint)
