"""Who proposes labels: the takes of the project themselves, or the network of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.data.frames import RAW
from tinylab.dsp.windows import cut, resample, to_counts
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.evaluation.feature_map.window_set import WindowSet, cut_windows
from tinylab.evaluation.proposals import Said
from tinylab.evaluation.take_checks.class_model import ClassModel
from tinylab.evaluation.take_checks.content import Content, Labelled
from tinylab.workflow.training.runs import TrainedRun

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TakesTeacher:
    """Linear discriminant analysis of the labelled windows; of a take that it learned from it leaves that take out."""

    labels: tuple[str, ...]
    window_s: float
    model: ClassModel

    @property
    def frame(self) -> str:
        """The axes that signals must be in."""
        return RAW

    @classmethod
    def of(cls, windows: WindowSet, window_s: float) -> TakesTeacher | None:
        """A teacher that learned all labelled windows; None of fewer than two labels."""
        labels, ids = np.array(windows.labels), windows.take_ids
        keys = sorted(set(zip(windows.labels, ids.tolist(), strict=True)))
        if len({label for label, _ in keys}) < 2:
            return None
        parts = [
            Labelled(take_id, label, Content(windows.numbers[(labels == label) & (ids == take_id)], 0.0, 0.0, 0.0))
            for label, take_id in keys
        ]
        model = ClassModel(parts)
        return cls(model.labels, window_s, model)

    def __call__(self, take_id: int, signal_g: Floats, rate_hz: float) -> Said:
        numbers, starts = cut_windows(signal_g, rate_hz, self.window_s)
        logs = self.model.without(take_id).each(self.model.scaled(numbers))
        return Said(np.exp(logs), starts, self.window_s)


@dataclass(frozen=True, slots=True, eq=False)
class NetworkTeacher:
    """The int8 network of a run, as the board would answer."""

    run: TrainedRun

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can say."""
        return self.run.labels

    @property
    def frame(self) -> str:
        """The axes that signals must be in."""
        return self.run.frame

    @property
    def window_s(self) -> float:
        """How long its windows are."""
        return self.run.recipe.window_s

    def __call__(self, take_id: int, signal_g: Floats, rate_hz: float) -> Said:
        recipe, graph = self.run.recipe, load(self.run.tflite)
        sink = graph.tensors[graph.output]
        counts = to_counts(resample(signal_g, rate_hz, recipe.rate_hz), recipe.g_per_count, recipe.range_g)
        stride = max(1, recipe.window_samples // 2)
        windows = cut(counts, recipe.window_samples, stride)
        starts = np.arange(len(windows)) * stride / recipe.rate_hz
        if not len(windows):
            return Said(np.empty((0, len(self.labels))), starts, self.window_s)
        outputs = reference.run(graph, recipe.int8_inputs(windows, graph.quantizations))
        return Said((outputs.astype(np.float64) - sink.zero_point) * sink.scale, starts, self.window_s)
