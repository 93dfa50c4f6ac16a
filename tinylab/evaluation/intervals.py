"""How far an accuracy may lie from the truth: 95 % intervals that count takes or people, never overlapping windows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tinylab.text import ntr, tr

Counted = Literal["takes", "people"]
FEWEST_TAKES: Final = 10  # with fewer tested takes a figure may be chance, whatever it is
FEWEST_PEOPLE: Final = 5  # from here on people are counted: takes of one person resemble each other
_Z = 1.959963984540054  # the 97.5th percentile of the normal distribution


@dataclass(frozen=True, slots=True)
class AccuracyInterval:
    """Where the accuracy on people and takes like the tested ones lies, in 95 of 100 projects."""

    low: float  # 0…1
    high: float  # 0…1
    counted: Counted  # what was counted as independent
    takes: int  # that were tested

    def __str__(self) -> str:
        """“71.2 to 92.4 %”."""
        return tr("{low:.1f} to {high:.1f} %", low=self.low * 100, high=self.high * 100)


def certainty(interval: AccuracyInterval | None, takes: int) -> str:
    """How sure an accuracy on `takes` tested takes is, in a sentence or two; None: no interval was kept."""
    if interval is None:
        said = tr("There is no interval: an older TinyLab kept none of the windows of this test.")
    elif interval.counted == "people":
        said = tr("Its 95 % interval is {interval}, by how the tested people differ.", interval=interval)
    else:
        said = ntr(
            "Its 95 % interval is {interval}, by 1 tested take.",
            "Its 95 % interval is {interval}, by {count} tested takes.",
            takes,
            interval=interval,
        )
    few = tr("That is too few to tell; at least {n} takes should stay unseen.", n=FEWEST_TAKES)
    return f"{said} {few}" if too_few_text(takes) else said


def too_few_text(takes: int) -> str:
    """“too few to tell: 2 takes” below FEWEST_TAKES tested takes; empty from there on, and where it is not known."""
    if not 0 < takes < FEWEST_TAKES:
        return ""
    return ntr("too few to tell: 1 take", "too few to tell: {count} takes", takes)


def accuracy_interval(
    right: npt.NDArray[np.bool_], take_ids: npt.NDArray[np.int64], people: Mapping[int, str]
) -> AccuracyInterval | None:
    """The 95 % interval of an accuracy; None without a window.

    `right` and `take_ids`, shape (windows,): whether each test window was answered rightly, and which take it was cut
    from. `people`: who performed a take. Windows of one take overlap and resemble each other, so a take counts once,
    with the share of its windows that are right: Wilson's interval with n = takes and k = the sum of those shares.
    Where at least FEWEST_PEOPLE people performed the takes, it is Student's interval of the mean over the people's
    accuracies. Either reaches at least to the accuracy over all windows, which is the figure that stands beside it.
    """
    if not len(right):
        return None
    takes = np.unique(take_ids)
    names = [people.get(int(take), "") for take in takes]
    if all(names) and len(set(names)) >= FEWEST_PEOPLE:
        persons = np.asarray(names)[np.searchsorted(takes, take_ids)]
        counted: Counted = "people"
        low, high = mean_interval(_shares(right, persons))
    else:
        counted = "takes"
        low, high = wilson(float(_shares(right, take_ids).sum()), len(takes))
    shown = float(right.mean())
    return AccuracyInterval(min(low, shown), max(high, shown), counted, len(takes))


def _shares(right: npt.NDArray[np.bool_], groups: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """The share of right windows in each group, shape (groups,)."""
    _, numbers = np.unique(groups, return_inverse=True)
    return np.bincount(numbers, weights=right) / np.bincount(numbers)


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a share, 0…1 (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, pp. 209–212).

    `successes` may be broken: a take of which half the windows are right is half a success.
    """
    share, square = successes / trials, _Z * _Z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    reach = _Z / (1 + square / trials) * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def mean_interval(shares: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Student's 95 % interval of the mean of several shares, clipped to 0…1 (“Student”, Biometrika 6, 1908).

    Where all shares are the same nothing is known of how they differ, and Wilson's interval with n = shares is taken.
    """
    from scipy.special import stdtrit  # the inverse of Student's t, as scipy.stats.t.ppf; quicker to import

    count, mean = len(shares), float(shares.mean())
    deviation = float(shares.std(ddof=1))
    if deviation < 1e-12:  # equal but for rounding
        return wilson(mean * count, count)
    reach = float(stdtrit(count - 1, 0.975)) * deviation / math.sqrt(count)
    return max(0.0, mean - reach), min(1.0, mean + reach)
