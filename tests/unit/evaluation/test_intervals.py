"""Intervals of an accuracy: as the books have them, honest on noise, and counting takes instead of windows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from tinylab.evaluation.intervals import accuracy_interval, mean_interval, too_few_text, wilson

PROJECTS = 200
WINDOWS = 15  # of a take
Interval = Callable[[npt.NDArray[np.bool_], npt.NDArray[np.int64], dict[int, str]], tuple[float, float]]


def by_takes(right: npt.NDArray[np.bool_], takes: npt.NDArray[np.int64], people: dict[int, str]) -> tuple[float, float]:
    found = accuracy_interval(right, takes, people)
    assert found is not None
    return found.low, found.high


def by_windows(right: npt.NDArray[np.bool_], _takes: object, _people: object) -> tuple[float, float]:
    """The fault that this file is about."""
    return wilson(float(right.sum()), len(right))


def noise(
    random: np.random.Generator, takes: int, people: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64], dict[int, str]]:
    """What a nearest-centroid classifier says to the test takes of a project whose takes say nothing of their label.

    Windows of a take resemble each other, and so do takes of a person, as real ones do.
    """
    who = np.arange(takes) % people
    person = random.normal(0, 1.0, (people, 4))
    labels = random.integers(0, 2, takes)
    features = (person[who] + random.normal(0, 1.0, (takes, 4)))[:, None] + random.normal(0, 0.3, (takes, WINDOWS, 4))
    tested = who < people // 2
    learned = features[~tested], labels[~tested]
    centroids = np.stack([learned[0][learned[1] == label].mean(axis=(0, 1)) for label in (0, 1)])
    distances = ((features[tested][:, :, None] - centroids) ** 2).sum(axis=-1)
    right = distances.argmin(axis=-1) == labels[tested][:, None]
    ids = np.repeat(np.flatnonzero(tested), WINDOWS).astype(np.int64)
    return right.ravel(), ids, {int(take): f"person {who[take]}" for take in np.flatnonzero(tested)}


def covered(interval: Interval, takes: int, people: int) -> tuple[int, float]:
    """(in how many of PROJECTS projects of noise the interval holds 50 %, how wide it is on average)."""
    random = np.random.default_rng(1927)
    found = [interval(*noise(random, takes, people)) for _ in range(PROJECTS)]
    return sum(low <= 0.5 <= high for low, high in found), float(np.mean([high - low for low, high in found]))


@pytest.mark.parametrize(("takes", "people"), [(40, 4), (80, 8), (48, 12), (120, 20)])
def test_on_noise_the_interval_holds_one_half_in_at_least_180_of_200_projects(takes: int, people: int) -> None:
    honest, width = covered(by_takes, takes, people)
    assert honest >= 180
    assert width < 0.6  # an interval that says nothing would hold everything
    assert covered(by_windows, takes, people)[0] < 150  # the same test refuses an interval that counts windows


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (2, 2, 0.3424, 1),
    ],
)
def test_wilson_is_the_one_of_the_books(successes: int, trials: int, low: float, high: float) -> None:
    """81 of 263 is the example of R. G. Newcombe, Statistics in Medicine 17, 1998, table I."""
    assert wilson(successes, trials) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_over_people_is_students() -> None:
    shares = np.asarray([0.6, 0.7, 0.8, 0.9, 0.75])
    reach = 2.776445 * shares.std(ddof=1) / np.sqrt(5)  # t of 4 degrees of freedom at 97.5 %
    assert mean_interval(shares) == pytest.approx((0.75 - reach, 0.75 + reach), abs=1e-6)
    assert mean_interval(np.asarray([0.2, 1.0, 1.0, 1.0, 1.0]))[1] == 1.0
    assert mean_interval(np.ones(5)) == wilson(5, 5)  # not from 100 % to 100 %


def test_windows_of_one_take_count_once_and_five_people_are_counted_instead_of_takes() -> None:
    takes = np.repeat(np.arange(12), 100).astype(np.int64)
    right = takes % 2 == 0
    four = accuracy_interval(right, takes, {take: f"p{take % 4}" for take in range(12)})
    assert four is not None
    assert (four.counted, four.takes) == ("takes", 12)
    assert (four.low, four.high) == wilson(6, 12)
    five = accuracy_interval(right, takes, {take: f"p{take % 5}" for take in range(12)})
    assert five is not None
    assert five.counted == "people"
    nameless = accuracy_interval(right, takes, {take: f"p{take % 5}" for take in range(11)})
    assert nameless is not None
    assert nameless.counted == "takes"
    assert accuracy_interval(right[:0], takes[:0], {}) is None


def test_the_interval_reaches_to_the_figure_beside_it_when_takes_have_different_lengths() -> None:
    takes = np.concatenate([np.repeat(0, 1000), np.arange(1, 10)]).astype(np.int64)
    found = accuracy_interval(takes > 0, takes, {})
    assert found is not None
    assert found.low <= (takes > 0).mean() <= found.high


def test_below_ten_tested_takes_nothing_can_be_told() -> None:
    assert too_few_text(1) == "too few to tell: 1 take"
    assert too_few_text(9) == "too few to tell: 9 takes"
    assert too_few_text(10) == too_few_text(0) == ""
