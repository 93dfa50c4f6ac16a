"""What moves the virtual board: it plays a recording or a gesture, holds a pose, or is at rest, in virtual time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.errors import BoardError

Motion = npt.NDArray[np.float64]  # g, shape (samples, 3)

AT_REST_G = (0.0, 0.0, 1.0)  # flat on the table: gravity and nothing else
_NOISE_G = 0.004  # of the table and of the sensor, root mean square
_LIMIT_G = 64.0
_TICKS = 1e9  # a second


@dataclass(frozen=True, slots=True)
class Play:
    """A recording that is being played."""

    samples_g: Motion
    rate_hz: float
    start_s: float
    loop: bool

    @property
    def duration_s(self) -> float:
        """From the first sample to the last; a loop goes on."""
        return (len(self.samples_g) - 1) / self.rate_hz


class SimulatedMotion:
    """The acceleration that the board feels, at any virtual time."""

    def __init__(self, seed: int = 0) -> None:
        self._noise = np.random.default_rng(seed)
        self._pose = np.array(AT_REST_G)
        self._play: Play | None = None

    def at(self, times_s: npt.NDArray[np.float64]) -> Motion:
        """Acceleration in g at each time, shape (len(times_s), 3).

        A recording is interpolated linearly and nothing is added to it; a pose and being at rest have a little noise.
        """
        still = self._pose + self._noise.normal(0.0, _NOISE_G, (len(times_s), 3))
        if self._play is None:
            return still
        since_s = np.rint((times_s - self._play.start_s) * _TICKS) / _TICKS  # the same whenever it began
        position = since_s * self._play.rate_hz
        last = len(self._play.samples_g) - 1
        if self._play.loop:
            position = np.where(position < 0, position, position % (last + 1))
        grid = np.arange(last + 1)
        moved = np.column_stack([np.interp(position, grid, axis) for axis in self._play.samples_g.T])
        inside = (position >= 0) & (position <= (last + 1 if self._play.loop else last))
        return np.where(inside[:, None], moved, still)

    def playing(self, now_s: float) -> bool:
        """Whether a recording is being played at this time."""
        return self._play is not None and (self._play.loop or now_s <= self._play.start_s + self._play.duration_s)

    def play(self, samples_g: npt.ArrayLike, rate_hz: float, now_s: float, loop: bool = False) -> None:
        """Play a recording from now on.

        Raises BoardError where it is not a table of finite numbers with three columns, or the rate is not positive.
        """
        samples = np.array(samples_g, dtype=np.float64)
        if samples.ndim != 2 or samples.shape[1] != 3 or len(samples) < 1:
            raise BoardError("The simulated motion can only play recordings with the three columns x, y and z.")
        if not np.isfinite(samples).all() or not 0 < rate_hz < 10_000:
            raise BoardError("The simulated motion can only play finite numbers, at a rate up to 10000 Hz.")
        self._play = Play(np.clip(samples, -_LIMIT_G, _LIMIT_G), float(rate_hz), now_s, loop)

    def pose(self, x_g: float, y_g: float, z_g: float) -> None:
        """Stop playing and hold the board so that it feels this."""
        pose = np.array([x_g, y_g, z_g], dtype=np.float64)
        if not np.isfinite(pose).all():
            raise BoardError("The simulated motion can only take a pose of finite numbers.")
        self._play = None
        self._pose = np.clip(pose, -_LIMIT_G, _LIMIT_G)

    def come_to_rest(self) -> None:
        """Stop playing and lie flat."""
        self._play = None
        self._pose = np.array(AT_REST_G)
