"""Takes with the same samples are found and named, also trimmed, shifted and exported again; rest is no duplicate."""

from __future__ import annotations

import numpy as np
import pytest
from made_takes import signal

from tinylab.data.recording import Counts
from tinylab.evaluation.duplicates.anchors import anchors_of, peaks_of
from tinylab.evaluation.duplicates.groups import Samples, _packed, _unpacked, duplicate_groups, same_samples
from tinylab.exchange.example import load_example

G = 0.002


def groups_of(takes: dict[int, Samples]) -> tuple[tuple[int, ...], ...]:
    anchors = [anchors_of(take_id, *samples) for take_id, samples in takes.items()]
    return duplicate_groups(anchors, lambda one, other, offsets: same_samples(takes[one], takes[other], offsets))


@pytest.fixture(scope="module")
def real() -> dict[int, Samples]:
    """30 takes of the example, none of which is like another."""
    return {n: (take.counts, take.header.g_per_count) for n, take in enumerate(load_example()[:30], start=1)}


def rounded(samples: Samples, step_g: float, g_per_count: float) -> Samples:
    """The same movement as another program would have exported it."""
    signal_g = np.rint(samples[0] * samples[1] / step_g) * step_g
    return np.rint(signal_g / g_per_count).astype(np.int16), g_per_count


def test_different_takes_are_no_duplicates(real: dict[int, Samples]) -> None:
    assert groups_of(real) == ()


@pytest.mark.parametrize(
    ("what", "copy"),
    [
        ("the same", lambda s: s),
        ("trimmed at both ends", lambda s: (s[0][100:-300], s[1])),
        ("with more before it", lambda s: (np.concatenate([s[0][700:733], s[0]]), s[1])),
        ("in other counts", lambda s: rounded(s, 1 / 16384, 1 / 2048)),
        ("with two decimals", lambda s: rounded(s, 0.01, 0.001)),
        ("with two decimals and trimmed", lambda s: rounded((s[0][411:], s[1]), 0.01, 0.001)),
    ],
)
def test_a_copy_is_found(real: dict[int, Samples], what: str, copy: object) -> None:
    assert callable(copy)
    made = {100 + n: copy(real[n]) for n in (3, 11, 20)}
    assert groups_of({**real, **made}) == ((3, 103), (11, 111), (20, 120)), what


def test_copies_of_copies_are_one_group(real: dict[int, Samples]) -> None:
    whole, g_per_count = real[5]
    copies = {50: (whole[:900], g_per_count), 51: (whole[200:], g_per_count), 52: (whole, g_per_count)}
    assert groups_of({**real, **copies}) == ((5, 50, 51, 52),)


def test_a_short_common_stretch_is_no_duplicate(real: dict[int, Samples]) -> None:
    whole, g_per_count = real[5]
    assert groups_of({1: (whole[:600], g_per_count), 2: (whole[400:1000], g_per_count)}) == ()


def resting(seed: int) -> Counts:
    return np.rint(signal("nothing", seed) / G).astype(np.int16)


def test_takes_at_rest_are_not_taken_for_each_other() -> None:
    flat = np.full((200, 3), 500, np.int16)
    nearly = flat.copy()
    nearly[100] += 1
    takes = {1: flat, 2: flat.copy(), 3: nearly, 4: nearly.copy(), **{n: resting(n) for n in range(5, 25)}}
    assert groups_of({take_id: (counts, G) for take_id, counts in takes.items()}) == ()


def test_what_never_changes_has_no_marks_and_is_no_copy_of_anything() -> None:
    for level in range(300):
        assert len(anchors_of(1, np.full((40, 3), level, np.int16), G).marks) == 0
    flat = (np.full((200, 3), 500, np.int16), G)
    assert not same_samples(flat, flat, [0])


def test_a_copy_of_noise_is_a_copy() -> None:
    takes = {n: (resting(n), G) for n in range(1, 10)} | {20: (resting(4)[20:], G)}
    assert groups_of(takes) == ((4, 20),)


def test_swings_as_even_as_a_motors_are_no_copies_of_each_other() -> None:
    time = np.arange(400) / 50.0
    made = {}
    for n in range(1, 9):
        swing = 0.6 * np.sin(2 * np.pi * 1.5 * time + n) + np.random.default_rng(n).normal(0, 0.004, 400)
        noise = np.random.default_rng(50 + n).normal(0, 0.004, 400)
        made[n] = (np.rint(np.stack([swing, noise, 1 + noise[::-1]], axis=1) / G).astype(np.int16), G)
    assert groups_of(made) == ()


def test_many_copies_need_no_comparison_of_each_with_each(real: dict[int, Samples]) -> None:
    takes = dict.fromkeys(range(1, 201), real[7])
    anchors = [anchors_of(take_id, *samples) for take_id, samples in takes.items()]
    compared: list[tuple[int, int]] = []

    def same(one: int, other: int, offsets: object) -> bool:
        compared.append((one, other))
        return True

    assert duplicate_groups(anchors, same) == (tuple(range(1, 201)),)
    assert len(compared) < 200


def test_takes_too_short_to_say_anything() -> None:
    assert groups_of({1: (np.zeros((3, 3), np.int16), G), 2: (np.zeros((3, 3), np.int16), G)}) == ()
    assert len(peaks_of(np.ones(5))) == 0


def test_looking_for_duplicates_can_be_cancelled(real: dict[int, Samples]) -> None:
    anchors = [anchors_of(take_id, *samples) for take_id, samples in {1: real[1], 2: real[1]}.items()]
    assert duplicate_groups(anchors, lambda *_: True, lambda: True) == ()


def test_a_pair_and_its_offset_fit_into_one_number() -> None:
    one, other = np.array([0, 1, 524_287]), np.array([524_287, 0, 524_286])
    offset = np.array([-10_000_000, 0, 10_000_000])
    assert _unpacked(_packed(one, other, offset)) == (one.tolist(), other.tolist(), offset.tolist())


@pytest.mark.parametrize("samples", [10, 13, 25, 60, 128])
def test_copies_of_short_gestures_are_found_and_others_are_none(samples: int) -> None:
    random = np.random.default_rng(samples)
    shapes = [(random.normal(0, 300, (samples, 3)).astype(np.int16), G) for _ in range(40)]
    takes = dict(enumerate(shapes, 1)) | {100: shapes[6], 101: shapes[20]}
    assert groups_of(takes) == ((7, 100), (21, 101))


def test_a_board_that_lies_still_for_a_moment_is_no_copy_of_another() -> None:
    still = np.full((12, 3), 7, np.int16)
    still[3:5, 1] += 1
    assert groups_of({1: (still, G), 2: (still.copy(), G)}) == ()
