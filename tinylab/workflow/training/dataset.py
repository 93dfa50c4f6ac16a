"""From recordings to windows: one rate, one range, and a split that no window crosses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Sensor
from tinylab.boards.ranges import Levels, range_with_headroom
from tinylab.data.frames import frame_of_run, turn
from tinylab.data.parts import Part, parts_of
from tinylab.data.recording import Header, Recording
from tinylab.data.storage.schema import Region
from tinylab.dsp import windows as windowing
from tinylab.dsp.recipe import InputKind, InputRecipe, fit_features, fit_raw
from tinylab.errors import TrainingError
from tinylab.evaluation.splits import Item, Split, SplitKind, make_split
from tinylab.learning.menu import input_kind, stride_of
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

MAX_WINDOW_SAMPLES = 1024
_SAME_G = 1e-9


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
            raise TrainingError(tr("A window lasts between 0.1 and 20 seconds."), hint=tr("Correct the window."))
        if not 0.02 <= self.stride_s <= 20:
            raise TrainingError(tr("The stride lies between 0.02 and 20 seconds."), hint=tr("Correct the stride."))


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The windows of one side of the split."""

    windows: npt.NDArray[np.int16]  # (windows, samples, 3), counts of the board
    classes: npt.NDArray[np.int64]  # (windows,)
    take_ids: npt.NDArray[np.int64]  # (windows,), the take each was cut from
    starts: npt.NDArray[np.int64]  # (windows,), first sample at the recipe's rate

    def __len__(self) -> int:
        return len(self.windows)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All that a network learns from and is judged by."""

    recipe: InputRecipe
    frame: str  # the axes of all windows
    labels: tuple[str, ...]
    takes: tuple[Header, ...]  # those that teach anything; the split holds their indices
    split: Split
    train: Side
    validation: Side
    test: Side
    test_subjects: int  # people among the tested takes
    levels: Levels  # how strong the samples of all takes are
    skipped: tuple[str, ...] = field(default=())  # recordings too short for one window, in words

    @property
    def majority_class(self) -> int:
        """The class most frequent in training."""
        return int(Counter(self.train.classes.tolist()).most_common(1)[0][0])

    def float_inputs(self, side: Side) -> npt.NDArray[np.float32]:
        """What the network learns from."""
        return self.recipe.float_inputs(side.windows)[0]


def make_dataset(
    recordings: Sequence[Recording],
    labels: Sequence[str],
    sensor: Sensor,
    plan: WindowPlan,
    network: NetworkPlan,
    regions: Mapping[int, Sequence[Region]] | None = None,
) -> Dataset:
    """Cut windows and split them; `regions` by take. Raises TrainingError with advice where that cannot be done."""
    plan.check()
    found = [(each, parts_of(each.header, (regions or {}).get(each.header.id, ()))) for each in recordings]
    recordings, parts = [each for each, some in found if some], [some for _, some in found if some]
    takes = [recording.header for recording in recordings]
    split = make_split([item_of(take, some) for take, some in zip(takes, parts, strict=True)], plan.split, plan.seed)
    levels = Levels.of(recordings, sensor)
    base = _base_recipe(recordings, sensor, plan, network, range_with_headroom(sensor, levels))
    frame = frame_of_run(take.frame for take in takes)
    there = {part.label for some in parts for part in some}
    used = tuple(label for label in labels if label in there)
    sides, skipped = _cut_all(recordings, parts, used, split, base, frame)
    _check_sides(sides, used, plan)
    fit = fit_raw if base.kind == "raw" else fit_features
    test_subjects = len({takes[i].subject for i in split.test if takes[i].subject})
    return Dataset(
        fit(base, sides[0].windows), frame, used, tuple(takes), split, *sides, test_subjects, levels, skipped
    )


def item_of(take: Header, parts: Sequence[Part]) -> Item:
    """What a split needs to know of a take with these parts."""
    samples: Counter[str] = Counter()
    for part in parts:
        samples[part.label] += part.count
    main = samples.most_common(1)[0][0]
    return Item(main, take.subject, take.split, take.seconds, frozenset(samples) - {main})


def _base_recipe(
    recordings: Sequence[Recording], sensor: Sensor, plan: WindowPlan, network: NetworkPlan, range_g: int
) -> InputRecipe:
    """Rate and window, before the scaling is fitted to the training windows."""
    rate_hz = plan.rate_hz or sensor.nearest_rate(float(np.median([r.header.rate_hz for r in recordings])))
    window = max(2, round(plan.window_s * rate_hz))
    if window > MAX_WINDOW_SAMPLES:
        raise TrainingError(
            tr(
                "A window of {window_s:g} s at {rate_hz} Hz has {window} samples; {most} is the most.",
                window_s=plan.window_s,
                rate_hz=rate_hz,
                window=window,
                most=MAX_WINDOW_SAMPLES,
            ),
            hint=tr("Take a shorter window or a lower rate."),
        )
    stride = stride_of(network, max(1, round(plan.stride_s * rate_hz)), window)
    kind: InputKind = "raw" if input_kind(network) == "raw" else "features"
    features = network.features if kind == "features" else ()
    return InputRecipe(kind, rate_hz, range_g, sensor.g_per_count[range_g], window, stride, features=features)


def remake_side(recordings: Sequence[Recording], labels: Sequence[str], recipe: InputRecipe, frame: str) -> Side:
    """Windows of given recordings by a recipe that is known, as for a run that was stored without its evidence."""
    everyone = Split("", tuple(range(len(recordings))), (), (), "")
    parts = [parts_of(each.header, ()) for each in recordings]
    return _cut_all(recordings, parts, labels, everyone, recipe, frame)[0][0]


def board_counts(recording: Recording, recipe: InputRecipe, frame: str) -> windowing.Counts:
    """The recording as the board would have measured it, at the recipe's rate and range and in the run's frame."""
    take = recording.header
    same_rate = abs(take.rate_hz / recipe.rate_hz - 1) < 0.01
    counts = turn(recording.counts, take.frame, frame)
    if same_rate and abs(take.g_per_count - recipe.g_per_count) < _SAME_G:
        return counts
    signal = windowing.resample(counts.astype(np.float64) * take.g_per_count, take.rate_hz, recipe.rate_hz)
    return windowing.to_counts(signal, recipe.g_per_count, recipe.range_g)


def _cut_all(
    recordings: Sequence[Recording],
    parts: Sequence[Sequence[Part]],
    labels: Sequence[str],
    split: Split,
    recipe: InputRecipe,
    frame: str,
) -> tuple[tuple[Side, Side, Side], tuple[str, ...]]:
    numbers = {label: number for number, label in enumerate(labels)}
    cuts: list[list[Side]] = []
    skipped = []
    for recording, some in zip(recordings, parts, strict=True):
        counts = board_counts(recording, recipe, frame)
        cuts.append([])
        for part in some:
            cut = _cut_part(recording.header, counts, part, numbers[part.label], recipe)
            cuts[-1].append(cut)
            if not len(cut):
                skipped.append(f"“{part.label[:24]}” of {part.count / recording.header.rate_hz:.2f} s")
    sides = [
        _joined([cut for index in members for cut in cuts[index]], recipe)
        for members in (split.train, split.validation, split.test)
    ]
    return (sides[0], sides[1], sides[2]), tuple(skipped)


def _cut_part(take: Header, counts: windowing.Counts, part: Part, number: int, recipe: InputRecipe) -> Side:
    """The windows of one part of a take, which lie in it whole; `counts`: of the whole take, at the recipe's rate."""
    scale = len(counts) / take.samples
    first, last = math.ceil(part.start * scale), math.floor((part.start + part.count) * scale)
    windows = windowing.cut(counts[first:last], recipe.window_samples, recipe.stride_samples)
    return Side(
        windows,
        np.full(len(windows), number, np.int64),
        np.full(len(windows), take.id, np.int64),
        first + np.arange(len(windows), dtype=np.int64) * recipe.stride_samples,
    )


def _joined(cuts: Sequence[Side], recipe: InputRecipe) -> Side:
    none = np.empty(0, np.int64)
    empty = np.empty((0, recipe.window_samples, 3), dtype=np.int16)
    return Side(
        np.concatenate([empty, *(cut.windows for cut in cuts)]),
        np.concatenate([none, *(cut.classes for cut in cuts)]),
        np.concatenate([none, *(cut.take_ids for cut in cuts)]),
        np.concatenate([none, *(cut.starts for cut in cuts)]),
    )


def _check_sides(sides: tuple[Side, Side, Side], labels: Sequence[str], plan: WindowPlan) -> None:
    train, validation, test = sides
    if not len(train) or not len(test) or not len(validation):
        raise TrainingError(
            tr("Too few recordings are as long as one window of {window_s:g} s.", window_s=plan.window_s),
            hint=tr("Take a shorter window, or record longer takes."),
        )
    missing = [label for number, label in enumerate(labels) if not np.any(train.classes == number)]
    if missing:
        raise TrainingError(
            tr(
                "“{missing}” has no recording for training as long as one window of {window_s:g} s.",
                missing=missing[0][:40],
                window_s=plan.window_s,
            ),
            hint=tr("Take a shorter window, or record that label longer."),
        )
