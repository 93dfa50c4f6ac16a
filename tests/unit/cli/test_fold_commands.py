"""`tinylab evaluate --folds`: everybody is left out once, the figures are the folds', and the file stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fakes.lent_worker import Lent

from tinylab.workers.client import WorkerClient


def test_people_are_left_out_and_nothing_is_stored(
    project: Path, tinylab: Any, worker: WorkerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinylab.workflow.session.WorkerClient", lambda: Lent(worker))
    before = project.read_bytes()
    found = tinylab("evaluate", "--project", project, "--folds", "subject", "--count", 2, "--json").json
    assert (found["by"], len(found["folds"])) == ("subject", 2)
    assert found["seeds"]["accuracies"] == [found["accuracy"]["int8"]]
    assert set(found["people"]) == {f"subject {n}" for n in range(5)}
    assert found["worst"] == min(fold["accuracy"] for fold in found["folds"])
    assert found["accuracy_low"] <= found["accuracy"]["int8"] <= found["accuracy_high"]
    assert sum(map(sum, found["confusion"]["int8"])) == found["windows"]
    assert project.read_bytes() == before


def test_a_run_is_judged_by_folds_and_its_network_learns_from_everybody(
    project: Path, tinylab: Any, worker: WorkerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinylab.workflow.session.WorkerClient", lambda: Lent(worker))
    few = ["--family", "dense", "--epochs", 2, "--width", 4, "--count", 2]
    found = tinylab("train", "--project", project, "--folds", "subject", *few, "--json").json
    assert (found["split"], found["folds"]["by"], len(found["folds"]["folds"])) == ("folds", "subject", 2)
    assert found["test"]["subjects"] == 5 and found["test_takes"] == 20, "everybody is tested"
    assert found["validation"]["accuracy"] == found["accuracy"]["int8"], "it is chosen by the same answers"
    assert sum(map(sum, found["confusion"]["int8"])) == found["test"]["windows"] == found["litert"]["windows"]
    assert {row["name"] for row in found["baselines"]} >= {"majority", "threshold_rule"}
    assert tinylab("evaluate", "--project", project, "--json").json == found, "as it is stored"


def test_a_count_without_folds_is_refused(project: Path, tinylab: Any) -> None:
    for command in (["evaluate", "--count", 3], ["evaluate", "--seeds", 3], ["train", "--count", 3]):
        said = tinylab(*command, "--project", project)
        assert said.code == 1
        assert "--folds subject" in said.err
