"""Reads the windows of the feature map, in a thread; what was cut is kept while a take's pieces stay the same."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.data.frames import RAW, turn
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.dsp.windows import cut, resample, to_counts
from tinylab.errors import CancelledError, DataError
from tinylab.evaluation.feature_map.window_set import Floats, WindowSet, cut_windows, joined, stratified
from tinylab.text import tr
from tinylab.workflow.task import Task
from tinylab.workflow.training.dataset import board_counts
from tinylab.workflow.training.runs import TrainedRun

Parts = Sequence[tuple[Header, Part]]
_Key = tuple[int, str, int, int, float]  # take, its pieces, start and count of a part, length of a window


class MapWindows:
    """The windows of a project's parts as numbers. May be asked from any thread."""

    def __init__(self) -> None:
        self._kept: dict[_Key, tuple[Floats, Floats]] = {}
        self._lock = threading.Lock()

    def read(self, project: Project, parts: Parts, window_s: float, task: Task[Any]) -> WindowSet:
        """All windows; takes that cannot be read are left out. Raises CancelledError where the task was cancelled."""
        pieces = project.all_pieces_texts()
        found = []
        kept: dict[_Key, tuple[Floats, Floats]] = {}
        for number, (take, part) in enumerate(parts):
            stop_if_cancelled(task)
            task.report(tr("part {n} of {all}", n=number + 1, all=len(parts)), number / len(parts))
            key = (take.id, pieces.get(take.id, ""), part.start, part.count, window_s)
            with self._lock:
                known = self._kept.get(key)
            try:
                kept[key] = known or _cut(project, take, part, window_s)
            except DataError:
                continue  # the project's own problems say so already
            found.append((take.id, part.label, part.start / take.rate_hz, *kept[key]))
        with self._lock:
            self._kept = kept  # of what is no longer there nothing stays
        return joined(found)


def _cut(project: Project, take: Header, part: Part, window_s: float) -> tuple[Floats, Floats]:
    counts = turn(project.samples.counts(take.id), take.frame, RAW)[part.start : part.start + part.count]
    return cut_windows(counts * take.g_per_count, take.rate_hz, window_s)


@dataclass(frozen=True, slots=True, eq=False)
class RunWindows:
    """Windows as a run's network takes them."""

    windows: WindowSet  # without numbers
    inputs: tuple[npt.NDArray[np.float32], ...]  # (windows, *shape) for each input


def run_windows(project: Project, parts: Parts, run: TrainedRun, most: int, task: Task[Any]) -> tuple[RunWindows, int]:
    """(a sample of at most `most` windows, cut as the run cut its own; how many there are)."""
    recipe = run.recipe
    found, counts = [], []
    for number, (take, part) in enumerate(parts):
        stop_if_cancelled(task)
        task.report(tr("part {n} of {all}", n=number + 1, all=len(parts)), number / len(parts))
        try:
            whole = board_counts(Recording(take, project.samples.counts(take.id)), recipe, run.frame)
        except DataError:
            continue
        begin, end = (round(at * recipe.rate_hz / take.rate_hz) for at in (part.start, part.start + part.count))
        windows = cut(whole[begin:end], recipe.window_samples, max(1, recipe.window_samples // 2))
        starts = np.arange(len(windows)) * max(1, recipe.window_samples // 2) / recipe.rate_hz
        found.append((take.id, part.label, part.start / take.rate_hz, np.zeros((len(windows), 0)), starts))
        counts.append(windows)
    everything = joined(found)
    rows = stratified(everything, most)
    chosen = np.concatenate([np.empty((0, recipe.window_samples, 3), np.int16), *counts])[rows]
    return RunWindows(everything.chosen(rows), recipe.float_inputs(chosen)), len(everything)


def inputs_of_live(
    window_g: npt.NDArray[np.floating], rate_hz: float, run: TrainedRun
) -> tuple[npt.NDArray[np.float32], ...]:
    """One live window in g, (samples, 3), in the sensor's own axes, as a run's network takes it."""
    recipe = run.recipe
    counts = to_counts(
        resample(window_g.astype(np.float64), rate_hz, recipe.rate_hz), recipe.g_per_count, recipe.range_g
    )
    counts = turn(counts, RAW, run.frame)
    padded = np.pad(counts, ((max(0, recipe.window_samples - len(counts)), 0), (0, 0)), mode="edge")
    return recipe.float_inputs(padded[None, -recipe.window_samples :])


def stop_if_cancelled(task: Task[Any]) -> None:
    """Raise CancelledError where somebody asked the task to end."""
    if task.cancelled():
        raise CancelledError(tr("Cancelled."))
