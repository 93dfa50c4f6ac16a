"""Which test runs which line: recorded once by running the suite (line_recorder.py), then read for the drawing."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mutant import ROOT

FOLDER = ROOT / "build" / "mutants"
_HERE = Path(__file__).resolve().parent
# They look at the sources as text, or would plant faults themselves: no test of what the sources do.
_LEFT_OUT = ("unit/test_guards.py", "unit/test_assertions.py", "unit/test_visible_texts.py", "mutants", "fuzz")
_FIRST_TESTS, _FIRST_S = 25, 10.0  # of a line; four of five faults are noticed by them
_MORE_TESTS, _MORE_S = 60, 25.0
_SHARED = 0.2  # of the slowest test of a file is what one test of it costs beside its own time


@dataclass(frozen=True, slots=True)
class Lines:
    """What was recorded."""

    of_file: dict[str, dict[int, list[int]]]  # file → line → numbers of the tests that run it, not while it is imported
    tests: list[tuple[str, float]]  # node id without parameters, seconds
    slowest: dict[str, float]  # of each file of tests, seconds: what its tests share is made by the first that needs it

    def tests_of(self, file: str, line: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Tests that run a line, its package's first, then the quickest: (some that are tried first, the others)."""
        package = f"/{file.split('/')[1]}/"
        numbers = sorted(
            self.of_file[file].get(line, []), key=lambda each: (package not in self.tests[each][0], self._cost(each))
        )
        first = self._as_many_as_fit(numbers, _FIRST_TESTS, _FIRST_S)
        return first, self._as_many_as_fit(numbers[len(first) :], _MORE_TESTS, _MORE_S)

    def _cost(self, number: int) -> float:
        node, seconds = self.tests[number]
        return seconds + _SHARED * self.slowest[node.split("::")[0]]

    def _as_many_as_fit(self, numbers: Sequence[int], most: int, most_s: float) -> tuple[str, ...]:
        total, found = 0.0, []
        for number in numbers[:most]:
            total += self.tests[number][1]
            if total > most_s:
                break
            found.append(self.tests[number][0])
        return tuple(found)


def read_lines() -> Lines:
    """What `record_lines` wrote, without files that have changed since and tests that are gone.

    Raises FileNotFoundError where it has not been called.
    """
    plain = json.loads((FOLDER / "lines.json").read_text(encoding="utf-8"))
    of_file = {
        file: {int(line): each for line, each in lines.items()}
        for file, lines in plain["lines"].items()
        if _digest(ROOT / file) == plain["digests"][file]
    }
    functions: dict[str, float] = {}  # with all their parameters, whose names may change
    number_of = []
    for node, seconds in plain["tests"]:
        name = node.split("[")[0]
        functions[name] = functions.get(name, 0.0) + seconds
        number_of.append(list(functions).index(name))
    tests = list(functions.items())
    for lines in of_file.values():
        for line, numbers in lines.items():
            lines[line] = sorted({number_of[each] for each in numbers if _is_there(tests[number_of[each]][0])})
    slowest: dict[str, float] = {}
    for node, seconds in tests:
        file = node.split("::")[0]
        slowest[file] = max(slowest.get(file, 0.0), seconds)
    return Lines(of_file, tests, slowest)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


@lru_cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _is_there(node: str) -> bool:
    file, _, function = node.partition("::")
    return f"def {function}(" in _text(ROOT / file)


def record_lines() -> int:
    """Run the suite and write build/mutants/lines.json; returns pytest's exit code. Twice as slow as the suite."""
    search = os.pathsep.join([str(ROOT), str(_HERE), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": search, "QT_QPA_PLATFORM": "offscreen", "TINYLAB_LINES": str(FOLDER)}
    ignored = [f"--ignore=tests/{name}" for name in _LEFT_OUT]
    command = [sys.executable, "-m", "pytest", "-q", "-o", "timeout=900", "-p", "line_recorder", *ignored, "tests"]
    return subprocess.call(command, cwd=ROOT, env=environment)
