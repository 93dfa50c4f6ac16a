"""Known words mean what they say; any other label has a motion of its own."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.virtualboard.motion.gestures import NAMES, RATE_HZ, gesture, repetitions, varied
from tinylab.virtualboard.motion.words import REST, motion_of

MARGIN = 2.0  # the nearest other label is at least so many times as far as a label's own farthest repetition


@pytest.mark.parametrize(
    ("label", "motion"),
    [
        ("idle", REST), ("Resting", REST), ("nothing", REST), ("at_rest", REST), ("Still", REST), ("no-motion", REST),
        ("Shakes", "shake"), ("shaking", "shake"), ("WAVES", "wave"), ("tap", "knock"), ("Double_Tap", "knock"),
        ("punches", "punch"), ("tiltLeft", "tilt left"), ("TILT-RIGHT", "tilt right"), ("left tilt", "tilt left"),
        ("Up", "tilt up"), ("walking", "walk"), ("Running", "run"), ("jumps", "jump"), ("figure 8", "figure eight"),
        ("up_down", "up and down"), ("left-right", "left and right"), ("rotation", "rotate"), ("twisting", "twist"),
        ("gesture 1", ""), ("restart", ""), ("wave 2", ""), ("", ""), ("振る", ""),
    ],
)  # fmt: skip
def test_words_are_known_in_all_their_spellings(label: str, motion: str) -> None:
    assert motion_of(label) == motion


def test_at_rest_means_at_rest() -> None:
    for label in ("idle", "nothing", "None", "at rest"):
        felt = gesture(label, 3)
        assert np.linalg.norm(felt, axis=1) == pytest.approx(1.0, abs=0.03)
        assert felt.std(axis=0).max() < 0.008


def test_tilts_pull_where_they_say() -> None:
    middle = {
        name: gesture(name, 1)[100:300].mean(axis=0) for name in ("tilt left", "tilt right", "tilt up", "tilt down")
    }
    assert middle["tilt left"][0] < -0.5 < 0.5 < middle["tilt right"][0]
    assert middle["tilt down"][1] < -0.5 < 0.5 < middle["tilt up"][1]
    assert gesture("upside down", 1)[100:300].mean(axis=0)[2] < -0.9


def test_words_for_the_same_motion_are_alike_but_not_the_same() -> None:
    knock, clap = gesture("knock", 1), gesture("clap", 1)
    assert not np.array_equal(knock, clap)
    assert _distance(_features(knock), _features(clap)) < 2.0


def _features(motion: np.ndarray) -> np.ndarray:
    """How it is held, how strong and how fast it is on each axis."""
    mean = motion.mean(axis=0)
    power = np.abs(np.fft.rfft((motion - mean) * np.hanning(len(motion))[:, None], axis=0)) ** 2
    hz = np.fft.rfftfreq(len(motion), 1 / RATE_HZ)
    centre = (power * hz[:, None]).sum(axis=0) / power.sum(axis=0)
    return np.concatenate([2 * mean, np.log2(motion.std(axis=0) + 0.05), np.log2(centre + 0.1)])


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one - other))


def test_two_hundred_labels_are_told_apart_by_a_margin() -> None:
    labels = [
        *(f"gesture {i}" for i in range(100)),
        *(f"Klasse-{i}" for i in range(50)),
        *(chr(0x4E00 + i) for i in range(50)),
    ]
    made = np.array([[_features(gesture(label, 1, number)) for number in range(3)] for label in labels])
    centres = made.mean(axis=1)
    within = np.linalg.norm(made - centres[:, None], axis=2).max()
    between = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(between, np.inf)
    assert between.min() > MARGIN * within


def test_known_motions_are_told_apart_too() -> None:
    made = np.array([_features(gesture(name, 1)) for name in NAMES])
    between = np.linalg.norm(made[:, None] - made[None], axis=2)
    np.fill_diagonal(between, np.inf)
    assert between.min() > 0.6


def test_a_label_moves_alike_in_every_session_and_for_every_person_differently() -> None:
    assert np.array_equal(gesture("gesture 1", 5, 3), gesture("gesture 1", 5, 3))
    people = [_features(gesture("gesture 1", person)) for person in range(4)]
    assert min(_distance(people[0], other) for other in people[1:]) > 0.05


def test_over_and_over_is_never_twice_the_same() -> None:
    motion = repetitions("gesture 1", 1, 0)
    parts = np.split(motion, len(motion) // 400)
    assert len(parts) >= 4 and not any(np.array_equal(parts[0], part) for part in parts[1:])
    drawn = varied(gesture("wave", 1), np.random.default_rng(2))
    assert len(drawn) > 4 * 350 and np.isfinite(drawn).all()
