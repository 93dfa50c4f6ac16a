"""Synthetic gestures, with a style for every person: for trying things out, never for results.

A label that is a known word moves as the word says; any other gets a motion of its own, made from its text.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from tinylab.virtualboard.motion.made_up import own_motion, variant_of
from tinylab.virtualboard.motion.words import REST, label_key, motion_of

RATE_HZ = 200.0
DURATION_S = 2.0
_REPETITIONS = 8  # in a row, each a little different, before they come again

Motion = npt.NDArray[np.float64]
_TILT = np.radians(55.0)


class _Style:
    """How one person moves: strength, tempo and how the board is held."""

    def __init__(self, random: np.random.Generator) -> None:
        self.strength = random.uniform(0.75, 1.35)
        self.tempo = random.uniform(0.8, 1.25)
        self.tilt = random.normal(0.0, 0.15, 2)


def _sine(t: Motion, style: _Style, hz: float, phase: float = 0.0) -> Motion:
    """One swing of a person, in parts of its strength."""
    return style.strength * np.sin(2 * np.pi * hz * style.tempo * t + phase)


def _pulse(t: Motion, style: _Style, hz: float, sharp: float, ring_hz: float) -> Motion:
    """Hits that ring out, one in each period."""
    phase = (t * hz * style.tempo) % 1.0
    return style.strength * np.exp(-phase * sharp) * np.cos(2 * np.pi * ring_hz * phase)


def _axes(x: Motion | float, y: Motion | float, z: Motion | float, t: Motion) -> Motion:
    return np.column_stack([np.broadcast_to(axis, t.shape) for axis in (x, y, z)])


def _wave(t: Motion, style: _Style) -> Motion:
    swing = 1.2 * _sine(t, style, 2.0)
    return _axes(swing, 0.2 * swing, 0.0, t)


def _shake(t: Motion, style: _Style) -> Motion:
    swing = 2.5 * _sine(t, style, 5.0)
    return _axes(0.3 * swing, swing, 0.2 * swing, t)


def _circle(t: Motion, style: _Style) -> Motion:
    return 0.9 * _axes(_sine(t, style, 1.3, np.pi / 2), _sine(t, style, 1.3), 0.0, t)


def _lift(t: Motion, style: _Style) -> Motion:
    swing = 0.8 * _sine(t, style, 0.8)
    return _axes(0.0, 0.1 * swing, swing, t)


def _knock(t: Motion, style: _Style) -> Motion:
    return _axes(0.0, 0.0, 4.0 * _pulse(t, style, 2.5, 25.0, 12.0), t)


def _punch(t: Motion, style: _Style) -> Motion:
    hit = 3.0 * _pulse(t, style, 1.2, 7.0, 2.0)
    return _axes(hit, 0.15 * hit, -0.25 * hit, t)


def _walk(t: Motion, style: _Style) -> Motion:
    step = 0.35 * _sine(t, style, 1.9) + 0.15 * _sine(t, style, 3.8, 0.6)
    return _axes(0.15 * _sine(t, style, 1.9, 1.0), 0.12 * _sine(t, style, 0.95), step, t)


def _run(t: Motion, style: _Style) -> Motion:
    step = 1.1 * _sine(t, style, 2.8) + 0.5 * _sine(t, style, 5.6, 0.6)
    return _axes(0.5 * _sine(t, style, 2.8, 1.0), 0.35 * _sine(t, style, 1.4), step, t)


def _jump(t: Motion, style: _Style) -> Motion:
    flying = ((t * 1.1 * style.tempo) % 1.0) > 0.55  # weightless: gravity is not felt
    return _axes(0.0, 0.0, np.where(flying, -0.95, 2.2 * _pulse(t, style, 1.1, 6.0, 1.0)), t)


def _figure_eight(t: Motion, style: _Style) -> Motion:
    return _axes(0.8 * _sine(t, style, 0.9), 1.1 * _sine(t, style, 1.8), 0.0, t)


def _up_and_down(t: Motion, style: _Style) -> Motion:
    return _axes(0.0, 0.0, 1.1 * _sine(t, style, 1.4), t)


def _left_and_right(t: Motion, style: _Style) -> Motion:
    return _axes(0.0, 1.1 * _sine(t, style, 1.4), 0.0, t)


def _rest(t: Motion, style: _Style) -> Motion:
    """The slow drift of a sensor that lies still."""
    return _axes(0.002 * _sine(t, style, 0.2), 0.002 * _sine(t, style, 0.13, 1.0), 0.003 * _sine(t, style, 0.1, 2.0), t)


def _none(t: Motion, _style: _Style) -> Motion:
    return np.zeros((len(t), 3))


def _held(roll: float, pitch: float) -> Callable[[Motion, _Style], Motion]:
    """Held at an angle, with a wobble."""

    def angles(t: Motion, style: _Style) -> Motion:
        wobble = 0.04 * _sine(t, style, 0.7)
        return np.column_stack([roll + wobble, pitch + 0.5 * wobble])

    return angles


def _rotate(t: Motion, style: _Style) -> Motion:
    return np.column_stack([2 * np.pi * 0.5 * style.tempo * t, np.zeros_like(t)])


def _twist(t: Motion, style: _Style) -> Motion:
    return np.column_stack([_TILT * np.clip(_sine(t, style, 1.6), -1.3, 1.3), np.zeros_like(t)])


# Linear acceleration in g, shape (samples, 3).
_MOVES: dict[str, Callable[[Motion, _Style], Motion]] = {
    REST: _rest,
    "shake": _shake,
    "wave": _wave,
    "circle": _circle,
    "lift": _lift,
    "knock": _knock,
    "punch": _punch,
    "walk": _walk,
    "run": _run,
    "jump": _jump,
    "figure eight": _figure_eight,
    "up and down": _up_and_down,
    "left and right": _left_and_right,
}
# Roll and pitch in radians, shape (samples, 2).
_TURNS: dict[str, Callable[[Motion, _Style], Motion]] = {
    "tilt left": _held(0.0, -_TILT),
    "tilt right": _held(0.0, _TILT),
    "tilt up": _held(_TILT, 0.0),
    "tilt down": _held(-_TILT, 0.0),
    "upside down": _held(np.pi, 0.0),
    "rotate": _rotate,
    "twist": _twist,
}
NAMES = (*_MOVES, *_TURNS)


def gesture(label: str, subject_seed: int, repetition: int = 0) -> Motion:
    """One gesture in g at RATE_HZ, shape (samples, 3), gravity included.

    The same person moves alike in every repetition, but never twice the same.
    """
    style = _Style(np.random.default_rng([subject_seed, 1]))
    random = np.random.default_rng([subject_seed, repetition, zlib.crc32(label.encode())])
    t = np.arange(0.0, DURATION_S, 1 / RATE_HZ) * random.uniform(0.93, 1.07) + random.uniform(0.0, 0.3)
    strength = random.uniform(0.9, 1.1)
    envelope = np.minimum(1.0, np.minimum(t - t[0], t[-1] - t) * 8.0)[:, None]
    name = motion_of(label)
    if not name:
        moved = own_motion(label, t * style.tempo, style.strength * strength, envelope, style.tilt)
    else:
        tempo, stronger = variant_of(label_key(label), label_key(name)) if name != REST else (1.0, 1.0)
        moves, turns = _MOVES.get(name, _none), _TURNS.get(name, _upright)
        moved = moves(t * tempo, style) * (strength * stronger) * envelope + _gravity(style, turns(t * tempo, style))
    return moved + random.normal(0.0, 0.015 if name != REST else 0.004, moved.shape)


def repetitions(label: str, subject_seed: int, first: int) -> Motion:
    """The gesture several times in a row, each time a little different: for playing over and over."""
    return np.concatenate([gesture(label, subject_seed, first + number) for number in range(_REPETITIONS)])


def varied(motion: Motion, random: np.random.Generator, times: int = _REPETITIONS) -> Motion:
    """A motion (drawn by the user) several times in a row: stronger or weaker, slower or faster, turned, with noise."""
    return np.concatenate([_varied_once(motion, random) for _ in range(times)])


def _varied_once(motion: Motion, random: np.random.Generator) -> Motion:
    length = max(2, round(len(motion) * random.uniform(0.88, 1.14)))
    at = np.linspace(0.0, len(motion) - 1, length)
    stretched = np.column_stack([np.interp(at, np.arange(len(motion)), axis) for axis in motion.T])
    mean = stretched.mean(axis=0)
    stronger = mean + (stretched - mean) * random.uniform(0.85, 1.18)
    roll, pitch, yaw = random.normal(0.0, 0.09, 3)
    turned: Motion = stronger @ _turn_of((roll, pitch, yaw)).T + random.normal(0.0, 0.015, stronger.shape)
    return turned


def _turn_of(angles: Sequence[float]) -> Motion:
    """A rotation about x, y and z, one after the other."""
    (a, b, c), made = angles, np.eye(3)
    for first, second, angle in ((1, 2, a), (2, 0, b), (0, 1, c)):
        turn = np.eye(3)
        turn[first, first] = turn[second, second] = np.cos(angle)
        turn[first, second], turn[second, first] = -np.sin(angle), np.sin(angle)
        made = turn @ made
    return made


def _upright(t: Motion, _style: _Style) -> Motion:
    return np.zeros((len(t), 2))


def _gravity(style: _Style, angles: Motion) -> Motion:
    """Gravity as the board feels it, held as the person holds it and turned by roll and pitch."""
    direction = np.array([style.tilt[0], style.tilt[1], 1.0])
    x, y, z = direction / np.linalg.norm(direction)
    roll, pitch = angles.T
    turned_y, turned_z = y * np.cos(roll) + z * np.sin(roll), z * np.cos(roll) - y * np.sin(roll)
    return np.column_stack(
        [x * np.cos(pitch) + turned_z * np.sin(pitch), turned_y, turned_z * np.cos(pitch) - x * np.sin(pitch)]
    )
