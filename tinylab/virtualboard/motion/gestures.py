"""Synthetic gestures, with a style for every person: for trying things out, never for results."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tinylab.errors import BoardError

RATE_HZ = 200.0
DURATION_S = 2.0

Motion = npt.NDArray[np.float64]


class _Style:
    """How one person moves: strength, tempo and how the board is held."""

    def __init__(self, random: np.random.Generator) -> None:
        self.strength = random.uniform(0.75, 1.35)
        self.tempo = random.uniform(0.8, 1.25)
        self.tilt = random.normal(0.0, 0.15, 2)


def _wave(t: Motion, style: _Style) -> Motion:
    swing = 1.2 * style.strength * np.sin(2 * np.pi * 2.0 * style.tempo * t)
    return np.column_stack([swing, 0.2 * swing, np.zeros_like(t)])


def _shake(t: Motion, style: _Style) -> Motion:
    swing = 2.5 * style.strength * np.sin(2 * np.pi * 5.0 * style.tempo * t)
    return np.column_stack([0.3 * swing, swing, 0.2 * swing])


def _circle(t: Motion, style: _Style) -> Motion:
    angle = 2 * np.pi * 1.3 * style.tempo * t
    return 0.9 * style.strength * np.column_stack([np.cos(angle), np.sin(angle), np.zeros_like(t)])


def _lift(t: Motion, style: _Style) -> Motion:
    swing = 0.8 * style.strength * np.sin(2 * np.pi * 0.8 * style.tempo * t)
    return np.column_stack([np.zeros_like(t), 0.1 * swing, swing])


def _knock(t: Motion, style: _Style) -> Motion:
    phase = (t * 2.5 * style.tempo) % 1.0
    hit = 4.0 * style.strength * np.exp(-phase * 25.0) * np.cos(2 * np.pi * 12.0 * phase)
    return np.column_stack([np.zeros_like(t), np.zeros_like(t), hit])


def _still(t: Motion, style: _Style) -> Motion:
    return np.zeros((len(t), 3)) * style.strength


_GESTURES: dict[str, Callable[[Motion, _Style], Motion]] = {
    "still": _still,
    "wave": _wave,
    "shake": _shake,
    "circle": _circle,
    "lift": _lift,
    "knock": _knock,
}
NAMES = tuple(_GESTURES)


def gesture(name: str, subject_seed: int, repetition: int = 0) -> Motion:
    """One gesture in g at RATE_HZ, shape (samples, 3), gravity included.

    The same person moves alike in every repetition, but never twice the same. Raises BoardError for an unknown name.
    """
    if name not in _GESTURES:
        raise BoardError(f"There is no gesture “{name}”.", hint=f"There are {', '.join(NAMES)}.")
    style = _Style(np.random.default_rng([subject_seed, 1]))
    random = np.random.default_rng([subject_seed, repetition, zlib.crc32(name.encode())])
    t = np.arange(0.0, DURATION_S, 1 / RATE_HZ) * random.uniform(0.93, 1.07) + random.uniform(0.0, 0.3)
    motion = _GESTURES[name](t, style) * random.uniform(0.9, 1.1)
    envelope = np.minimum(1.0, np.minimum(t - t[0], t[-1] - t) * 8.0)[:, None]
    return motion * envelope + _gravity(style) + random.normal(0.0, 0.015, motion.shape)


def _gravity(style: _Style) -> Motion:
    direction = np.array([style.tilt[0], style.tilt[1], 1.0])
    return direction / np.linalg.norm(direction)
