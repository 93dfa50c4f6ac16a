"""A small project that has something of everything, as a file that mutations start from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from fakes.projects import block, evidence, planned, take

from tinylab.data.editing.edits import (
    AddLabel,
    AddRegion,
    AddTakes,
    Merge,
    Relabel,
    SetNote,
    SetSetting,
    SplitAt,
    Trash,
    Trim,
)  # fmt: skip
from tinylab.data.project import Project


def make(path: Path, *, closed: bool = True) -> None:
    """Takes that were trimmed, split, merged, trashed and recorded; regions, runs, steps to undo and to redo."""
    project = Project.create(path)
    project.do(AddTakes(tuple(take(f"label {n % 3}", 200, subject=f"s{n % 4}") for n in range(8)), "import folder"))
    record(project)
    project.do(AddRegion(2, "peak", 20, 60))
    project.do(SplitAt(2, (50, 120)))
    project.do(Trim(1, 10, 150))
    project.do(Merge((4, 7)))
    project.do(Trash((5,)))
    project.do(AddLabel("not yet recorded"))
    project.do(SetSetting("sampling", {"rate_hz": 50, "range_g": 2}))
    project.do(SetNote(3, "a note"))
    project.do(Relabel((6, 8), "new"))
    for _ in range(2):
        project.undo()
    for number in range(2):
        outcome = {"accuracy": 0.5, "history": [[1, 2.5, None]], "labels": ["a", "b"]}
        project.runs.add({"epochs": number}, outcome, bytes(3000), b"TFL3" * 400, evidence(40))
    begun = project.begin_take(planned(asked=400))
    for first in range(0, 100, 10):
        begun.add(block(first))
    if closed:
        project.close()
    else:
        os._exit(0)  # as SIGKILL: the log stays beside the file


def record(project: Project) -> None:
    """A take with a gap and overruns, which ended early."""
    writer = project.begin_take(planned(asked=300))
    for first, overruns in ((1000, 7), (1010, 7), (1030, 10), (1040, 10)):
        writer.add(block(first, overruns=overruns))
    writer.end("The board was unplugged.")
    writer.finish()


if __name__ == "__main__":
    make(Path(sys.argv[1]), closed=False)
