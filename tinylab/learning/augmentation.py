"""Windows as they might have been recorded: turned, shifted, stretched, stronger, noisier. Numbers only, no Keras.

Every variation is small beside what tells movements apart and large beside what tells people apart: how the board
sits on the arm, how fast and how strongly somebody moves. What each is worth was measured on people that the network
never saw; see docs/tuning.md. The methods are those of T. T. Um et al., “Data augmentation of wearable sensor data
for Parkinson's disease monitoring using convolutional neural networks” (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.errors import TrainingError
from tinylab.text import tr

Signals = npt.NDArray[np.float32]  # (windows, samples, 3), in g
Counts = npt.NDArray[np.int16]

MOST: Final = {"rotation": 3.2, "shift": 0.5, "stretch": 0.5, "scale": 0.5, "jitter": 0.5, "warp": 0.5}
ROTATION, ROTATION_ALIKE = 0.3, 0.15  # rad; the second where the board lies alike in all takes of a label
ALIKE: Final = 0.15  # rad
_KNOTS: Final = 4  # of the curve that warps the strength along a window


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far each variation goes; 0 switches it off."""

    rotation: float = ROTATION  # rad, standard deviation of the angle about an axis that is drawn
    shift: float = 0.1  # share of the window, at most, to either side; what is missing repeats the edge
    stretch: float = 0.1  # standard deviation of the logarithm of the speed
    scale: float = 0.1  # standard deviation of the logarithm of the strength
    jitter: float = 0.02  # g, standard deviation of the noise
    warp: float = 0.0  # standard deviation of the strength's change along the window
    suggested: bool = True  # the rotation is less where the board always lies alike, until the user has chosen it

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            if not 0.0 <= getattr(self, name) <= most:
                raise TrainingError(
                    tr("The augmentation “{name}” must lie between 0 and {most:g}.", name=name, most=most),
                    hint=tr("Correct it."),
                )

    def suited_to(self, people: int, spread: float) -> Augmentation:
        """The same with the rotation that suits takes of so many named people, unless the user has chosen it.

        `spread`, rad: how differently the board lies in takes of one label. Where nobody else is known and it always
        lies alike, how it lies tells movements apart, too; otherwise the network has to forget that.
        """
        alike = people < 2 and spread < ALIKE
        return replace(self, rotation=ROTATION_ALIKE) if self.suggested and alike else self

    @property
    def does_something(self) -> bool:
        """Whether any variation is switched on."""
        return any(getattr(self, name) > 0 for name in MOST)

    def to_json(self) -> dict[str, float | bool]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Augmentation:
        """What `to_json` was called on; what a newer TinyLab added is left aside."""
        numbers = {name: float(value) for name, value in plain.items() if name in MOST}
        return cls(**numbers, suggested=bool(plain.get("suggested", True)))


NONE: Final = Augmentation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, suggested=False)


def varied_counts(windows: Counts, g_per_count: float, wanted: Augmentation, random: np.random.Generator) -> Counts:
    """Windows in counts, each varied on its own; what leaves the range of the counts is cut, as a sensor cuts it."""
    signals = varied(windows.astype(np.float32) * np.float32(g_per_count), wanted, random)
    limits = np.iinfo(np.int16)
    return np.clip(np.rint(signals / np.float32(g_per_count)), limits.min, limits.max).astype(np.int16)


def varied(signals: Signals, wanted: Augmentation, random: np.random.Generator) -> Signals:
    """Each window varied on its own; the same random generator gives the same variations."""
    if wanted.shift > 0 or wanted.stretch > 0:
        signals = _moved(signals, wanted, random)
    if wanted.rotation > 0:
        signals = np.matmul(signals, _rotations(len(signals), wanted.rotation, random))
    if wanted.scale > 0 or wanted.warp > 0:
        signals = signals * _strengths(signals.shape[:2], wanted, random)
    if wanted.jitter > 0:
        noise = random.standard_normal(signals.shape, dtype=np.float32)
        signals = signals + np.float32(wanted.jitter) * noise
    return signals.astype(np.float32, copy=False)


def _moved(signals: Signals, wanted: Augmentation, random: np.random.Generator) -> Signals:
    """Shifted and stretched in time about its middle, between samples by a straight line."""
    windows, samples, _ = signals.shape
    if samples < 2:
        return signals
    speed = np.exp(random.normal(0, wanted.stretch, (windows, 1)))
    shift = random.uniform(-wanted.shift, wanted.shift, (windows, 1)) * samples
    middle = (samples - 1) / 2
    at = np.clip(middle + (np.arange(samples) - middle) * speed + shift, 0, samples - 1).astype(np.float32)
    before = np.minimum(at.astype(np.int64), samples - 2)
    part = (at - before)[:, :, None].astype(np.float32)
    rows = np.arange(windows)[:, None]
    moved: Signals = signals[rows, before] * (1 - part) + signals[rows, before + 1] * part
    return moved


def _rotations(count: int, deviation: float, random: np.random.Generator) -> Signals:
    """Rotation matrices (count, 3, 3) about axes that point anywhere, by Rodrigues' formula."""
    axes = random.normal(size=(count, 3))
    axes /= np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-12)
    angles = random.normal(0, deviation, count)[:, None, None]
    x, y, z = axes.T
    none = np.zeros(count)
    cross = np.stack([none, -z, y, z, none, -x, -y, x, none], axis=1).reshape(count, 3, 3)
    turned = np.eye(3) + np.sin(angles) * cross + (1 - np.cos(angles)) * (cross @ cross)
    return turned.astype(np.float32)


def _strengths(shape: tuple[int, ...], wanted: Augmentation, random: np.random.Generator) -> Signals:
    """What each sample is multiplied with, (windows, samples, 1)."""
    windows, samples = shape
    whole = np.exp(random.normal(0, wanted.scale, (windows, 1)))
    if wanted.warp > 0:
        knots = random.normal(1, wanted.warp, (windows, _KNOTS))
        places = np.linspace(0, _KNOTS - 1, samples)
        before = np.minimum(places.astype(np.int64), _KNOTS - 2)
        part = places - before
        whole = whole * (knots[:, before] * (1 - part) + knots[:, before + 1] * part)
    return np.broadcast_to(whole, shape)[:, :, None].astype(np.float32)
