"""Takes that are too short for a window: the notice has one button, and it trains with windows that fit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.projects import take
from fakes.training_lab import FAKE_WORKER, Lab, lab_of

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.workers.client import WorkerClient
from tinylab.workflow.notices import Notice
from tinylab.workflow.training.runs import TrainSettings, fitting_window

Make = Callable[..., Lab]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Make]:
    """A project whose takes last as long as one says, in s at 100 Hz."""
    client = WorkerClient((sys.executable, str(FAKE_WORKER), "fails"))
    made: list[Lab] = []

    def make(*seconds: float) -> Lab:
        project = Project.create(tmp_path / "lab.tinylab")
        takes = tuple(take(label, round(s * 100)) for label in ("wave", "rest") for s in seconds)
        project.do(AddTakes(takes, "fill"))
        made.append(lab_of(project, client))
        return made[-1]

    with closing(client):
        yield make
    for each in made:
        each.document.close()


def about_windows(lab: Lab) -> Notice:
    """The notice with a button that makes windows shorter."""
    (found,) = [notice for notice in lab.notices.shown if notice.actions]
    return found


@pytest.mark.usefixtures("expects_unforeseen")  # the worker of this test always fails
def test_one_press_trains_with_windows_that_fit(lab: Make) -> None:
    short = lab(1.27, 1.5)
    assert short.training.settings.windows.window_s == 2.0
    short.training.train()
    short.end()
    (action,) = about_windows(short).actions
    assert action.label == "Train with 1.2 s windows"
    action.act()
    assert short.training.busy
    assert short.training.settings.windows.window_s == 1.2
    assert short.training.settings.windows.stride_s == 0.5
    short.end()


def test_takes_that_are_shorter_than_any_window_get_no_button(lab: Make) -> None:
    tiny = lab(0.15)
    tiny.training.train()
    tiny.end()
    assert [notice.actions for notice in tiny.notices.shown] == [()]


@pytest.mark.parametrize(
    ("seconds", "window_s", "stride_s"), [(1.0, 1.0, 0.5), (0.99, 0.9, 0.45), (0.2, 0.2, 0.1), (2.0, None, None)]
)
def test_a_fitting_window_is_as_long_as_the_shortest_take(
    seconds: float, window_s: float | None, stride_s: float | None
) -> None:
    settings = TrainSettings()
    headers = [take("wave", 300).header, take("wave", round(seconds * 100)).header]
    found = fitting_window(settings, headers)
    if window_s is None or stride_s is None:
        assert found is None
    else:
        assert found == replace(settings, windows=replace(settings.windows, window_s=window_s, stride_s=stride_s))
