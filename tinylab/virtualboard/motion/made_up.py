"""A motion for any label that is no known word: its own, the same every time, and unlike those of other labels."""

from __future__ import annotations

import hashlib
import unicodedata

import numpy as np
import numpy.typing as npt

Motion = npt.NDArray[np.float64]
_HARMONICS = 3
_BASE_HZ = (0.7, 4.5)  # of the slowest swing
_STRENGTH_G = (0.25, 1.8)  # of an axis


def seed_of(text: str) -> list[int]:
    """Numbers for a random generator that stand for the whole text."""
    digest = hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).digest()
    return [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 32, 4)]


def variant_of(key: str, known: str) -> tuple[float, float]:
    """(tempo, strength) of a word that means a known motion, such as “clap” for knocking: like it, but not the same."""
    if key == known:
        return 1.0, 1.0
    random = np.random.default_rng(seed_of(key))
    return float(random.uniform(0.8, 1.25)), float(random.uniform(0.8, 1.25))


def own_motion(label: str, t: Motion, strength: float, envelope: Motion, held: npt.NDArray[np.float64]) -> Motion:
    """What the label means, at the times `t` in s, in g, shape (len(t), 3), gravity included.

    Each axis swings at a base frequency and two multiples of it; all three, the way the board is held, and how the
    strength comes and goes follow from the label's text. `strength`, `envelope` (len(t), 1) and `held` (2) are the
    person's.
    """
    random = np.random.default_rng(seed_of(label))
    base_hz = float(np.exp(random.uniform(np.log(_BASE_HZ[0]), np.log(_BASE_HZ[1]))))
    amplitudes = np.exp(random.uniform(np.log(_STRENGTH_G[0]), np.log(_STRENGTH_G[1]), 3))
    weights = random.dirichlet(np.ones(_HARMONICS), 3)  # (axes, harmonics)
    phases = random.uniform(0.0, 2 * np.pi, (3, _HARMONICS))
    multiples = np.arange(1, _HARMONICS + 1)
    swings = np.sin(2 * np.pi * base_hz * multiples[None, None, :] * t[:, None, None] + phases[None])
    beat = 1.0 - random.uniform(0.0, 0.8) * (0.5 + 0.5 * np.cos(2 * np.pi * random.uniform(0.5, 1.2) * t))
    moved = (swings * weights[None]).sum(axis=2) * amplitudes[None] * beat[:, None]
    direction = random.normal(0.0, 1.0, 3)
    direction = direction / np.linalg.norm(direction) + np.array([held[0], held[1], 0.0])
    made: Motion = moved * strength * envelope + direction / np.linalg.norm(direction)
    return made
