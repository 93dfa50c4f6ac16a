"""The formats there are, which one a file has, and what a path with files of any of them would bring."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tinylab.errors import CancelledError, DataError
from tinylab.exchange import formats
from tinylab.exchange.found import Choices, FileError, Imported, Preview, Refusal, ReportProgress, no_report
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile, source_files
from tinylab.exchange.takes import TakeMaker
from tinylab.exchange.text_table import first_rows, refuse_containers
from tinylab.text import ntr, tr


@lru_cache(maxsize=1)
def known_formats() -> dict[str, ModuleType]:
    """Every format by its name, as users type it."""
    modules = (info.name for info in pkgutil.iter_modules(formats.__path__))
    return {name.replace("_", "-"): import_module(f"{formats.__name__}.{name}") for name in sorted(modules)}


def readable_formats() -> dict[str, ModuleType]:
    """The formats that can be imported."""
    return {name: module for name, module in known_formats().items() if hasattr(module, "read")}


def writable_formats() -> dict[str, ModuleType]:
    """The formats that can be exported."""
    return {name: module for name, module in known_formats().items() if hasattr(module, "write")}


def format_named(name: str, among: dict[str, ModuleType]) -> ModuleType:
    """A format by its name; raises DataError where there is none."""
    if name not in among:
        raise DataError(
            tr("There is no format “{name}” for this.", name=name),
            hint=tr("Use one of {names}.", names=", ".join(among)),
        )
    return among[name]


def recognize(file: SourceFile) -> str:
    """The name of the format that is surest of a file; raises FileError where none is."""
    refuse_containers(file)
    asked = {name: module for name, module in readable_formats().items() if file.ending in module.ENDINGS}
    sure = {name: module.sniff(file) for name, module in asked.items()}
    best = max(sure, key=lambda name: sure[name], default="")
    if not best or not sure[best]:
        raise FileError(
            file.name,
            tr("{name} is in no format that TinyLab knows.", name=file.name),
            tr("Export it as CSV with the columns time_s, ax_g, ay_g and az_g."),
        )
    return best


def read_path(
    path: Path,
    choices: Choices | None = None,
    report_progress: ReportProgress = no_report,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """What the files at a path hold; what is wrong with a file costs that file, and stands among the refusals.

    Raises DataError where nothing at all could be read, and CancelledError.
    """
    return _Import(path, choices or Choices(), report_progress, cancelled).run()


def preview_path(
    path: Path,
    choices: Choices | None = None,
    report_progress: ReportProgress = no_report,
    cancelled: Callable[[], bool] = lambda: False,
) -> Preview:
    """The same, with the guess and the first rows; where nothing could be read the refusals say why.

    Raises DataError where there is nothing at that path, and CancelledError.
    """
    work = _Import(path, choices or Choices(), report_progress, cancelled)
    found = work.read()
    shown = work.shown or (work.files[0] if work.files else None)
    return Preview(work.format, work.maker.first_unit, first_rows(shown) if shown else (), found)


class _Import:
    """One import of a path."""

    def __init__(
        self, path: Path, choices: Choices, report_progress: ReportProgress, cancelled: Callable[[], bool]
    ) -> None:
        self._path = path
        self._reading = Reading(choices, report_progress, cancelled)
        self._chosen = format_named(choices.format, readable_formats()) if choices.format else None
        self._aside: list[str] = []
        self.maker = TakeMaker(choices)
        self.files: list[SourceFile] = []
        self.format = choices.format
        self.shown: SourceFile | None = None  # the first file that was read

    def run(self) -> Imported:
        found = self.read()
        if not found.recordings:
            raise _nothing(found.refused, self._path)
        return found

    def read(self) -> Imported:
        self.files, outside = source_files(self._path)
        self._reading.refused += [Refusal.of(error, error.file) for error in outside]
        for done, file in enumerate(self.files):
            if len(self.files) > 1:  # of one file its reader says how far it is
                self._reading.step(done, len(self.files))
            self._file(file)
        found = self.maker.finish()
        refused = (*self._reading.refused, *self.maker.refused)
        remarks = (*self._reading.remarks, *found.remarks, *self._remark_on_those_aside())
        return replace(found, remarks=remarks, refused=refused)

    def _file(self, file: SourceFile) -> None:
        """Read a file whole, or refuse it whole."""
        so_far = self.maker.so_far()
        try:
            if self._is_aside(file):
                self._aside.append(file.name)
            else:
                self._read(file, self._chosen or readable_formats()[recognize(file)])
        except CancelledError:
            raise
        except DataError as error:
            self.maker.go_back(so_far)
            self._reading.refuse(error, file)
        except (MemoryError, RecursionError):
            self.maker.go_back(so_far)
            hint = tr("Cut it into several files.")
            self._reading.refuse(FileError(file.name, tr("{name} is too large.", name=file.name), hint), file)

    def _read(self, file: SourceFile, module: ModuleType) -> None:
        refused, takes = len(self._reading.refused), 0
        for take in module.read(file, self._reading):  # one at a time: all of a project would not fit
            self.maker.add(take)
            takes += 1
        if not takes and len(self._reading.refused) == refused:
            raise _without_recordings(file)
        if self.shown is None:
            self.shown, self.format = file, _name_of(module)

    def _is_aside(self, file: SourceFile) -> bool:
        """Whether a file lies beside the recordings and is none: others are refused with a reason."""
        if file.path == self._path:
            return False
        if any(module.is_aside(file) for module in readable_formats().values() if hasattr(module, "is_aside")):
            return True
        able = [module for module in readable_formats().values() if file.ending in module.ENDINGS]
        return not able or (file.ending == ".txt" and not any(module.sniff(file) for module in able))

    def _remark_on_those_aside(self) -> Sequence[str]:
        if not self._aside:
            return ()
        return (
            ntr(
                "1 file was left aside, because it holds no recording: {first}.",
                "{count} files were left aside, because they hold no recording: {first} and others.",
                len(self._aside),
                first=self._aside[0],
            ),
        )


def _without_recordings(file: SourceFile) -> FileError:
    return FileError(file.name, tr("{name} holds no recording.", name=file.name), tr("Export it again."))


def _name_of(module: ModuleType) -> str:
    return next(name for name, known in known_formats().items() if known is module)


def _nothing(refused: Sequence[Refusal], path: Path) -> DataError:
    """Why nothing could be read: the first reason, and how many more there are."""
    if not refused:
        return DataError(
            tr("{name} holds no recording.", name=path.name), hint=tr("Choose a folder with CSV or JSON files.")
        )
    first, more = refused[0], len(refused) - 1
    hint = first.hint
    if more:
        hint = f"{hint} {ntr('1 more was refused.', '{count} more were refused.', more)}".strip()
    return FileError(first.file, first.why, hint, first.line)
