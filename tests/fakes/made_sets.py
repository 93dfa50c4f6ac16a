"""Five sets of takes that are hard in one way each, made from seeds: the same samples on every computer.

    python tests/fakes/made_sets.py FOLDER     writes a project of each, to open in the window or to train

The movements are those of the virtual board. What makes a set hard does not tell its labels apart: every person does
every label with each rate, range and length, unless the set is about a label that one person alone does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import boards
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.dsp.windows import resample, to_counts
from tinylab.virtualboard.motion.gestures import RATE_HZ, repetitions

LABELS = ("circle", "figure eight", "left and right", "shake")
ALONE = "knock"  # what one person alone does
PEOPLE = 5
_SHORTEST_S, _LONGEST_S = 0.2, 3.0  # of a gesture
_REST_G = 0.004  # noise of a board at rest
_HELD_RAD = 0.4  # how differently somebody holds the board from take to take, one standard deviation
_SHAKY_G = 0.1  # of a hand
Motion = npt.NDArray[np.float64]


def short_gestures(takes: int = 6) -> tuple[Recording, ...]:
    """Gestures of 0.2 to 3 s by several people, a short rest before and after each, not the same on both sides."""
    return _everybody(takes, lambda label, person, number: _take(_gesture(label, person, number), label, person))


def label_of_one_person(takes: int = 4) -> tuple[Recording, ...]:
    """Everybody does four labels, and one of them a fifth."""
    others = _everybody(takes, lambda label, person, number: _take(_motion(label, person, number, 6.0), label, person))
    return (*others, *(_take(_motion(ALONE, 1, number, 6.0), ALONE, 1) for number in range(takes)))


def two_rates(takes: int = 4) -> tuple[Recording, ...]:
    """Every other take was measured at 26 Hz, the others at 50."""

    def made(label: str, person: int, number: int) -> Recording:
        return _take(_motion(label, person, number, 6.0), label, person, rate_hz=(26.0, 50.0)[number % 2])

    return _everybody(takes, made)


def two_ranges(takes: int = 4) -> tuple[Recording, ...]:
    """Every other take was measured with ±2 g, the others with ±8; shaking goes beyond ±2 g."""

    def made(label: str, person: int, number: int) -> Recording:
        return _take(_motion(label, person, number, 6.0), label, person, range_g=(2, 8)[number % 2])

    return _everybody(takes, made)


def two_lengths(takes: int = 6) -> tuple[Recording, ...]:
    """One take in six lasts a minute, the others a second."""

    def made(label: str, person: int, number: int) -> Recording:
        return _take(_motion(label, person, number, 1.0 if number % 6 else 60.0), label, person)

    return _everybody(takes, made)


SETS: dict[str, Callable[..., tuple[Recording, ...]]] = {
    "short gestures": short_gestures,
    "a label of one person": label_of_one_person,
    "26 and 50 Hz": two_rates,
    "2 and 8 g": two_ranges,
    "1 and 60 s": two_lengths,
}


def _everybody(takes: int, made: Callable[[str, int, int], Recording]) -> tuple[Recording, ...]:
    return tuple(made(label, person, n) for person in range(PEOPLE) for label in LABELS for n in range(takes))


def _motion(label: str, person: int, number: int, seconds: float) -> Motion:
    """So much of somebody's movement in g at RATE_HZ, from somewhere in it."""
    random = np.random.default_rng((7, person, number, len(label)))
    samples, rows = round(seconds * RATE_HZ), []
    while sum(map(len, rows)) < samples + RATE_HZ:
        rows.append(repetitions(label, person, 100 * number + 10 * len(rows)))
    begin = int(random.integers(0, int(RATE_HZ)))
    moved = np.concatenate(rows)[begin : begin + samples]
    return moved @ _turned(random) + random.normal(0.0, _SHAKY_G, moved.shape)


def _turned(random: np.random.Generator) -> Motion:
    """A board that is turned about its z axis."""
    angle = random.normal(0.0, _HELD_RAD)
    return np.array([[np.cos(angle), np.sin(angle), 0.0], [-np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])


def _gesture(label: str, person: int, number: int) -> Motion:
    """A gesture between two rests of different length, 0.2 to 3 s in all; each length is as likely as its double."""
    random = np.random.default_rng((8, person, number, len(label)))
    samples = round(float(np.exp(random.uniform(np.log(_SHORTEST_S), np.log(_LONGEST_S)))) * RATE_HZ)
    resting = round(samples * random.uniform(0.0, 0.4))
    before = round(resting * random.uniform(0.0, 1.0))
    moved = _motion(label, person, number, (samples - resting) / RATE_HZ)
    whole = np.pad(moved, ((before, resting - before), (0, 0)), mode="edge")
    return whole + random.normal(0.0, _REST_G, whole.shape)


def _take(motion: Motion, label: str, person: int, *, rate_hz: float = 50.0, range_g: int = 8) -> Recording:
    """What a micro:bit would have measured."""
    sensor = boards()[0].sensor
    g_per_count = sensor.g_per_count[range_g]
    counts = to_counts(resample(motion, RATE_HZ, rate_hz), g_per_count, range_g)
    return Recording.of(
        counts, label=label, subject=f"person {person + 1}", rate_hz=rate_hz, g_per_count=g_per_count,
        range_g=float(range_g), sensor=sensor.name,
    )  # fmt: skip


def write_projects(folder: Path, names: Sequence[str] = tuple(SETS)) -> list[Path]:
    """A project file of each set; `folder` must be there and hold none of them."""
    paths = []
    for name in names:
        paths.append(folder / f"{name}.tinylab")
        project = Project.create(paths[-1])
        project.do(AddTakes(SETS[name](), name))
        project.close()
    return paths


if __name__ == "__main__":
    write_projects(Path(sys.argv[1]))
