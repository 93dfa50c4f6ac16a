"""Makes one attempt after another: a process edits a project, or imports, and is killed; then it must be what it was.

Half of the attempts kill themselves at a line of the data layer that the number names, the others are killed from
outside while the next edit is carried out, so also inside of SQLite.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import traceback
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

from fakes.edit_sequences import Sequence
from fakes.projects import dump

import tinylab.data
from tinylab.data.editing.edits import EDITS, AddTakes, SetSetting
from tinylab.data.project import Project
from tinylab.exchange.found import Choices
from tinylab.exchange.menu import read_path

SEED = 11
_EDITS = 300  # more than any attempt lives to see
_MOST_LINES = 15_000  # of the data layer, before an attempt kills itself
_NOT_COMPARED = ("signals", "chunks", "open_takes")  # of a take that was being recorded, and of what a redo may want
_SOURCES = str(Path(tinylab.data.__file__).parent)


class Steps(Sequence):
    """Edits that are a step of undo each."""

    def setting(self, choose: Any) -> SetSetting:
        edit = super().setting(choose)
        return SetSetting(edit.name, edit.value)


def main() -> None:
    """Standard output belongs to the answers."""
    base, files = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    for line in sys.stdin:
        number = int(line)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(shutil.copy(base, folder))
            try:
                wrong = attempt(number, path, files)
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                wrong = traceback.format_exc()[-1500:]
            sys.stdout.write(json.dumps({"done": f"kill {number}", "wrong": wrong}) + "\n")
            sys.stdout.flush()


def attempt(number: int, path: Path, files: Path | None) -> str:
    """Why the project is not what it was, or nothing; with `files` these are imported instead of edits made."""
    source = random.Random(f"{SEED} {number}")
    outside = number % 2
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        work(path, source.getrandbits(32), writing, 0 if outside else source.randrange(1, _MOST_LINES), files)
    os.close(writing)
    states = watch(pid, reading, source.randrange(1, 30) if outside else 0)
    _, status = os.waitpid(pid, 0)
    if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        return f"the process ended by itself, status {status}"
    return check(path, states)


def work(path: Path, seed: int, writing: int, last_line: int, files: Path | None) -> None:
    """Carry out steps until somebody or the line kills this process; says before each what there is."""
    try:
        choose = random.Random(seed).randrange
        if last_line:
            sys.settrace(_Killer(last_line).trace)
        project = Project.open(path)
        sequence = Steps(project)
        for _ in range(_EDITS):
            steps, state = state_of(path)
            os.write(writing, f"{steps} {state}\n".encode())
            if files is None:
                sequence.step(choose(len(EDITS)), choose)
            else:
                found = read_path(files, Choices(subject=f"s{steps}"))
                project.do(AddTakes(found.recordings, "import", found.parts))
    except BaseException:  # noqa: BLE001 - the parent tells it
        traceback.print_exc()
    os._exit(3)


class _Killer:
    """Kills the process at the n-th line that it comes to in the data layer."""

    def __init__(self, left: int) -> None:
        self._left = left

    def trace(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_SOURCES):
            return None
        if event == "line":
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def watch(pid: int, reading: int, kill_after: int) -> dict[int, str]:
    """What there was at each step of undo; kills the process after some of them where that is asked for."""
    states: dict[int, str] = {}
    with os.fdopen(reading, encoding="ascii") as lines:
        for line in lines:
            steps, state = line.split()
            states[int(steps)] = state
            kill_after -= 1
            if kill_after == 0:
                os.kill(pid, signal.SIGKILL)
    return states


def check(path: Path, states: dict[int, str]) -> str:
    """Reopen, undo everything: each state that was reported must come back; then redo everything."""
    with closing(Project.open(path)) as project:
        steps, after = state_of(path)
        # The edit that was carried out may be there or not, and the take that was being recorded is a step.
        if states and not max(states) <= steps <= max(states) + 2:
            return f"{steps} steps, but {max(states)} had been done"
        if project.problems or project.headers()[1]:
            return f"problems: {project.problems} {project.headers()[1]}"
        while steps:
            if states.get(steps, state := state_of(path)[1]) != state:
                return f"after undoing back to step {steps} it is not what it was"
            if project.undo() is None:
                return f"nothing to undo at step {steps}"
            steps -= 1
        while project.redo() is not None:
            pass
        if state_of(path)[1] != after:
            return "redoing all does not give the end"
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    return "" if found == [("ok",)] else f"integrity check: {found}"


def state_of(path: Path) -> tuple[int, str]:
    """(steps that can be undone, a digest of all that edits change)."""
    tables = dump(path, journal=True)
    steps = sum(1 for row in tables["journal"] if not row[-1])
    kept = {name: rows for name, rows in tables.items() if name not in (*_NOT_COMPARED, "journal", "changes")}
    return steps, hashlib.sha256(repr(kept).encode("utf-8", "surrogatepass")).hexdigest()


if __name__ == "__main__":
    main()
