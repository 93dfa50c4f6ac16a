"""Tries mutants in a copy of the project: which tests notice them, and which are noticed by none."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from mutant import ROOT, Mutant

KILLED, SURVIVED, TIMEOUT, EQUIVALENT = "killed", "survived", "timeout", "equivalent"
_COPIED = ("tinylab", "tests", "firmware", "resources", "packaging", "pyproject.toml", "README.md", "docs",
           ".clang-format", ".clang-format-ignore")  # fmt: skip
_GRACE_S = 10.0  # a test hangs that takes longer than three times as long as it should, and this
_LONGEST_S = 600.0
_FIRST_GUESS_S = 20.0  # for starting the processes that the tests share
_FAILS = 1  # pytest's exit code
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?::.+?|\S+)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a mutant."""

    outcome: str  # KILLED, SURVIVED or TIMEOUT: a kill by a test that hangs
    by: str  # the test that failed
    seconds: float


class ProjectCopy:
    """A copy of the project in a temporary folder, and the process that runs its tests; a context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tinylab-mutants-", ignore_cleanup_errors=True)
        self.root = Path(self._folder.name)
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.root / name, symlinks=True)
            elif source.exists():
                shutil.copy2(source, self.root / name)
        self._process = self._start()
        self._edits = 0
        self._passing: dict[str, bool] = {}

    def __enter__(self) -> ProjectCopy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def _start(self) -> subprocess.Popen[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TINYLAB_", "PYTEST_"))},
            "PYTHONPATH": str(self.root),
            "QT_QPA_PLATFORM": "offscreen",
            "COLUMNS": "2000",  # so that pytest writes the names of tests whole
        }
        command = [sys.executable, str(self.root / "tests" / "mutants" / "warm_process.py")]
        return subprocess.Popen(
            command, cwd=self.root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def try_out(self, mutant: Mutant, guess_s: float = _FIRST_GUESS_S) -> Verdict:
        """Plant the fault, run its tests, take it out again. `guess_s`: how long they take on sound sources.

        A test that fails without the fault, too, has noticed nothing, and is left out. Raises ValueError where the file
        is not as the mutant says, RuntimeError where its tests cannot be run.
        """
        verdict = self.try_once(mutant, guess_s)
        if verdict.outcome == TIMEOUT:
            code, _, seconds = self.run(mutant.tests, _LONGEST_S)
            if code != 0:
                raise RuntimeError(f"{mutant.name}: its tests fail or hang without the fault")
            return self.try_out(mutant, seconds) if seconds > guess_s else verdict
        if verdict.outcome == KILLED and not self._passes(verdict.by):
            left = tuple(test for test in mutant.tests if test != verdict.by)
            if not left or left == mutant.tests:
                raise RuntimeError(f"{mutant.name}: {verdict.by} fails without the fault")
            return self.try_out(replace(mutant, tests=left), guess_s)
        return verdict

    def try_once(self, mutant: Mutant, guess_s: float = _FIRST_GUESS_S) -> Verdict:
        """The same, for tests that are known to pass without the fault."""
        path = self.root / mutant.file
        sound = path.read_text(encoding="utf-8")
        times = path.stat()
        self._edits += 1
        try:
            path.write_text(mutant.applied(sound), encoding="utf-8")
            # Compiled files are known by the second: an edit must not look like the one before.
            os.utime(path, (times.st_atime, times.st_mtime + self._edits * 2))
            return self._verdict(mutant, guess_s)
        finally:
            path.write_text(sound, encoding="utf-8")
            os.utime(path, (times.st_atime, times.st_mtime))

    def _verdict(self, mutant: Mutant, guess_s: float) -> Verdict:
        code, output, seconds = self.run(mutant.tests, 3 * guess_s + _GRACE_S)
        if code is None:
            return Verdict(TIMEOUT, mutant.tests[0], seconds)
        if code == 0:
            return Verdict(SURVIVED, "", seconds)
        if code < 0:
            return Verdict(KILLED, f"a crash by signal {-code}", seconds)
        found = _FAILED.search(output)
        if found is None:
            raise RuntimeError(f"{mutant.name}: its tests cannot be run\n{output}")
        return Verdict(KILLED, found[1], seconds)

    def _passes(self, test: str) -> bool:
        """Whether a test passes on the sources as they are, or cannot be told by its name alone."""
        if test not in self._passing:
            self._passing[test] = self.run([test], _LONGEST_S)[0] != _FAILS
        return self._passing[test]

    def run(self, tests: Sequence[str], limit_s: float) -> tuple[int | None, str, float]:
        """(pytest's exit code or None where the limit was reached, what it said, seconds)."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"tests": list(tests), "limit_s": limit_s}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["code"], answer["output"], answer["seconds"]
