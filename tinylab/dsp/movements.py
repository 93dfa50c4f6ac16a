"""Where in a stream a board looks that decides by movement: once for each short movement, when it has ended.

A stream falls into movements and rests. A movement begins with the first sample whose level is above that of the
settings and ends when no level has been for `rest` samples; a little air belongs to it on both sides. One shorter than
a window is centred in it, its ends held, as a short take is for learning (`tinylab.dsp.windows.centred`). A longer one
is cut like a long take: whole windows from its beginning, one each stride; so is a rest, where a label is a rest.

C twin: firmware/core/tl_movement.h, equal in every bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.dsp.motion_level import span_samples
from tinylab.dsp.motion_parts import AIR_S, SHORTEST_REST_S, SHORTEST_S
from tinylab.dsp.windows import Counts, centred


@dataclass(frozen=True, slots=True)
class MovementSettings:
    """How movements are found, in samples and counts."""

    window: int
    stride: int  # between two windows of a long movement, at most `window`
    level: int  # counts; a movement's level is above
    decides_rest: bool
    span: int  # samples that a level looks back over, the newest counted in
    air: int
    rest: int  # samples without a movement that end one
    shortest: int  # samples that are a movement; a level that is just above for fewer is noise, and a knock is not

    @classmethod
    def at(cls, rate_hz: float, window: int, stride: int, level: int, *, decides_rest: bool) -> MovementSettings:
        """The settings for samples of this rate."""
        return cls(
            window, min(stride, window), level, decides_rest, span_samples(rate_hz), round(AIR_S * rate_hz),
            max(2, round(SHORTEST_REST_S * rate_hz)), max(2, round(SHORTEST_S * rate_hz)),
        )  # fmt: skip

    @property
    def room(self) -> int:
        """Samples that a board keeps at most: a window, the rest behind it, and what a level is late by."""
        return self.window + self.rest + self.span + 2


@dataclass(frozen=True, slots=True)
class Look:
    """A window that is decided on."""

    first: int  # sample of the stream
    samples: int  # of the stream; fewer than a window where a short movement was centred
    decided_at: int  # sample of the stream after which it is known
    begins: bool  # whether it is the first of its movement or rest

    def window(self, counts: Counts, window: int) -> Counts:
        """What the network is given, shape (window, 3); `counts` is the whole stream."""
        shown = counts[self.first : self.first + self.samples]
        return shown if len(shown) == window else centred(shown, window)[0]


def above_level(counts: Counts, span: int, level: int) -> npt.NDArray[np.bool_]:
    """Whether the level at each sample is above `level` counts, in integers; `counts` (samples, 3).

    The level is the root of n·Σx² − (Σx)², summed over the axes, divided by n; n is `span`, or fewer samples where the
    stream begins.
    """
    wide = counts.astype(np.int64)
    sums = np.zeros((len(wide) + 1, 4), np.int64)
    np.cumsum(np.column_stack([wide, (wide**2).sum(axis=1)]), axis=0, out=sums[1:])
    recent = sums[1:].copy()
    recent[span:] -= sums[1 : max(len(sums) - span, 1)]
    n = np.minimum(np.arange(1, len(wide) + 1), span)
    above: npt.NDArray[np.bool_] = n * recent[:, 3] - (recent[:, :3] ** 2).sum(axis=1) > (level * n) ** 2
    return above


def looks(counts: Counts, settings: MovementSettings) -> list[Look]:
    """All windows that a board decides on in a stream, shape (samples, 3), in order."""
    finder = _Finder(settings)
    found = (finder.push(bool(above)) for above in above_level(counts, settings.span, settings.level))
    return [look for look in found if look is not None]


def looked_at(counts: Counts, settings: MovementSettings) -> Iterator[Counts]:
    """The windows themselves."""
    return (look.window(counts, settings.window) for look in looks(counts, settings))


class _Finder:
    """Where the stream is: how much of it belongs to the movement or the rest that goes on."""

    def __init__(self, settings: MovementSettings) -> None:
        self._settings = settings
        self._now = 0  # samples so far
        self._begin = 0  # of what goes on, or of the next window to be cut from it
        self._start = self._end = 0  # first sample above the level, and the first behind the last that was
        self._moving, self._decided = False, False  # `decided`: whether this movement or rest has had a window

    def push(self, above: bool) -> Look | None:
        """One more sample; what is decided after it."""
        self._now += 1
        if above and not self._moving:
            self._begin = max(self._begin, self._now - 1 - self._settings.air)
            self._start = self._now - 1
            self._moving, self._decided = True, False
        if self._moving:
            return self._in_movement(above)
        full = self._now - self._begin >= self._settings.window
        return self._whole_window() if full and self._settings.decides_rest else None

    def _in_movement(self, above: bool) -> Look | None:
        settings = self._settings
        if above:
            self._end = self._now
        moved = max(self._end - settings.span // 2, self._start + 1)  # the level falls one span after the movement
        end = min(moved + settings.air, self._now)
        if end - self._begin >= settings.window:
            return self._whole_window()
        if self._now - self._end < settings.rest:
            return None
        found = None
        if not self._decided and moved - self._start >= settings.shortest:
            found = Look(self._begin, end - self._begin, self._now - 1, True)
        self._begin, self._moving, self._decided = end, False, False
        return found

    def _whole_window(self) -> Look:
        found = Look(self._begin, self._settings.window, self._now - 1, not self._decided)
        self._begin += self._settings.stride
        self._decided = True
        return found
