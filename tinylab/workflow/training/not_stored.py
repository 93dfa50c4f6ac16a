"""Runs that the project's file did not take, and that stay while the window is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tinylab.errors import TinyLabError
from tinylab.workflow.training.runs import TrainedRun


def free_number(runs: Sequence[TrainedRun]) -> int:
    """A number that none of the runs has."""
    return max((each.number for each in runs), default=0) + 1


def make_way(number: int, runs: list[TrainedRun], not_stored: dict[int, TinyLabError]) -> list[TrainedRun]:
    """The runs, after the file has given a new one this number: one that is not in the file gets another.

    `not_stored`, by number why each of those is not in the file, follows.
    """
    if number not in not_stored:
        return runs
    other = free_number(runs)
    not_stored[other] = not_stored.pop(number)
    return [replace(each, number=other) if each.number == number else each for each in runs]
