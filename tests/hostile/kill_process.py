"""Makes one attempt after another: a process edits, records or imports, and is killed; then it must be what it was.

Edits of all kinds, undo, redo, and a take that is recorded meanwhile with marks in it, in any order. Half of the
attempts kill themselves at a line of the data layer that the number names, the others are killed from outside while the
next step is carried out, so also inside of SQLite.
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
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from fakes.edit_sequences import NAMES, Sequence
from fakes.projects import dump

import tinylab.data
from tinylab.data.editing.edits import EDITS, AddTakes, SetSetting
from tinylab.data.project import Project
from tinylab.data.storage.schema import PIECES
from tinylab.exchange.found import Choices
from tinylab.exchange.menu import read_path

SEED = 11
_EDITS = 300  # more than any attempt lives to see
_MARKED = 5  # samples of a mark; each block has more
_BLOCK = 10  # samples that may be stored, or not yet reported
_MOST_LINES = 15_000  # of the data layer, before an attempt kills itself
_NOT_COMPARED = ("signals", "chunks", "open_takes")  # of a take that was being recorded, and of what a redo may want
_SOURCES = str(Path(tinylab.data.__file__).parent)


@dataclass(frozen=True)
class Report:
    """What the process has said that there is."""

    steps: int  # that can be undone
    state: str  # a digest of all that edits change
    signal: int = 0  # of the take that is being recorded; 0 where there is none
    samples: int = 0  # of it that were stored
    marks: int = 0

    @property
    def line(self) -> bytes:
        return f"{self.steps} {self.state} {self.signal} {self.samples} {self.marks}\n".encode()

    @classmethod
    def of(cls, line: str) -> Report:
        steps, state, *rest = line.split()
        return cls(int(steps), state, *map(int, rest))


class Steps(Sequence):
    """Edits that are a step of undo each, steps back and forth, and takes with marks."""

    def any_step(self, choose: Any) -> None:
        """One of all; recording is as likely as five kinds of edits."""
        more = (self.record, self.record, self.record, self.mark, self.mark, self.undo, self.redo)
        kind = choose(len(EDITS) + len(more))
        if kind < len(EDITS):
            self.step(kind, choose)
        else:
            more[kind - len(EDITS)](choose)

    def mark(self, choose: Any) -> None:
        """Label what came last of the running take."""
        if self.writer is not None and self.writer.span >= _MARKED and not self.writer.over:
            self.writer.mark(NAMES[choose(len(NAMES))], self.writer.span - _MARKED, self.writer.span)

    def undo(self, _choose: Any) -> None:
        self.project.undo()

    def redo(self, _choose: Any) -> None:
        self.project.redo()

    def report(self, path: Path) -> Report:
        """What there is now."""
        writer = self.writer
        if writer is None:
            return Report(*state_of(path))
        return Report(*state_of(path), writer.signal_id, writer.sequence.stored, len(writer.marks))

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
    states, last = watch(pid, reading, source.randrange(1, 30) if outside else 0)
    _, status = os.waitpid(pid, 0)
    if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        return f"the process ended by itself, status {status}"
    return check(path, states, last)


def work(path: Path, seed: int, writing: int, last_line: int, files: Path | None) -> None:
    """Carry out steps until somebody or the line kills this process; says before each what there is."""
    try:
        choose = random.Random(seed).randrange
        if last_line:
            sys.settrace(_Killer(last_line).trace)
        project = Project.open(path)
        sequence = Steps(project)
        for _ in range(_EDITS):
            report = sequence.report(path)
            os.write(writing, report.line)
            if files is None:
                sequence.any_step(choose)
            else:
                found = read_path(files, Choices(subject=f"s{report.steps}"))
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


def watch(pid: int, reading: int, kill_after: int) -> tuple[dict[int, str], Report | None]:
    """What there was at each step of undo, and the last report; kills the process after some where that is wanted."""
    states: dict[int, str] = {}
    last = None
    with os.fdopen(reading, encoding="ascii") as lines:
        for line in lines:
            last = Report.of(line)
            # What was undone and not done again is another past as soon as something else is done.
            states = {steps: state for steps, state in states.items() if steps < last.steps} | {last.steps: last.state}
            kill_after -= 1
            if kill_after == 0:
                os.kill(pid, signal.SIGKILL)
    return states, last


def check(path: Path, states: dict[int, str], last: Report | None) -> str:
    """Reopen, undo everything: each state that was reported must come back; then redo as much."""
    with closing(Project.open(path)) as project:
        why = there(project, path, last) or back_and_forth(project, path, states)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    return why or ("" if found == [("ok",)] else f"integrity check: {found}")


def there(project: Project, path: Path, last: Report | None) -> str:
    """Why what was reported last is not there, or nothing."""
    if project.problems or project.headers()[1]:
        return f"problems: {project.problems} {project.headers()[1]}"
    if last is None:
        return ""
    steps = state_of(path)[0]
    # The step that was carried out, back or forth, may be there or not, and the take that was recorded is a step.
    if not last.steps - 1 <= steps <= last.steps + 2:
        return f"{steps} steps, but {last.steps} had been done"
    return running_take(project, last)


def back_and_forth(project: Project, path: Path, states: dict[int, str]) -> str:
    """Why undoing everything does not give what was there at each step, or redoing it not the end; or nothing."""
    steps, after = state_of(path)
    undone = steps
    while steps:
        if states.get(steps, state := state_of(path)[1]) != state:
            return f"after undoing back to step {steps} it is not what it was"
        if project.undo() is None:
            return f"nothing to undo at step {steps}"
        steps -= 1
    for _ in range(undone):
        project.redo()
    return "" if state_of(path)[1] == after else "redoing all does not give the end"


def running_take(project: Project, last: Report) -> str:
    """Why the take that was being recorded is not there as far as it was reported, or nothing."""
    if not last.samples:
        return ""
    takes = {piece.take_id: piece for piece in project._database.rows(PIECES, "signal_id = ?", (last.signal,))}
    if not takes:
        return f"the take of signal {last.signal} is gone"
    samples = sum(piece.count for piece in takes.values())
    if not last.samples <= samples <= last.samples + _BLOCK:
        return f"{samples} samples of the running take, but {last.samples} had been stored"
    marks = sum(len(project.regions(take_id)) for take_id in takes)
    return "" if last.marks <= marks <= last.marks + 1 else f"{marks} regions, but {last.marks} had been marked"


def state_of(path: Path) -> tuple[int, str]:
    """(steps that can be undone, a digest of all that edits change)."""
    tables = dump(path, journal=True)
    steps = sum(1 for row in tables["journal"] if not row[-1])
    kept = {name: rows for name, rows in tables.items() if name not in (*_NOT_COMPARED, "journal", "changes")}
    return steps, hashlib.sha256(repr(kept).encode("utf-8", "surrogatepass")).hexdigest()


if __name__ == "__main__":
    main()
