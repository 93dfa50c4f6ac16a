"""Trials: one attempt repeated with many fixed seeds. The suite runs a fixed one in twenty of them,
`python packaging/bootstrap.py test --full` all of them.

A full run notes after every few attempts how far it came (build/trials/), so one that was broken off goes on there,
and leaves build/trials.json: a list of {name, tried, failed, seed, seconds}.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FULL = os.environ.get("TINYLAB_TRIALS") == "full"  # set by packaging/bootstrap.py
FOLDER = Path(os.environ.get("TINYLAB_TRIALS_FOLDER", ROOT / "build"))
_ONE_IN = 20
_NOTE_EVERY = 20  # attempts
_MOST_SHOWN = 10

# Takes the numbers of attempts and gives (number, why it failed or nothing), in any order.
Attempts = Callable[[Sequence[int]], Iterable[tuple[int, str]]]


@dataclass
class Progress:
    """How far a trial has come."""

    name: str
    seed: int
    state: str  # of the sources that are tried; what was found out about others does not count
    done: list[int] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # number of the attempt → why
    seconds: float = 0.0


def run_trial(name: str, *, count: int, seed: int, attempts: Attempts) -> None:
    """Carry the attempts out, or a fixed one in twenty; fails with the numbers and reasons of those that failed."""
    if not FULL:
        chosen = random.Random(seed).sample(range(count), -(-count // _ONE_IN))
        failures = {number: why for number, why in attempts(sorted(chosen)) if why}
        assert not failures, _report(name, failures)
        return
    progress = _load(name, seed, count)
    left = sorted(set(range(count)) - set(progress.done))
    for batch in _batches(left):
        began = time.monotonic()
        for number, why in attempts(batch):
            progress.done.append(number)
            if why:
                progress.failures[str(number)] = why
        progress.seconds += time.monotonic() - began
        _save(progress)
    assert not progress.failures, _report(name, {int(number): why for number, why in progress.failures.items()})


def one_by_one(attempt: Callable[[int], str]) -> Attempts:
    """Attempts that are made one after the other by a function of their number."""

    def all_of(numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        for number in numbers:
            yield number, attempt(number)

    return all_of


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _NOTE_EVERY):
        yield numbers[start : start + _NOTE_EVERY]


def _report(name: str, failures: dict[int, str]) -> str:
    shown = [f"attempt {number}: {why}" for number, why in sorted(failures.items())[:_MOST_SHOWN]]
    return "\n".join([f"{name}: {len(failures)} attempts failed", *shown])


def _load(name: str, seed: int, count: int) -> Progress:
    """What an earlier run left; a new beginning where it was whole, or the sources have changed since."""
    new = Progress(name, seed, _state())
    try:
        old = Progress(**json.loads(_place(name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return new
    broken_off = len(old.done) < count
    return old if broken_off and (old.seed, old.state) == (seed, new.state) else new


def _save(progress: Progress) -> None:
    place = _place(progress.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    _write(place, asdict(progress))
    known = [Progress(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(place.parent.glob("*.json"))]
    _write(
        FOLDER / "trials.json",
        [
            {"name": each.name, "tried": len(each.done), "failed": len(each.failures), "seed": each.seed,
             "seconds": round(each.seconds, 1)}
            for each in known
        ],
    )  # fmt: skip


def _write(path: Path, content: object) -> None:
    """All of it or nothing, for the run may be broken off at any time."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(content, indent=1), encoding="utf-8")
    partial.replace(path)


def _place(name: str) -> Path:
    return FOLDER / "trials" / f"{name.replace(' ', '-')}.json"


def _state() -> str:
    digest = hashlib.sha256()
    for folder in (ROOT / "tinylab", ROOT / "tests" / "hostile"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
