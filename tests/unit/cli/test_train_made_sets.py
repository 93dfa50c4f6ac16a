"""`tinylab train` on the five made sets: nothing is chosen but the project, and what was done to the takes is said.

The suite trains one of them, and that a small network; a full run all, with the default one. What becomes of the takes
of the others is in tests/unit/workflow/test_made_sets.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.lent_worker import Lent
from fakes.made_sets import PEOPLE, SETS, write_projects
from trials import FULL

from tinylab.data.project import Project
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.int8_said import MANY_WINDOWS, MAY_LOSE

QUICK = (
    () if FULL else ("--family", "dense", "--width", "8", "--epochs", "4", "--learning-rate", "0.02", "--keep", "best")
)
SAID = {
    "short gestures": "stretches are shorter than the window: they were centred on their movement, their ends held.",
    "a label of one person": "“knock” is learned and not tested: it has too few recordings or people.",
    "26 and 50 Hz": "40 takes were brought to 50 Hz.",
    "2 and 8 g": "Takes with ranges of ±2, ±8 g were brought to ±4 g.",
    "1 and 60 s": "100 stretches are shorter than the window",
}


@pytest.fixture
def trained(tinylab: Any, worker: WorkerClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr("tinylab.workflow.session.WorkerClient", lambda: Lent(worker))

    def train(name: str) -> tuple[Path, Any]:
        (path,) = write_projects(tmp_path, [name])
        said = tinylab("train", "--project", path, *QUICK, "--json")
        assert said.code == 0, said.err
        return path, said.json

    return train


@pytest.mark.parametrize("name", SETS if FULL else ["26 and 50 Hz"])
def test_each_made_set_is_trained_and_what_was_done_is_said(name: str, trained: Any) -> None:
    path, figures = trained(name)
    assert SAID[name] in " ".join([figures["sentence"], *figures["notes"]])
    assert figures["untested"] == (["knock"] if name == "a label of one person" else [])
    assert not any("alone tells the labels apart" in each for each in figures["cautions"])
    assert figures["split"] == "subject"
    assert not figures["skipped"]
    assert figures["accuracy"]["int8"] > (0.8 if FULL else 0.4) > 1.2 * figures["accuracy"]["majority"]
    lost, windows = figures["accuracy"]["float32"] - figures["accuracy"]["int8"], figures["test"]["windows"]
    within = lost <= MAY_LOSE if windows >= MANY_WINDOWS else round(lost * windows) <= 1
    assert within != any("gives away" in each for each in figures["cautions"])
    project = Project.open(path, read_only=True)
    (run,) = project.runs.all()[0]
    assert {member[3] for member in run.outcome["members"]} == {f"person {n + 1}" for n in range(PEOPLE)}
    if FULL:
        assert run.settings["network"] == json.loads(json.dumps(NetworkPlan().to_json()))
    project.close()
