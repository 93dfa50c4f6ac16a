"""Sessions with takes whose movements are made."""

from __future__ import annotations

import numpy as np

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Recording
from tinylab.workflow.project.document import Document

RATE_HZ, G = 50.0, 0.002
_SWINGS = {"shake": (4.0, 1.0, 0), "wave": (1.5, 0.6, 1)}  # Hz, g, axis; anything else is a board at rest


def recording(label: str, seed: int, looks_like: str = "", seconds: float = 4.0, subject: str = "Anna") -> Recording:
    """One take of a label, perhaps with the movement of another."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    signal = random.normal(0, 0.004, (len(time), 3)) + np.array([0.0, 0.0, 1.0])
    if (looks_like or label) in _SWINGS:
        hz, size_g, axis = _SWINGS[looks_like or label]
        signal[:, axis] += size_g * np.sin(2 * np.pi * hz * random.uniform(0.9, 1.1) * time + random.uniform(0, 6))
    counts = np.rint(signal / G).astype(np.int16)
    return Recording.of(counts, label=label, subject=subject, rate_hz=RATE_HZ, g_per_count=G, range_g=4.0)


def recordings(labels: tuple[str, ...] = ("shake", "wave", "nothing"), each: int = 5) -> tuple[Recording, ...]:
    """`each` good takes of every label; their ids will be 1, 2, 3 …"""
    return tuple(recording(label, number * each + i) for number, label in enumerate(labels) for i in range(each))


def add(document: Document, *takes: Recording) -> None:
    """Put takes into a project."""
    assert document.do(AddTakes(takes, "made"))
