"""Takes that are made: swings of a label's own frequency, strength and axis, with everybody's small differences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tinylab.evaluation.take_checks.content import Labelled, content_of

RATE_HZ = 50.0
_SWINGS = {"shake": (4.0, 1.0, 0), "wave": (1.5, 0.6, 1), "circle": (2.5, 0.4, 2)}  # Hz, g, axis
Signal = npt.NDArray[np.float64]


def signal(label: str, seed: int, seconds: float = 4.0, rate_hz: float = RATE_HZ) -> Signal:
    """One take in g, shape (samples, 3); labels that are no swing are a board at rest."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    made = random.normal(0, 0.004, (len(time), 3)) + np.array([0.0, 0.0, 1.0])
    if label in _SWINGS:
        hz, size_g, axis = _SWINGS[label]
        phase, speed, strength = random.uniform(0, 2 * np.pi), random.uniform(0.9, 1.1), random.uniform(0.85, 1.15)
        made[:, axis] += size_g * strength * np.sin(2 * np.pi * hz * speed * time + phase)
    return made


def part(take_id: int, label: str, looks_like: str = "", seconds: float = 4.0) -> Labelled:
    """A take as the checks see it, of one label and perhaps with the movement of another."""
    return Labelled(take_id, label, content_of(signal(looks_like or label, take_id, seconds), RATE_HZ))


def project(labels: tuple[str, ...] = ("shake", "wave", "nothing"), each: int = 6) -> list[Labelled]:
    """`each` good takes of every label, with ids from 1."""
    return [part(number * each + i + 1, label) for number, label in enumerate(labels) for i in range(each)]
