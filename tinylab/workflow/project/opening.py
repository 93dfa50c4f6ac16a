"""Opens a project whole before the one that is open is let go: takes, labels, settings and runs are all read first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tinylab.data.editing.label_edits import SetSetting
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import SUFFIX, Project
from tinylab.errors import DataError
from tinylab.exchange.example import NAME as EXAMPLE_NAME
from tinylab.exchange.example import RANGE_G, RATE_HZ, load_example
from tinylab.folders import projects_dir
from tinylab.text import tr
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.training.old_evidence import keep_old_evidence
from tinylab.workflow.training.run_file import restore_all
from tinylab.workflow.training.runs import TrainedRun, with_intervals

SAMPLING = "sampling"  # the setting with rate and range


@dataclass(slots=True)
class Loaded:
    """A project that has been read."""

    contents: Contents
    runs: list[TrainedRun]


def load_project(path: Path, *, read_only: bool = False, take_over: bool = False) -> Loaded:
    """Open and read a project; may be called from any thread. Raises DataError, and then nothing stays open."""
    return _read(Project.open(path, read_only=read_only, take_over=take_over))


def make_project(path: Path) -> Loaded:
    """Make an empty project; raises DataError where there is such a file."""
    path = path if path.suffix else path.with_suffix(SUFFIX)
    with contextlib.suppress(OSError):  # making the file says what is wrong
        path.parent.mkdir(parents=True, exist_ok=True)
    return _read(Project.create(path))


def example_path() -> Path:
    """Where the example project lies."""
    return projects_dir() / f"{EXAMPLE_NAME}{SUFFIX}"


def load_or_make_example(path: Path) -> Loaded:
    """The example project; made from the real recordings where it is not there yet."""
    if path.exists():
        return load_project(path)
    recordings = load_example()
    loaded = make_project(path)
    project = loaded.contents.project
    try:
        project.do(AddTakes(tuple(recordings), tr("load the example")))
        project.do(SetSetting(SAMPLING, {"rate_hz": round(RATE_HZ), "range_g": RANGE_G}, "rate"))
        project.journal.clear()  # it begins with the recordings; there is nothing before them to go back to
        return _read(project)
    except BaseException:
        project.close()
        path.unlink(missing_ok=True)
        raise


def _read(project: Project) -> Loaded:
    try:
        contents = Contents.of(project)
        stored, bad = project.runs.all()
        runs, unreadable = restore_all(stored)
        contents.problems += [*bad, *unreadable]
        if project.copy_of_old is not None:
            keep_old_evidence(project, runs)
        return Loaded(contents, list(_judged(project, runs)))
    except BaseException:
        with contextlib.suppress(Exception):
            project.close()
        raise


def _judged(project: Project, runs: Iterable[TrainedRun]) -> Iterable[TrainedRun]:
    """The runs with how sure their accuracies are; one without evidence that can be read stays as it is."""
    for run in runs:
        try:
            evidence = project.runs.evidence(run.number, with_windows=False)
        except DataError:  # said when the evidence is looked at
            evidence = None
        yield run if evidence is None else with_intervals(run, evidence)
