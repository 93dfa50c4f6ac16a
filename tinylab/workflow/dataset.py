"""From recordings to windows: one rate, one range, and a split that no window crosses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Sensor
from tinylab.data.recording import Recording
from tinylab.dsp import windows as windowing
from tinylab.dsp.recipe import InputRecipe, fit_features, fit_raw
from tinylab.errors import TrainingError
from tinylab.evaluation.splits import Item, Split, SplitKind, make_split
from tinylab.learning.plan import NetworkPlan

MAX_WINDOW_SAMPLES = 1024
_CACHE_ROUNDING_G = 1e-9


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How recordings become windows."""

    window_s: float = 2.0
    stride_s: float = 0.5
    split: SplitKind = "auto"
    seed: int = 1
    rate_hz: int | None = None  # None: the sensor's rate nearest to the recordings'

    def check(self) -> None:
        """Raise TrainingError where no window can be cut like this."""
        if not 0.1 <= self.window_s <= 20:
            raise TrainingError("A window lasts between 0.1 and 20 seconds.", hint="Correct the window.")
        if not 0.02 <= self.stride_s <= 20:
            raise TrainingError("The stride lies between 0.02 and 20 seconds.", hint="Correct the stride.")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The windows of one side of the split."""

    windows: npt.NDArray[np.int16]  # (windows, samples, 3), counts of the board
    classes: npt.NDArray[np.int64]  # (windows,)
    recordings: npt.NDArray[np.int64]  # (windows,), index into the recordings
    starts: npt.NDArray[np.int64]  # (windows,), first sample at the recipe's rate

    def __len__(self) -> int:
        return len(self.windows)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All that a network learns from and is judged by."""

    recipe: InputRecipe
    labels: tuple[str, ...]
    split: Split
    train: Side
    validation: Side
    test: Side
    skipped: tuple[str, ...] = field(default=())  # recordings too short for one window, in words

    @property
    def majority_class(self) -> int:
        """The class most frequent in training."""
        return int(Counter(self.train.classes.tolist()).most_common(1)[0][0])

    def float_inputs(self, side: Side) -> npt.NDArray[np.float32]:
        """What the network learns from."""
        return self.recipe.float_inputs(side.windows)


def make_dataset(
    recordings: Sequence[Recording], labels: Sequence[str], sensor: Sensor, plan: WindowPlan, network: NetworkPlan
) -> Dataset:
    """Cut windows and split them; raises TrainingError with advice where that cannot be done."""
    plan.check()
    items = [Item(r.label, r.subject, r.split, r.seconds) for r in recordings]
    split = make_split(items, plan.split, plan.seed)
    rate_hz = plan.rate_hz or sensor.nearest_rate(float(np.median([r.rate_hz for r in recordings])))
    range_g = sensor.range_for(_peak_g(recordings))
    window = max(2, round(plan.window_s * rate_hz))
    if window > MAX_WINDOW_SAMPLES:
        raise TrainingError(
            f"A window of {plan.window_s:g} s at {rate_hz} Hz has {window} samples; {MAX_WINDOW_SAMPLES} is the most.",
            hint="Take a shorter window or a lower rate.",
        )
    stride = network.stride(max(1, round(plan.stride_s * rate_hz)), window)
    kind, g_per_count = network.input_kind, sensor.g_per_count[range_g]
    spectrum = kind == "features" and network.spectrum
    base = InputRecipe(kind, rate_hz, range_g, g_per_count, window, stride, spectrum=spectrum)
    used = tuple(label for label in labels if any(r.label == label for r in recordings))
    sides, skipped = _cut_all(recordings, used, split, base)
    _check_sides(sides, used, plan)
    fit = fit_raw if base.kind == "raw" else fit_features
    return Dataset(fit(base, sides[0].windows), used, split, *sides, skipped=skipped)


def remake_side(recordings: Sequence[Recording], labels: Sequence[str], recipe: InputRecipe) -> Side:
    """Windows of given recordings by a recipe that is known, as when a stored run is opened again."""
    sides, _ = _cut_all(recordings, labels, Split("", tuple(range(len(recordings))), (), (), ""), recipe)
    return sides[0]


def _peak_g(recordings: Sequence[Recording]) -> float:
    """What the sensor must hold: the 99.9th percentile, for a single knock does not make a range."""
    peaks = np.concatenate([np.abs(r.counts.astype(np.int32)).max(axis=1) * r.g_per_count for r in recordings])
    return float(np.percentile(peaks, 99.9))


def board_counts(recording: Recording, recipe: InputRecipe) -> windowing.Counts:
    """The recording as the board would have measured it, at the recipe's rate and range."""
    same_rate = abs(recording.rate_hz / recipe.rate_hz - 1) < 0.01
    if same_rate and abs(recording.g_per_count - recipe.g_per_count) < _CACHE_ROUNDING_G:
        return recording.counts
    signal = windowing.resample(recording.in_g, recording.rate_hz, recipe.rate_hz)
    return windowing.to_counts(signal, recipe.g_per_count, recipe.range_g)


def _cut_all(
    recordings: Sequence[Recording], labels: Sequence[str], split: Split, recipe: InputRecipe
) -> tuple[tuple[Side, Side, Side], tuple[str, ...]]:
    numbers = {label: number for number, label in enumerate(labels)}
    cut: dict[int, windowing.Counts] = {}
    skipped = []
    for index, recording in enumerate(recordings):
        counts = board_counts(recording, recipe)
        cut[index] = windowing.cut(counts, recipe.window_samples, recipe.stride_samples)
        if not len(cut[index]):
            skipped.append(f"“{recording.label[:24]}” of {recording.seconds:.2f} s")

    def side(members: tuple[int, ...]) -> Side:
        lengths = [len(cut[i]) for i in members]
        classes = [numbers[recordings[i].label] for i in members]
        empty = np.empty((0, recipe.window_samples, 3), dtype=np.int16)
        return Side(
            windows=np.concatenate([empty, *(cut[i] for i in members)]),
            classes=np.repeat(np.asarray(classes, dtype=np.int64), lengths),
            recordings=np.repeat(np.asarray(members, dtype=np.int64), lengths),
            starts=np.concatenate([np.empty(0, np.int64), *(np.arange(n) * recipe.stride_samples for n in lengths)]),
        )

    return (side(split.train), side(split.validation), side(split.test)), tuple(skipped)


def _check_sides(sides: tuple[Side, Side, Side], labels: Sequence[str], plan: WindowPlan) -> None:
    train, validation, test = sides
    if not len(train) or not len(test) or not len(validation):
        raise TrainingError(
            f"Too few recordings are as long as one window of {plan.window_s:g} s.",
            hint="Take a shorter window, or record longer takes.",
        )
    missing = [label for number, label in enumerate(labels) if not np.any(train.classes == number)]
    if missing:
        raise TrainingError(
            f"“{missing[0][:40]}” has no recording for training as long as one window of {plan.window_s:g} s.",
            hint="Take a shorter window, or record that label longer.",
        )
