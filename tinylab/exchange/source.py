"""Files to import: found below the path that the user gave, never outside of it, and read within limits of size."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from tinylab.data.storage.explain import printable
from tinylab.errors import DataError
from tinylab.exchange.found import FileError
from tinylab.text import tr

INDEX: Final = "index.csv"
MOST_TEXT_BYTES: Final = 128_000_000
HEAD_BYTES: Final = 65_536
_MOST_FILES: Final = 20_000
_NOT_DATA: Final = ("meta",)  # phyphox writes what it knows of the phone there


@dataclass(frozen=True)
class SourceFile:
    """A file below the folder that is imported; nothing of it is kept but its beginning."""

    root: Path  # the folder that was chosen, or the one that the chosen file lies in
    path: Path
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what is found out once

    @cached_property
    def name(self) -> str:
        """Its path below the root, as a sentence can carry it."""
        return printable(self.path.relative_to(self.root).as_posix(), 120)

    @cached_property
    def ending(self) -> str:
        """The ending of its name in small letters, with the dot."""
        return self.path.suffix.lower()

    @cached_property
    def size(self) -> int:
        """Its bytes."""
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise self._unreadable(error) from error

    @cached_property
    def head(self) -> bytes:
        """Its first bytes."""
        try:
            with self.path.open("rb") as stream:
                return stream.read(HEAD_BYTES)
        except OSError as error:
            raise self._unreadable(error) from error

    def content(self, most: int) -> bytes:
        """All of its bytes; raises FileError where it is larger than `most`."""
        self.check_size(most)
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error

    def check_size(self, most: int) -> None:
        """Raise FileError where it is larger than `most` bytes."""
        if self.size > most:
            raise FileError(
                self.name,
                tr("{name} is larger than {most:.0f} MB.", name=self.name, most=most / 1e6),
                tr("Cut it into several files."),
            )

    def beside(self, name: str) -> SourceFile | None:
        """A file of that name in the same folder, or above up to the root; None where there is none."""
        folder = self.path.parent
        while True:
            if is_inside(self.root, folder / name):
                return SourceFile(self.root, folder / name)
            if folder == self.root:
                return None
            folder = folder.parent

    def _unreadable(self, error: OSError) -> FileError:
        return FileError(
            self.name,
            tr("{name} cannot be read: {error}.", name=self.name, error=error.strerror or error),
            tr("Check the file's rights."),
        )


def is_inside(root: Path, path: Path) -> bool:
    """Whether this is a regular file that lies below `root`, also when links are followed."""
    try:
        return path.is_file() and path.resolve().is_relative_to(root.resolve())
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, or a circle of links
        return False


def source_files(path: Path) -> tuple[list[SourceFile], list[FileError]]:
    """The files to read, and those that cannot be: of a folder with an index.csv only that, else all, by name.

    Raises DataError where there is nothing at that path.
    """
    if path.is_file():
        return [SourceFile(path.parent, path)], []
    if not path.is_dir():
        raise DataError(tr("There is no file or folder {path}.", path=printable(path, 200)), hint=tr("Check the path."))
    if (path / INDEX).is_symlink() and not is_inside(path, path / INDEX):
        raise DataError(tr("index.csv lies outside the folder."), hint=tr("Put the file itself there, and no link."))
    if (path / INDEX).is_file():
        return [SourceFile(path, path / INDEX)], []
    files: list[SourceFile] = []
    outside: list[FileError] = []
    for each in _walk(path):
        file = SourceFile(path, each)
        if is_inside(path, each):
            files.append(file)
        elif each.is_symlink():
            outside.append(
                FileError(
                    file.name,
                    tr("{name} is a link that leads outside the folder.", name=file.name),
                    tr("Put the file itself there."),
                )
            )
        if len(files) > _MOST_FILES:
            raise DataError(
                tr("{name} holds more than {most:,} files.", name=printable(path.name), most=_MOST_FILES),
                hint=tr("Import its folders one after the other."),
            )
    return files, outside


def _walk(folder: Path) -> Iterator[Path]:
    """All that is no folder below `folder`, in the order of names; links to folders are not entered."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name.lower() not in _NOT_DATA)
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))
