"""From recordings to windows: one rate, one range, and a split that no window crosses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tinylab.boards.catalog import Sensor
from tinylab.boards.ranges import Levels, range_with_headroom
from tinylab.data.frames import frame_of_run, turn
from tinylab.data.parts import Part, parts_of
from tinylab.data.recording import Header, Recording
from tinylab.data.storage.schema import Region
from tinylab.dsp import windows as windowing
from tinylab.dsp.recipe import InputRecipe, fit
from tinylab.errors import TrainingError
from tinylab.evaluation.splits import Split, make_split
from tinylab.evaluation.units import Item
from tinylab.learning.menu import seen_by, stride_of
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr
from tinylab.workflow.training.movement_choice import Stretch, wants_movements, with_movements
from tinylab.workflow.training.said_of_takes import cautions_of, copies_of, notes_of
from tinylab.workflow.training.sides import Side, check_sides, joined
from tinylab.workflow.training.window_plan import SHORTEST_WINDOW_S, WindowPlan

MAX_WINDOW_SAMPLES = 1024
_FEWEST_SAMPLES = 4  # of 2 rows the converter's calibration once in four gives scales of memory it never wrote
_SAME_G = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All that a network learns from and is judged by."""

    recipe: InputRecipe  # fitted to everyone who learns
    frame: str  # the axes of all windows
    labels: tuple[str, ...]
    takes: tuple[Header, ...]  # those that teach anything; the split holds their indices
    split: Split
    train: Side
    validation: Side
    test: Side
    test_subjects: int  # people among the tested takes
    levels: Levels  # how strong the samples of all takes are
    skipped: tuple[str, ...] = field(default=())  # recordings too short to learn from, in words
    notes: tuple[str, ...] = field(default=())  # what was done to the recordings, in sentences
    cautions: tuple[str, ...] = field(default=())  # why the figure of this test may flatter, in sentences

    @property
    def majority_class(self) -> int:
        """The class most frequent among all who learn."""
        return int(Counter(self.everyone.classes.tolist()).most_common(1)[0][0])

    @property
    def everyone(self) -> Side:
        """The windows of all who are not tested."""
        return joined([self.train, self.validation], self.recipe)

    def recipe_of(self, side: Side) -> InputRecipe:
        """The recipe, fitted to the windows of one side alone."""
        return fit(self.recipe, side.windows)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Recordings that can be divided, again and again, without looking at them anew."""

    recordings: tuple[Recording, ...]
    parts: tuple[tuple[Part, ...], ...]  # of each recording
    items: tuple[Item, ...]
    labels: tuple[str, ...]  # of the project, in its order
    base: InputRecipe  # without the scaling
    frame: str
    levels: Levels
    by_movement: bool  # whether the board is to decide when something has moved

    @property
    def takes(self) -> tuple[Header, ...]:
        """The recordings' headers."""
        return tuple(recording.header for recording in self.recordings)

    @property
    def taught(self) -> tuple[str, ...]:
        """The labels that were recorded, in the project's order."""
        return self._labels_of(self.parts)

    def _labels_of(self, parts: Sequence[Sequence[Part]]) -> tuple[str, ...]:
        there = {part.label for some in parts for part in some}
        return tuple(label for label in self.labels if label in there)

    def seen_by(self, network: NetworkPlan) -> Prepared:
        """The same windows as another network sees them: the signal, its features, or both."""
        return replace(self, base=seen_by(self.base, network))

    def divided(self, split: Split) -> Dataset:
        """The windows of each side. Raises TrainingError where a side has too few."""
        parts = [tuple(part for part in some if part.label not in split.left_out) for some in self.parts]
        used = self._labels_of(parts)
        counts = [board_counts(each, self.base, self.frame) for each in self.recordings]
        sides, skipped, padded = _cut_all(self.recordings, counts, parts, used, split, self.base)
        check_sides(sides, used, tested=bool(split.test))
        takes = self.takes
        recipe = fit(self.base, joined(sides[:2], self.base).windows)
        if self.by_movement:
            recipe = with_movements(recipe, self._teaching(counts, parts, split))
        notes = notes_of(takes, recipe, padded, sum(item.copies > 0 for item in self.items))
        subjects = len({takes[i].subject for i in split.test if takes[i].subject})
        return Dataset(
            recipe, self.frame, used, takes, split, *sides, subjects, self.levels, skipped, notes,
            cautions_of(takes, self.items, split),
        )  # fmt: skip

    def _teaching(
        self, counts: Sequence[windowing.Counts], parts: Sequence[Sequence[Part]], split: Split
    ) -> list[Stretch]:
        """The labelled stretches of those who teach; `counts`: of each recording, at the recipe's rate."""
        stretches = []
        for index in (*split.train, *split.validation):
            for part in parts[index]:
                first, last = place_of(self.recordings[index].header, counts[index], part)
                stretches.append(Stretch(part.label, counts[index][first:last] * self.base.g_per_count))
        return stretches


