"""A test is opened on purpose, looks at the same takes are counted, and runs have names."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.training_lab import Lab, lab_of

from tinylab.data.project import Project
from tinylab.ui.formats import figures
from tinylab.ui.run_texts import closed_words, how_it_ended, run_words
from tinylab.workers.client import WorkerClient
from tinylab.workflow.notices import NoticeAction, Notices
from tinylab.workflow.task import Task
from tinylab.workflow.training.kept_runs import KeptRuns
from tinylab.workflow.training.result_notice import say_trained
from tinylab.workflow.training.run_file import restore
from tinylab.workflow.training.run_states import RunEvent
from tinylab.workflow.training.runs import BY_FOLDS, FEW_LOOKS, INT8, TrainedRun
from tinylab.workflow.training.training_job import Finished


@pytest.fixture
def stored(trained_project: Path, tmp_path: Path) -> Project:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    return Project.open(path)


@pytest.fixture
def lab(stored: Project) -> Lab:
    return lab_of(stored, WorkerClient())


def closed(lab: Lab) -> TrainedRun:
    """The run of the project, as it was before its test was opened."""
    (run,) = lab.training.runs
    run = replace(run, opened=0)
    lab.training.kept.attach([run])
    lab.training.choose(run)
    return run


def test_what_a_closed_test_says_is_nowhere_until_it_is_opened(lab: Lab, stored: Project) -> None:
    run = closed(lab)
    share = f"{100 * run.int8.accuracy:.1f}"
    assert not run.is_open
    assert figures(run, INT8) == ("closed", "–") and share not in run_words(run)
    assert "most frequent" not in " ".join(run.said_first), "nor is it compared with what is simpler"
    notices = Notices()
    say_trained(notices, run, NoticeAction("Evaluate", lambda: None))
    (notice,) = notices.shown
    assert "held back" in notice.message and "open the test" in notice.hint
    assert "held back" in closed_words(run)
    lab.training.open_test()
    opened = lab.training.current
    assert opened is not None and opened.is_open and opened.opened == 1
    assert share in figures(opened, INT8)[0] and share in run_words(opened)
    assert restore(stored.runs.all()[0][0]).opened == 1
    stored.close()


def test_many_looks_at_the_same_takes_are_said_first(lab: Lab, stored: Project) -> None:
    first = closed(lab)
    runs = [replace(first, number=first.number + more) for more in range(FEW_LOOKS + 2)]
    elsewhere = replace(first, number=99, members=tuple(replace(each, side="train") for each in first.members))
    kept: KeptRuns = lab.training.kept
    kept.attach([*runs, elsewhere])
    for run in (*runs, elsewhere):
        kept.not_stored[run.number] = OSError("never stored")  # type: ignore[assignment]
        kept.open_test(run)
    assert [run.opened for run in kept.all] == [*range(1, FEW_LOOKS + 3), 1], "another test is not worn by these"
    said = [any("looks at the same tested takes" in each for each in run.said_first) for run in kept.all]
    assert said == [False] * FEW_LOOKS + [True, True, False]
    kept.open_test(kept.all[0])
    assert kept.all[0].opened == 1, "who opens it twice has looked once"
    stored.close()


def test_the_folds_are_there_to_choose_by(lab: Lab, stored: Project) -> None:
    run = replace(closed(lab), split_kind=BY_FOLDS)
    assert run.is_open
    lab.training.kept.open_test(run)
    assert run.opened == 0, "that is no look at a test"
    stored.close()


def test_a_run_has_a_name_that_stays_with_the_project(lab: Lab, stored: Project) -> None:
    (run,) = lab.training.runs
    lab.training.rename(run, "  wide \n and slow ")
    (named,) = lab.training.runs
    assert named.name == "wide and slow" and lab.training.current is named
    assert "wide and slow" in run_words(named)
    assert restore(stored.runs.all()[0][0]).name == "wide and slow"
    lab.training.rename(named, "")
    assert restore(stored.runs.all()[0][0]).name == ""
    stored.close()


def test_a_run_of_before_is_open(lab: Lab, stored: Project) -> None:
    (row,) = stored.runs.all()[0]
    plain = {name: value for name, value in row.outcome.items() if name not in ("opened", "name")}
    assert restore(replace(row, outcome=plain)).is_open
    stored.close()


def test_after_folds_the_curves_are_the_runs_and_not_the_last_folds(lab: Lab, stored: Project) -> None:
    run = closed(lab)
    seen: list[int] = []
    lab.training.table.changed.subscribe(lambda _: seen.append(len(lab.training.history)))
    for event in (RunEvent.TRAIN, RunEvent.PREPARED, RunEvent.TRAINED):
        lab.training.table.fire(event)
    lab.training.history = []
    evidence = stored.runs.evidence(run.number)
    assert evidence is not None
    made = replace(run, number=2, split_kind=BY_FOLDS)
    lab.training._finished(Finished(made, b"", evidence), Task("test", lab.inbox))
    assert seen[-1] == len(run.history) > 0, "when the page draws the end it draws them"
    assert "after the folds" in how_it_ended(made)
    stored.close()
