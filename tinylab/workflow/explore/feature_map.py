"""The feature map of the open project: computed in threads and the worker, and drawn again when takes change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.errors import CancelledError, TinyLabError
from tinylab.evaluation.feature_map.projection import fit_projection
from tinylab.evaluation.feature_map.tsne import MOST_WINDOWS
from tinylab.evaluation.feature_map.window_set import cut_windows, fitting_window_s, stratified
from tinylab.events import Event
from tinylab.learning.menu import is_simple
from tinylab.text import ntr, tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.explore.background import Background
from tinylab.workflow.explore.live_point import LivePoint, Point
from tinylab.workflow.explore.map_windows import MapWindows, inputs_of_live, run_windows
from tinylab.workflow.explore.picture import Layout, Picture, look_around
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.runs import TrainedRun
from tinylab.workflow.training.trainer import Trainer

LEAST_LABELS: Final = 2
LEAST_TAKES: Final = 3  # of each of two labels, before there is a picture

_SHOWN: Final = 24  # characters of a label


class FeatureMap:
    """What the page Explore draws first. Belongs to the owning thread; asleep until `start`."""

    def __init__(self, inbox: Inbox, document: Document, trainer: Trainer, worker: WorkerClient) -> None:
        self.changed: Event[None] = Event()
        self.picture: Picture | None = None
        self.reason = ""  # why the last picture could not be made
        self._layout = Layout.PCA
        self._document, self._trainer, self._worker = document, trainer, worker
        self._windows = MapWindows()
        self._tasks = Tasks(inbox)
        self._awake = False
        self._work: Background[Picture] = Background(
            self._tasks, tr("Drawing the feature map"), self._prepare, self._done, self._failed
        )
        self._live = LivePoint(inbox, self._tasks, self._ask_for_layer)
        document.changed.subscribe(self._document_changed)

    # --- what there is ----------------------------------------------------------------------------------

    @property
    def layout(self) -> Layout:
        """How windows become points."""
        return self._layout

    @property
    def task(self) -> Task[Picture] | None:
        """What draws now, with its progress; `cancel` ends it."""
        return self._work.task

    def why_not(self) -> str:
        """Why there is no map yet, in words; empty where there can be one."""
        takes = Counter(label for label, _ in {(part.label, take.id) for take, part in self._document.parts})
        ready = sum(count >= LEAST_TAKES for count in takes.values())
        if ready < LEAST_LABELS:
            needed = tr("The map appears as soon as two labels have {least} takes each.", least=LEAST_TAKES)
            counts = ", ".join(f"{label[:_SHOWN]} {count}" for label, count in takes.most_common(2))
            return " ".join(filter(None, (needed, counts and tr("So far: {counts}.", counts=counts))))
        return self.why_no_layer() if self._layout is Layout.LAYER else ""

    def why_no_layer(self) -> str:
        """Why there is no last layer to be shown, in words; empty where there is one."""
        run = self._trainer.current
        if run is None or is_simple(run.settings.network.family):  # such a run has no layers
            return tr("Train a network first: this map shows what its last layer sees.")
        return ""

    @property
    def sample_sentence(self) -> str:
        """What is said where not all windows are shown."""
        picture = self.picture
        if picture is None or picture.of_all <= len(picture.windows):
            return ""
        return ntr(
            "1 of {all:,} windows is shown.",
            "{count:,} of {all:,} windows are shown, of each label its share.",
            len(picture.windows),
            all=picture.of_all,
        )

    # --- what can be done -------------------------------------------------------------------------------

    def start(self) -> None:
        """Draw now, and again whenever the takes change."""
        if not self._awake:
            self._awake = True
            self._begin()

    def set_layout(self, layout: Layout) -> None:
        """Draw in another way."""
        if layout is not self._layout:
            self._layout = layout
            self._begin()
            self.changed.emit(None)

    def cancel(self) -> None:
        """End what draws; the picture of before stays, and so does its layout."""
        self._work.cancel()
        if self.picture is not None and self.picture.layout is not self._layout:
            self._layout = self.picture.layout
        self.changed.emit(None)

    def draw_again(self) -> None:
        """Draw once more, as after an error or a cancel."""
        self._begin()

    def close(self) -> None:
        """End what runs."""
        self._awake = False
        self._work.cancel()
        self._tasks.close()

    def live_point(self, signal_g: npt.NDArray[np.floating], rate_hz: float) -> Point | None:
        """Where the last window of a live signal (samples, 3) lies; None where that cannot be said.

        Among principal components it is computed at once. Of the last layer it is what the worker said last; it is
        asked again at most five times a second.
        """
        picture = self.picture
        if picture is None or picture.projection is None:
            return None
        needed = round(picture.window_s * rate_hz)
        window = signal_g[-needed:]
        if len(window) < needed:
            return None
        if picture.layout is Layout.LAYER:
            return self._live.ask(picture, window, rate_hz)
        numbers, _ = cut_windows(window, rate_hz, picture.window_s)
        if not len(numbers):
            return None
        x, y = picture.projection.place(numbers[-1:])[0]
        return float(x), float(y)

    # --- following the document -------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self.picture, self.reason, self._windows = None, "", MapWindows()
            self._layout = Layout.PCA
            self.changed.emit(None)
        if change.kind in {ChangeKind.PROJECT, ChangeKind.TAKES} or self._layer_is_old(change):
            self._begin()

    def _layer_is_old(self, change: Change) -> bool:
        return change.kind is ChangeKind.RUNS and self._layout is Layout.LAYER

    def _begin(self) -> None:
        if not self._awake or self._document.project is None:
            return
        self.reason = ""
        if self.why_not():
            self._work.cancel()
            self.picture = None
            self.changed.emit(None)
        else:
            self._work.restart()
            self.changed.emit(None)

    def _prepare(self) -> Callable[[Task[Picture]], Picture]:
        layout, run = self._layout, self._trainer.current
        if layout is Layout.LAYER and run is not None:
            return self._layer_of(run)
        return self._features(layout)

    def _done(self, picture: Picture) -> None:
        if picture.layout is self._layout and not self.why_not():
            self.picture, self.reason = picture, ""
        self.changed.emit(None)

    def _failed(self, error: TinyLabError) -> None:
        self.reason = "" if isinstance(error, CancelledError) else error.message
        self.changed.emit(None)

    # --- the ways to draw, in a thread ------------------------------------------------------------------

    def _features(self, layout: Layout) -> Callable[[Task[Picture]], Picture]:
        project, parts, read = self._document.open_project(), self._document.parts, self._windows
        asked_s = self._trainer.settings.windows.window_s
        window_s = fitting_window_s(asked_s, [part.count / take.rate_hz for take, part in parts])

        def work(task: Task[Picture]) -> Picture:
            windows = read.read(project, parts, window_s, task)
            projection = fit_projection(windows.numbers)
            around = look_around(windows, projection)
            if layout is not Layout.TSNE:
                points = projection.place(windows.numbers)
                return Picture(layout, windows, points, window_s, len(windows), projection, around=around)
            chosen = windows.chosen(stratified(windows, MOST_WINDOWS))
            points = self._embedded(projection.standardized(chosen.numbers), task)
            return Picture(layout, chosen, points, window_s, len(windows), around=around)

        return work

    def _embedded(self, numbers: npt.NDArray[np.float64], task: Task[Picture]) -> npt.NDArray[np.float64]:
        def heard(share: float) -> None:
            task.report(tr("arranging {count} windows", count=len(numbers)), share)
            if task.cancelled():
                self._worker.stop_training()

        try:
            asked = messages.Embed(numbers.astype(np.float32))
            points = self._worker.ask(asked, messages.Embedded, on_progress=heard).points
        except TinyLabError:
            if task.cancelled():
                raise CancelledError(tr("Cancelled.")) from None
            raise
        return points.astype(np.float64)

    def _layer_of(self, run: TrainedRun) -> Callable[[Task[Picture]], Picture]:
        project, parts = self._document.open_project(), self._document.parts

        def work(task: Task[Picture]) -> Picture:
            found, of_all = run_windows(project, parts, run, MOST_WINDOWS, task)
            keras = project.runs.keras(run.number)
            values = self._worker.ask(messages.LastLayer(keras, list(found.inputs)), messages.Activations).values
            windows = found.windows.with_numbers(values.astype(np.float64))
            projection = fit_projection(windows.numbers)
            points, around = projection.place(windows.numbers), look_around(windows, projection)
            return Picture(Layout.LAYER, windows, points, run.recipe.window_s, of_all, projection, run.number, around)

        return work

    def _ask_for_layer(self, picture: Picture, window_g: npt.NDArray[np.floating], rate_hz: float) -> Point | None:
        """Where the run's last layer puts a window; in a thread."""
        run = next((each for each in self._trainer.runs if each.number == picture.run), None)
        project = self._document.project
        if run is None or project is None or picture.projection is None:
            return None
        inputs = inputs_of_live(window_g, rate_hz, run)
        keras = project.runs.keras(run.number)
        values = self._worker.ask(messages.LastLayer(keras, list(inputs)), messages.Activations).values
        x, y = picture.projection.place(values.astype(np.float64))[0]
        return float(x), float(y)