def prepare(
    recordings: Sequence[Recording],
    labels: Sequence[str],
    sensor: Sensor,
    plan: WindowPlan,
    network: NetworkPlan,
    regions: Mapping[int, Sequence[Region]] | None = None,
) -> Prepared:
    """Everything but the split; `regions` by take. Raises TrainingError where no window can be cut like this."""
    plan.check()
    found = [(each, parts_of(each.header, (regions or {}).get(each.header.id, ()))) for each in recordings]
    recordings, parts = [each for each, some in found if some], tuple(some for _, some in found if some)
    if not recordings:
        raise TrainingError(tr("There is nothing to learn from."), hint=tr("Record or import something first."))
    copies = copies_of(recordings)
    items = tuple(
        item_of(each.header, some, copies.get(each.header.id, 0)) for each, some in zip(recordings, parts, strict=True)
    )
    levels = Levels.of(recordings, sensor)
    rates = [each.header.rate_hz for each in recordings]
    base = base_recipe(rates, sensor, plan, network, range_with_headroom(sensor, levels))
    frame = frame_of_run(each.header.frame for each in recordings)
    seconds = [part.count / each.header.rate_hz for each, some in zip(recordings, parts, strict=True) for part in some]
    return Prepared(
        tuple(recordings), parts, items, tuple(labels), base, frame, levels, wants_movements(plan, seconds)
    )  # fmt: skip


def make_dataset(
    recordings: Sequence[Recording],
    labels: Sequence[str],
    sensor: Sensor,
    plan: WindowPlan,
    network: NetworkPlan,
    regions: Mapping[int, Sequence[Region]] | None = None,
) -> Dataset:
    """Cut windows and split them; `regions` by take. Raises TrainingError with advice where that cannot be done."""
    prepared = prepare(recordings, labels, sensor, plan, network, regions)
    return prepared.divided(make_split(prepared.items, plan.split, plan.seed))


def item_of(take: Header, parts: Sequence[Part], copies: int = 0) -> Item:
    """What a split needs to know of a take with these parts; `copies`: a number that its copies have, too."""
    samples: Counter[str] = Counter()
    for part in parts:
        samples[part.label] += part.count
    main = samples.most_common(1)[0][0]
    return Item(main, take.subject, take.split, take.seconds, frozenset(samples) - {main}, copies)


def base_recipe(
    rates_hz: Sequence[float], sensor: Sensor, plan: WindowPlan, network: NetworkPlan, range_g: int
) -> InputRecipe:
    """Rate and window for takes of these rates, before the scaling is fitted to the training windows."""
    rate_hz = plan.rate_hz or sensor.nearest_rate(float(np.median(rates_hz)))
    window = max(_FEWEST_SAMPLES, round(plan.window_s * rate_hz))
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
    base = InputRecipe("raw", rate_hz, range_g, sensor.g_per_count[range_g], window, stride)
    return seen_by(base, network)


