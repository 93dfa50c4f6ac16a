"""What files hold becomes takes: the unit by gravity, the rate by the times, pauses cut, samples as counts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.data.parts import Part
from tinylab.data.recording import Counts, Recording, check_characters
from tinylab.data.storage.explain import printable
from tinylab.data.storage.schema import TAKES
from tinylab.errors import DataError
from tinylab.exchange.found import Choices, FileError, Floats, FoundTake, Imported, Refusal, row_error
from tinylab.exchange.units import G, Unit, common_unit, typical, unit_of
from tinylab.text import ntr, tr

_STANDARD_RANGES_G = (2.0, 4.0, 8.0, 16.0)
_MAX_PEAK_G = 400.0  # beyond any sensor for hands and feet: it is no acceleration
_MIN_RATE_HZ, _MAX_RATE_HZ = 0.1, 100_000
_GAP = 1.5  # intervals of more than this many usual ones hold lost samples
_PAUSE_S = 5.0  # without a sample, and what follows is another take; a board that is silent for 3 s ends its take
_MOST_PARTS = 1000  # of one file
_NEAR_COUNT = 0.02  # of a count: numbers that TinyLab wrote with this scale are nearer than that


@dataclass(frozen=True, slots=True)
class _Made:
    """The takes that one found take became."""

    takes: tuple[tuple[Recording, tuple[Part, ...]], ...]
    remark: str = ""  # about pauses


class TakeMaker:
    """Collects what files hold; only those of a doubtful unit wait until all are known."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._made: list[_Made | FoundTake] = []
        self._sizes: list[float] = []  # typical acceleration of those whose unit gravity shows
        self._units: list[Unit] = []  # that were converted
        self.refused: list[Refusal] = []
        self.first_unit: Unit | None = None

    def add(self, found: FoundTake) -> None:
        """Take what a file holds; what is wrong with it is a refusal."""
        try:
            _check_samples(found)
            unit = self._unit(found)
            self._made.append(found if unit is None else self._convert(found, unit))
        except DataError as error:
            self.refused.append(Refusal.of(error, found.name))

    def so_far(self) -> tuple[int, int, int, int]:
        """Where it stands, for `go_back`."""
        return len(self._made), len(self._sizes), len(self._units), len(self.refused)

    def go_back(self, so_far: tuple[int, int, int, int]) -> None:
        """Forget what was added since: nothing stays of a file that is refused."""
        made, sizes, units, refused = so_far
        del self._made[made:], self._sizes[sizes:], self._units[units:], self.refused[refused:]

    def finish(self) -> Imported:
        """All takes in the order in which they were found, and what the user should know of them."""
        common = common_unit(self._sizes)
        doubtful = [each for each in self._made if isinstance(each, FoundTake)]
        made: list[_Made] = []
        for each in self._made:
            try:
                made.append(each if isinstance(each, _Made) else self._convert(each, common))
            except DataError as error:
                assert isinstance(each, FoundTake)
                self.refused.append(Refusal.of(error, each.name))
        takes = [take for each in made for take in each.takes]
        parts = tuple(parts for _, parts in takes)
        remarks = [*self._remarks_on_units(doubtful, common), *(each.remark for each in made if each.remark)]
        return Imported(tuple(recording for recording, _ in takes), tuple(remarks), (), parts if any(parts) else ())

    def _unit(self, found: FoundTake) -> Unit | None:
        """The unit of a take: what the user says, what is sure, what gravity shows, what the file says."""
        if found.scale is not None or found.unit_is_sure:
            return found.unit or G
        if self._choices.unit is not None:
            return self._choices.unit
        size = typical(found.values)
        shown = unit_of(size)
        if shown is not None:
            self._sizes.append(size)
        return shown or found.unit

    def _convert(self, found: FoundTake, unit: Unit) -> _Made:
        made = _takes(found, unit, self._choices)
        self._units.append(unit)
        self.first_unit = self.first_unit or unit
        return made

    def _remarks_on_units(self, doubtful: Sequence[FoundTake], common: Unit) -> Iterator[str]:
        for unit in sorted({unit for unit in self._units if unit is not G}, key=lambda unit: unit.name):
            yield ntr(
                "1 file is in {unit}; TinyLab converted it to g.",
                "{count} files are in {unit}; TinyLab converted them to g.",
                self._units.count(unit),
                unit=unit.name,
            )
        if doubtful:
            yield ntr(
                "The unit of 1 file is doubtful: {name} has typically {size:.3g}, and gravity alone would be 1 g. It "
                "was taken for {unit}.",
                "The unit of {count} files is doubtful: {name} has typically {size:.3g}, and gravity alone would be "
                "1 g. They were taken for {unit}.",
                len(doubtful),
                name=doubtful[0].name,
                size=typical(doubtful[0].values),
                unit=common.name,
            )


def _check_samples(found: FoundTake) -> None:
    if len(found.values) < 2:
        raise FileError(
            found.name,
            tr("{name} has fewer than two samples.", name=_where(found)),
            tr("Export it again, or take it out."),
            found.line,
        )


def _where(found: FoundTake) -> str:
    return tr("{file}, row {line}", file=found.name, line=found.line) if found.line else found.name


# --- one take ---------------------------------------------------------------------------------------------


