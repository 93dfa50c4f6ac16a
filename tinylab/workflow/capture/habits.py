"""How this user records: length, countdown, row and start of a take, remembered from one start to the next."""

from __future__ import annotations

import contextlib
from dataclasses import fields, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from tinylab.errors import DataError
from tinylab.json_file import read_json, write_json
from tinylab.workflow.capture.next_take import NextTake

_MOST_BYTES = 16 * 1024
_OF_THE_PROJECT: Final = frozenset({"label", "subject", "unlabelled"})  # these are remembered by its takes


class Habits:
    """A small file beside the projects' folder; without one they are kept for this session only.

    A convenience: what cannot be read or written is left out, and only logged.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: dict[str, Any] = {}

    def recall(self) -> NextTake:
        """What the next take is unless the user says otherwise."""
        plain = self._read()
        found = NextTake()
        for field in fields(NextTake):
            if field.name in plain and field.name not in _OF_THE_PROJECT:
                with contextlib.suppress(ValueError, TypeError):
                    found = replace(found, **{field.name: _restored(getattr(found, field.name), plain[field.name])})
        try:
            replace(found, unlabelled=True).check()
        except DataError:
            return NextTake()
        return found

    def remember(self, take: NextTake) -> None:
        """Keep what does not belong to the project."""
        plain = {field.name: getattr(take, field.name) for field in fields(NextTake)}
        wanted = {
            name: value.value if isinstance(value, Enum) else value
            for name, value in plain.items()
            if name not in _OF_THE_PROJECT
        }
        if wanted != self._read():
            self._write(wanted)

    def _read(self) -> dict[str, Any]:
        plain = self._kept if self._file is None else read_json(self._file, _MOST_BYTES)
        return plain if isinstance(plain, dict) else {}

    def _write(self, plain: dict[str, Any]) -> None:
        if self._file is None:
            self._kept = plain
        else:
            write_json(self._file, plain)


def _restored(pattern: Any, value: Any) -> Any:
    """A value of JSON as the type that `pattern` has; raises ValueError or TypeError where it is none."""
    if isinstance(pattern, Enum):
        return type(pattern)(value)
    if isinstance(pattern, bool):
        if not isinstance(value, bool):
            raise TypeError
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return type(pattern)(value)
