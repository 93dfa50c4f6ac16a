"""What int8 gives away is said where it is too much, everywhere a run speaks, and how the int8 network was made."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.training_lab import lab_of
from trials import FULL

from tinylab.data.project import Project
from tinylab.evaluation.metrics import Metrics, measure
from tinylab.ui.formats import read_first
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.int8_said import lost_by_int8, way_notes
from tinylab.workflow.training.run_file import restore_all
from tinylab.workflow.training.runs import TrainedRun


def metrics(right: int, windows: int) -> Metrics:
    truth = np.arange(windows) % 2
    answers = np.where(np.arange(windows) < right, truth, 1 - truth)
    return measure(truth, answers, ("a", "b"), 0)


@pytest.mark.parametrize(
    ("windows", "float32", "int8", "said"),
    [
        (1000, 900, 890, False), (1000, 900, 889, True), (4000, 3000, 2961, False), (4000, 3000, 2959, True),
        (999, 900, 899, False), (999, 900, 898, True), (20, 18, 17, False), (20, 18, 16, True), (20, 16, 18, False),
    ],
)  # fmt: skip
def test_a_hundredth_of_many_windows_or_one_of_few_may_be_lost(
    windows: int, float32: int, int8: int, said: bool
) -> None:
    sentence = lost_by_int8(metrics(float32, windows), metrics(int8, windows))
    assert bool(sentence) == said
    assert not said or f"gives away {float32 - int8} of {windows} windows" in sentence


def test_it_is_said_in_the_figures_and_in_the_window_before_all_else(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    lab = lab_of(Project.open(path), worker)
    (run,) = lab.training.runs
    windows = run.int8.windows
    weak = replace(run, float32=metrics(windows, windows), int8=metrics(windows - 3, windows), baselines=())
    assert "gives away 3 of" in weak.figures().to_json()["cautions"][0]
    assert "gives away 3 of" in read_first(weak)
    assert not any("gives away" in each for each in run.said_first)
    lab.document.close()


class Otherwise:
    """The worker, which says that it made the int8 network in another way."""

    def __init__(self, worker: WorkerClient, way: str) -> None:
        self._worker, self._way = worker, way
        self.ready, self.tired = True, False
        self.truths: list[np.ndarray] = []

    def warm_up(self) -> None:
        """It is awake."""

    def ask(self, request: messages.Request, answer: type, **how: object) -> object:
        found = self._worker.ask(request, answer, **how)  # type: ignore[arg-type]
        if isinstance(request, messages.Quantize):
            self.truths.append(request.truth)
            return replace(found, way=self._way)
        return found


def test_the_usual_way_is_not_worth_a_word() -> None:
    assert way_notes("converted") == ()
    assert "no room for the strongest" in way_notes("usual")[0]


@pytest.mark.skipif(not FULL, reason="trains for two seconds")
def test_how_the_int8_network_was_made_is_noted_and_kept(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    other = Otherwise(worker, "aware")
    lab = lab_of(Project.open(path), other)  # type: ignore[arg-type]
    settings = lab.training.settings
    quick = replace(settings, network=replace(settings.network, family="dense", epochs=1))
    run = lab.training.train(quick).result(60)
    assert "knowing its rounding" in run.notes[-1]
    (truth,) = other.truths
    assert 0 < len(truth) <= 1000
    stored: list[TrainedRun] = restore_all(lab.document.open_project().runs.all()[0])[0]
    assert stored[-1].notes == run.notes
    lab.document.close()
