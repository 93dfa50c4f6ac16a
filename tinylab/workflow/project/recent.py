"""The projects that were open last, for the start page: a small file beside the projects' folder."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinylab.data.space import bytes_used
from tinylab.json_file import read_json, write_json

_KEPT = 12
_MOST_BYTES = 256 * 1024
_MOST_LABELS = 8  # named on a card


@dataclass(frozen=True, slots=True)
class RecentProject:
    """A project as it was when it was last open."""

    path: Path
    opened_at: float  # seconds since 1970
    takes: int = 0
    labels: tuple[str, ...] = ()
    bytes_used: int = 0
    open_at_end: bool = False  # it was the one that was open when TinyLab was closed

    @property
    def there(self) -> bool:
        """Whether the file still is where it was."""
        return self.path.is_file()


class RecentProjects:
    """Newest first. The list is a convenience: what cannot be read or written of it is left out, and only logged.

    Without a file it is kept for this session only, as for a command or a tour that is no user's own work.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: list[RecentProject] = []

    def all(self) -> list[RecentProject]:
        """The projects whose file still is where it was."""
        return [each for each in self._read() if each.there]

    def last_open(self) -> RecentProject | None:
        """The project that was open when TinyLab was closed last."""
        return next((each for each in self.all() if each.open_at_end), None)

    def note(self, path: Path, takes: int, labels: tuple[str, ...], *, is_open: bool) -> None:
        """Put a project at the head of the list; at most one is the open one."""
        newest = RecentProject(path.absolute(), time.time(), takes, labels[:_MOST_LABELS], bytes_used(path), is_open)
        rest = [each for each in self._read() if each.path != newest.path]
        self._write([newest, *(_closed(each) for each in rest)])

    def forget(self, path: Path) -> None:
        """Take a project out of the list; the file stays."""
        self._write([each for each in self._read() if each.path != path.absolute()])

    def _read(self) -> list[RecentProject]:
        if self._file is None:
            return self._kept
        plain = read_json(self._file, _MOST_BYTES)
        found = [_restored(each) for each in plain] if isinstance(plain, list) else []
        return [each for each in found if each is not None]

    def _write(self, projects: list[RecentProject]) -> None:
        if self._file is None:
            self._kept = projects[:_KEPT]
        else:
            write_json(self._file, [{**asdict(each), "path": str(each.path)} for each in projects[:_KEPT]])


def _closed(project: RecentProject) -> RecentProject:
    return RecentProject(project.path, project.opened_at, project.takes, project.labels, project.bytes_used)


def _restored(plain: Any) -> RecentProject | None:
    """An entry of the file; None where it is none."""
    try:
        return RecentProject(
            Path(str(plain["path"])),
            float(plain["opened_at"]),
            int(plain["takes"]),
            tuple(str(label) for label in plain["labels"][:_MOST_LABELS]),
            int(plain["bytes_used"]),
            bool(plain["open_at_end"]),
        )
    except (TypeError, KeyError, ValueError, OverflowError):
        return None
