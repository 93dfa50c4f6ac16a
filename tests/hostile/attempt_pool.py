"""Processes that make attempts; a watchdog ends one that does not answer, and a new one takes its place."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WATCHDOG_S = 30.0  # of the wall clock, on a busy machine; the 5 s that count are measured on the processor's


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    number: int | None = None
    since: float = 0.0


class AttemptPool:
    """Gives numbers to processes of a script and collects their answers; use it as a context manager."""

    def __init__(self, script: Path, *arguments: str, processes: int = 2) -> None:
        paths = os.pathsep.join([str(script.parent), *filter(None, sys.path)])
        self._environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
        self._command = [sys.executable, str(script), *arguments]
        self._workers = [self._start() for _ in range(processes)]

    def __enter__(self) -> AttemptPool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            self._end(worker)

    def attempts(self, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        """(number, why it failed or nothing) of each, as they come."""
        left = list(reversed(numbers))
        while left or any(worker.number is not None for worker in self._workers):
            for worker in self._workers:
                if worker.number is None and left:
                    self._give(worker, left.pop())
            yield from self._answers()

    def _answers(self) -> Iterator[tuple[int, str]]:
        busy = {worker.process.stdout: worker for worker in self._workers if worker.number is not None}
        ready, _, _ = select.select(list(busy), [], [], 0.5)
        for worker in list(busy.values()):
            number = worker.number
            assert number is not None
            if worker.process.stdout in ready:
                assert worker.process.stdout is not None
                line = worker.process.stdout.readline()
                if line:
                    answer = json.loads(line)
                    worker.number = None
                    yield number, f"{answer['done']}: {answer['wrong']}" if answer["wrong"] else ""
                else:
                    yield number, f"the process ended with {worker.process.wait()}"
                    self._replace(worker)
            elif time.monotonic() - worker.since > WATCHDOG_S:
                self._replace(worker)
                yield number, f"no answer within {WATCHDOG_S:.0f} s"

    def _give(self, worker: _Worker, number: int) -> None:
        assert worker.process.stdin is not None
        worker.number, worker.since = number, time.monotonic()
        worker.process.stdin.write(f"{number}\n".encode())
        worker.process.stdin.flush()

    def _start(self) -> _Worker:
        pipe = subprocess.PIPE
        return _Worker(subprocess.Popen(self._command, stdin=pipe, stdout=pipe, env=self._environment))

    def _replace(self, worker: _Worker) -> None:
        self._end(worker)
        self._workers[self._workers.index(worker)] = self._start()

    def _end(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.wait()
        assert worker.process.stdin is not None
        assert worker.process.stdout is not None
        worker.process.stdin.close()
        worker.process.stdout.close()