def _takes(found: FoundTake, unit: Unit, choices: Choices) -> _Made:
    """The takes of what was found: one, or one for each stretch between pauses."""
    rate_hz, usual_s = _rate(found, choices)
    counts, scale = _counts(found, unit)
    if found.times is None:
        recording = _recording(found, choices, counts, rate_hz, 0, scale)
        return _Made(((recording, found.parts),))
    intervals = np.diff(found.times)
    ends = np.flatnonzero(intervals > max(_PAUSE_S, _GAP * usual_s)) + 1
    if len(ends) >= _MOST_PARTS:
        raise FileError(
            found.name,
            tr("{name} has {count:,} pauses of more than 5 s.", name=_where(found), count=len(ends)),
            tr("Cut it into several files, or check its times."),
            found.line,
        )
    edges = [slice(*edge) for edge in pairwise([0, *map(int, ends), len(counts)])]
    stretches = [edge for edge in edges if edge.stop - edge.start > 1]  # one sample alone is no take
    takes = []
    for edge in stretches:
        lost = _lost(intervals[edge.start : edge.stop - 1], usual_s)
        recording = _recording(found, choices, counts[edge].copy(), rate_hz, lost, scale)
        takes.append((recording, _inside(found.parts, edge)))
    cut = len(takes) > 1 or len(stretches) < len(edges)
    return _Made(tuple(takes), _remark_on_pauses(found, len(takes), float(intervals.max())) if cut else "")


def _recording(
    found: FoundTake, choices: Choices, counts: Counts, rate_hz: float, lost: int, scale: tuple[float, float]
) -> Recording:
    more: dict[str, Any] = {"source": found.name, **found.more}
    for what, text in {"session": found.session, **more}.items():
        if isinstance(text, str):
            check_characters(what, text)
    recording = Recording.of(
        counts,
        label=choices.label or found.label,
        subject=choices.subject or found.subject,
        rate_hz=rate_hz,
        g_per_count=scale[0],
        range_g=scale[1],
        split=found.split,
        session=found.session,
        lost=lost or int(more.pop("lost", 0)),
        **{name: value for name, value in more.items() if name != "lost"},
    )
    TAKES.check(recording.header)
    return recording


def _inside(parts: Sequence[Part], edge: slice) -> tuple[Part, ...]:
    """The labelled stretches as far as they lie between two pauses."""
    inside = []
    for part in parts:
        start, stop = max(part.start, edge.start), min(part.start + part.count, edge.stop)
        if stop > start:
            inside.append(Part(part.label, start - edge.start, stop - start))
    return tuple(inside)


def _lost(intervals: Floats, usual_s: float) -> int:
    """Samples that are missing between those that are there."""
    long = intervals[intervals > _GAP * usual_s]
    return int(np.rint(long / usual_s - 1).sum())


def _rate(found: FoundTake, choices: Choices) -> tuple[float, float]:
    """(rate in Hz, usual interval in s): lost samples and pauses do not slow it down."""
    file, line = found.stated_in or (found.name, found.line)
    stated = found.rate_hz
    if found.times is None:
        stated = stated or choices.rate_hz
        if not stated:
            raise FileError(
                file,
                tr("{name} says neither times nor a rate.", name=_where(found)),
                tr("Say its rate in Hz, then import it again."),
                line,
            )
        if not _MIN_RATE_HZ <= stated <= _MAX_RATE_HZ:
            raise row_error(file, line or 1, tr("{rate:.3g} Hz is no rate.", rate=stated), tr("Correct the rate."))
        return stated, 1 / stated
    with np.errstate(over="ignore"):
        intervals = np.diff(found.times)
        usual_s = float(intervals[intervals <= _GAP * np.median(intervals)].mean())
        measured = 1 / usual_s if usual_s else math.inf
    if not _MIN_RATE_HZ <= measured <= _MAX_RATE_HZ:
        raise row_error(
            file,
            line or 1,
            tr("by its times the file has {measured:.3g} Hz.", measured=measured),
            tr("The column of times must be in seconds."),
        )
    if stated and abs(measured / stated - 1) > 0.1:
        raise row_error(
            file,
            line or 1,
            tr("{stated:g} Hz is stated, but the times say {measured:.1f} Hz.", stated=stated, measured=measured),
            tr("Correct the rate, or leave the cell empty to take it from the times."),
        )
    return stated or measured, usual_s


def _counts(found: FoundTake, unit: Unit) -> tuple[Counts, tuple[float, float]]:
    """(counts, (g per count, range in g)): the very counts that were written where the file says how."""
    signal_g = found.values / unit.in_one_g
    if found.scale is not None:
        counts = signal_g / found.scale.g_per_count
        whole = np.rint(counts)
        if np.abs(counts - whole).max() <= _NEAR_COUNT and np.abs(whole + 0.5).max() <= 32767.5:
            return whole.astype(np.int16), (found.scale.g_per_count, found.scale.range_g)
    peak = float(np.abs(signal_g).max())
    if not peak <= _MAX_PEAK_G:
        raise FileError(
            found.name,
            tr("{name} reaches {peak:.4g} g.", name=_where(found), peak=peak),
            tr("The columns must be an acceleration in g, m/s² or mg, not counts."),
            found.line,
        )
    made, g_per_count, range_g = quantize(signal_g)
    return made, (g_per_count, range_g)


def quantize(signal_g: npt.NDArray[np.float64]) -> tuple[Counts, float, float]:
    """Raw counts for a signal in g: (counts, g per count, range in g), in the smallest usual range that holds it."""
    peak = float(np.abs(signal_g).max())
    range_g = next((r for r in _STANDARD_RANGES_G if peak <= r * 1.03), math.ceil(peak))
    g_per_count = range_g * 1.03 / 32767
    return np.rint(signal_g / g_per_count).astype(np.int16), g_per_count, range_g


def _remark_on_pauses(found: FoundTake, takes: int, longest: float) -> str:
    return ntr(
        "{name} has pauses of up to {longest:.1f} s; it became 1 take.",
        "{name} has pauses of up to {longest:.1f} s; it became {count} takes.",
        takes,
        name=printable(_where(found), 80),
        longest=longest,
    )
