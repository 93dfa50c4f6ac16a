"""Takes looked at: laid over each other, their spectra and fingerprints; computed in threads while somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from tinylab.data.frames import RAW, turn
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.errors import CancelledError, DataError, TinyLabError
from tinylab.evaluation.feature_map.window_set import fitting_window_s
from tinylab.evaluation.take_views.class_summary import ClassSummary, summaries
from tinylab.evaluation.take_views.fingerprint import Fingerprints, of_classes, of_takes
from tinylab.evaluation.take_views.overlay import Overlay, overlay_of
from tinylab.evaluation.take_views.spectra import Spectrogram, Spectrum, spectrogram_of, spectrum_of
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.explore.background import Background
from tinylab.workflow.explore.content_checks import ContentChecks
from tinylab.workflow.explore.map_windows import MapWindows, stop_if_cancelled
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks

T = TypeVar("T")
_Made = tuple[Project, T]
Floats = npt.NDArray[np.float64]
MOST_LAID: Final = 40  # takes of a label that are laid over each other
MOST_S: Final = 20.0  # of each of them


@dataclass(frozen=True, slots=True, eq=False)
class LaidOver:
    """Takes of a label, or a sample of them."""

    label: str
    overlay: Overlay
    of_all: int  # labelled stretches that the label has


@dataclass(frozen=True, slots=True, eq=False)
class OneTake:
    """What the chosen take is made of."""

    take: Header
    spectrum: Spectrum
    spectrogram: Spectrogram


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """In what takes and classes differ."""

    takes: Fingerprints
    classes: Fingerprints


class TakeViews:
    """Belongs to the owning thread; asleep until `start`."""

    def __init__(self, inbox: Inbox, document: Document, checks: ContentChecks, window_s: Callable[[], float]) -> None:
        self.changed: Event[None] = Event()
        self.laid: tuple[LaidOver, ...] = ()  # of the two labels that are compared
        self.one: OneTake | None = None
        self.prints: Prints | None = None
        self.reason = ""  # why something could not be computed
        self._document, self._checks, self._window_s = document, checks, window_s
        self._labels: tuple[str, ...] = ()
        self._take_id = 0
        self._awake = False
        self._windows = MapWindows()
        self._tasks = Tasks(inbox)
        self._laying = self._background(self._lay, self._laid_over)
        self._taking = self._background(self._take, self._took)
        self._printing = self._background(self._print, self._printed)
        document.changed.subscribe(self._document_changed)

    def _background(
        self, prepare: Callable[[], Callable[[Task[_Made[T]]], _Made[T]]], take_over: Callable[[T], None]
    ) -> Background[_Made[T]]:
        """Work whose result counts only while its project is open."""

        def done(made: _Made[T]) -> None:
            project, value = made
            if project is self._document.project:
                take_over(value)
                self.changed.emit(None)

        return Background(self._tasks, tr("Looking at the takes"), prepare, done, self._failed)

    # --- what there is ----------------------------------------------------------------------------------

    @property
    def labels(self) -> tuple[str, ...]:
        """The two labels that are compared: the chosen ones, else the first that have takes."""
        known = [each.label for each in self.summaries]
        chosen = [label for label in self._labels if label in known]
        return tuple([*chosen, *(label for label in known if label not in chosen)][:2])

    @property
    def take_id(self) -> int:
        """The chosen take: the one that was asked for, else the first of the first label; 0 where there is none."""
        ids = [take.id for take, part in self._document.parts if part.label in self.labels[:1]]
        known = self._document.header(self._take_id)
        if known is not None and not known.trashed:
            return self._take_id
        return ids[0] if ids else 0

    @property
    def summaries(self) -> tuple[ClassSummary, ...]:
        """How much, how long, how strong: one for each label."""
        return summaries(self._document.parts, self._checks.motion_g)

    @property
    def busy(self) -> bool:
        """Whether something is computed."""
        return self._laying.busy or self._taking.busy or self._printing.busy

    # --- what can be done -------------------------------------------------------------------------------

    def start(self) -> None:
        """Look now, and again whenever the takes change."""
        if not self._awake:
            self._awake = True
            self._begin()

    def compare(self, labels: tuple[str, str]) -> None:
        """Lay the takes of these two labels over each other."""
        self._labels = labels
        self._restart(self._laying)
        self._restart(self._taking)

    def choose_take(self, take_id: int) -> None:
        """Show what this take is made of."""
        if take_id != self.take_id or self.one is None:
            self._take_id = take_id
            self._restart(self._taking)

    def close(self) -> None:
        """End what runs."""
        self._awake = False
        for each in (self._laying, self._taking, self._printing):
            each.cancel()
        self._tasks.close()

    # --- following the document -------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self.laid, self.one, self.prints, self.reason = (), None, None, ""
            self._labels, self._take_id, self._windows = (), 0, MapWindows()
            self._awake = False  # whoever looks starts it again
            for each in (self._laying, self._taking, self._printing):
                each.cancel()
            self.changed.emit(None)
        elif change.kind is ChangeKind.TAKES:
            self._begin()

    def _begin(self) -> None:
        for each in (self._laying, self._taking, self._printing):
            self._restart(each)

    def _restart(self, work: Background[Any]) -> None:
        if self._awake and self._document.project is not None:
            work.restart()
            self.changed.emit(None)

    def _laid_over(self, laid: tuple[LaidOver, ...]) -> None:
        self.laid, self.reason = laid, ""

    def _took(self, one: OneTake | None) -> None:
        self.one = one

    def _printed(self, prints: Prints) -> None:
        self.prints = prints

    def _failed(self, error: TinyLabError) -> None:
        self.reason = "" if isinstance(error, CancelledError) else error.message
        self.changed.emit(None)

    # --- the work, in threads ---------------------------------------------------------------------------

    def _lay(self) -> Callable[[Task[_Made[tuple[LaidOver, ...]]]], _Made[tuple[LaidOver, ...]]]:
        project, parts, labels = self._document.open_project(), self._document.parts, self.labels

        def work(task: Task[_Made[tuple[LaidOver, ...]]]) -> _Made[tuple[LaidOver, ...]]:
            by_label = {label: [each for each in parts if each[1].label == label] for label in labels}
            return project, tuple(_laid(project, label, found, task) for label, found in by_label.items())

        return work

    def _take(self) -> Callable[[Task[_Made[OneTake | None]]], _Made[OneTake | None]]:
        project, take = self._document.open_project(), self._document.header(self.take_id)

        def work(_task: Task[_Made[OneTake | None]]) -> _Made[OneTake | None]:
            if take is None:
                return project, None
            signal = _signal(project, take, Part(take.label, 0, take.samples))
            return project, OneTake(take, spectrum_of(signal, take.rate_hz), spectrogram_of(signal, take.rate_hz))

        return work

    def _print(self) -> Callable[[Task[_Made[Prints]]], _Made[Prints]]:
        project, parts, read = self._document.open_project(), self._document.parts, self._windows
        window_s = fitting_window_s(self._window_s(), [part.count / take.rate_hz for take, part in parts])

        def work(task: Task[_Made[Prints]]) -> _Made[Prints]:
            windows = read.read(project, parts, window_s, task)
            return project, Prints(of_takes(windows), of_classes(windows))

        return work


def _laid(project: Project, label: str, parts: list[tuple[Header, Part]], task: Task[Any]) -> LaidOver:
    step = max(1, -(-len(parts) // MOST_LAID))
    found = []
    for take, part in parts[::step]:
        stop_if_cancelled(task)
        try:
            signal = _signal(project, take, part)
        except DataError:
            continue  # the project's own problems say so already
        found.append((take.id, signal[: round(MOST_S * take.rate_hz)], take.rate_hz))
    return LaidOver(label, overlay_of(found), len(parts))


def _signal(project: Project, take: Header, part: Part) -> Floats:
    counts = turn(project.samples.counts(take.id), take.frame, RAW)[part.start : part.start + part.count]
    signal: Floats = counts * np.float64(take.g_per_count)
    return signal
