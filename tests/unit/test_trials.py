"""The helper of the long trials: a fixed sample in the suite, everything in a full run, which goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import trials


def attempted(numbers: list[int], failing: frozenset[int] = frozenset(), stop_at: int | None = None) -> trials.Attempts:
    """Attempts that note their numbers."""

    def attempt(number: int) -> str:
        if number == stop_at:
            raise KeyboardInterrupt
        numbers.append(number)
        return "it broke" if number in failing else ""

    return trials.one_by_one(attempt)


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(trials, "FULL", True)
    monkeypatch.setattr(trials, "FOLDER", tmp_path)
    return tmp_path


def test_the_suite_runs_the_same_one_in_twenty_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "FULL", False)
    runs: list[list[int]] = [[], []]
    for numbers in runs:
        trials.run_trial("x", count=201, seed=1, attempts=attempted(numbers))
    assert runs[0] == runs[1]
    assert len(runs[0]) == len(set(runs[0])) == 11
    with pytest.raises(AssertionError, match=rf"x: 1 attempts failed\nattempt {runs[0][3]}: it broke"):
        trials.run_trial("x", count=201, seed=1, attempts=attempted([], frozenset(runs[0][3:4])))


def test_a_full_run_that_was_broken_off_goes_on_where_it_was(full: Path) -> None:
    numbers: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        trials.run_trial("a b", count=100, seed=1, attempts=attempted(numbers, stop_at=50))
    assert json.loads((full / "trials.json").read_text())[0]["tried"] == 40
    with pytest.raises(AssertionError, match="a b: 1 attempts failed"):
        trials.run_trial("a b", count=100, seed=1, attempts=attempted(numbers, frozenset({70})))
    assert sorted(set(numbers)) == list(range(100))
    (answer,) = json.loads((full / "trials.json").read_text())
    assert {key: answer[key] for key in ("name", "tried", "failed", "seed")} == {
        "name": "a b", "tried": 100, "failed": 1, "seed": 1,
    }  # fmt: skip
    assert answer["seconds"] >= 0


def test_a_whole_run_and_one_of_other_sources_begin_anew(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, state in enumerate(("s", "s", "t")):
        monkeypatch.setattr(trials, "_state", lambda state=state: state)
        numbers: list[int] = []
        trials.run_trial("a", count=30, seed=1, attempts=attempted(numbers))
        assert numbers == list(range(30)), number
    with pytest.raises(KeyboardInterrupt):
        trials.run_trial("a", count=30, seed=1, attempts=attempted([], stop_at=25))
    monkeypatch.setattr(trials, "_state", lambda: "u")
    numbers = []
    trials.run_trial("a", count=30, seed=1, attempts=attempted(numbers))
    assert numbers == list(range(30))
    trials.run_trial("b", count=1, seed=2, attempts=attempted([]))
    assert [each["name"] for each in json.loads((full / "trials.json").read_text())] == ["a", "b"]


def test_attempts_may_come_in_any_order(full: Path) -> None:
    def backwards(numbers: Sequence[int]) -> list[tuple[int, str]]:
        return [(number, "") for number in reversed(numbers)]

    trials.run_trial("a", count=45, seed=1, attempts=backwards)
    assert json.loads((full / "trials.json").read_text())[0]["tried"] == 45