def remake_side(recordings: Sequence[Recording], labels: Sequence[str], recipe: InputRecipe, frame: str) -> Side:
    """Windows of given recordings by a recipe that is known, as for a run that was stored without its evidence."""
    everyone = Split("", tuple(range(len(recordings))), (), (), "")
    parts = [parts_of(each.header, ()) for each in recordings]
    long = [
        tuple(part for part in some if part.count / each.header.rate_hz >= recipe.window_s * (1 - windowing.SAME_RATE))
        for each, some in zip(recordings, parts, strict=True)
    ]  # such a run left shorter ones out
    counts = [board_counts(each, recipe, frame) for each in recordings]
    return _cut_all(recordings, counts, long, labels, everyone, recipe)[0][0]


def board_counts(recording: Recording, recipe: InputRecipe, frame: str) -> windowing.Counts:
    """The recording as the board would have measured it, at the recipe's rate and range and in the run's frame."""
    take = recording.header
    counts = turn(recording.counts, take.frame, frame)
    if windowing.same_rate(take.rate_hz, recipe.rate_hz) and abs(take.g_per_count - recipe.g_per_count) < _SAME_G:
        return counts
    signal = windowing.resample(counts.astype(np.float64) * take.g_per_count, take.rate_hz, recipe.rate_hz)
    return windowing.to_counts(signal, recipe.g_per_count, recipe.range_g)


def _cut_all(
    recordings: Sequence[Recording],
    counts: Sequence[windowing.Counts],
    parts: Sequence[Sequence[Part]],
    labels: Sequence[str],
    split: Split,
    recipe: InputRecipe,
) -> tuple[tuple[Side, Side, Side], tuple[str, ...], int]:
    """The three sides, what was too short in words, and how many stretches were shorter than a window.

    `counts`: of each recording, at the recipe's rate.
    """
    numbers = {label: number for number, label in enumerate(labels)}
    cuts: list[list[Side]] = []
    skipped, padded = [], 0
    for recording, measured, some in zip(recordings, counts, parts, strict=True):
        cuts.append([])
        for part in some:
            cut = cut_part(recording.header, measured, part, numbers[part.label], recipe)
            cuts[-1].append(cut)
            seconds = part.count / recording.header.rate_hz
            padded += len(cut) == 1 and seconds < recipe.window_s * (1 - windowing.SAME_RATE)
            if not len(cut):
                skipped.append(f"“{part.label[:24]}” of {seconds:.2f} s")
    sides = [
        joined([cut for index in members for cut in cuts[index]], recipe)
        for members in (split.train, split.validation, split.test)
    ]
    return (sides[0], sides[1], sides[2]), tuple(skipped), padded


def place_of(take: Header, counts: windowing.Counts, part: Part) -> tuple[int, int]:
    """First sample of a part and the first behind it; `counts`: of the whole take, at any rate."""
    scale = len(counts) / take.samples
    return math.ceil(part.start * scale), math.floor((part.start + part.count) * scale)


def cut_part(take: Header, counts: windowing.Counts, part: Part, number: int, recipe: InputRecipe) -> Side:
    """The windows of one part of a take; `counts`: of the whole take, at the recipe's rate.

    They lie in it whole. A part that is shorter than a window makes one, centred on its movement, its ends held; such
    a window may begin before the part does.
    """
    first, last = place_of(take, counts, part)
    shown = counts[first:last]
    if SHORTEST_WINDOW_S * recipe.rate_hz <= len(shown) < recipe.window_samples:
        shown, before = windowing.centred(shown, recipe.window_samples)
        first -= before
    windows = windowing.cut(shown, recipe.window_samples, recipe.stride_samples)
    return Side(
        windows,
        np.full(len(windows), number, np.int64),
        np.full(len(windows), take.id, np.int64),
        first + np.arange(len(windows), dtype=np.int64) * recipe.stride_samples,
    )
