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
    assert set(found["people"]) == {f"subject {n}" for n in range(5)}
    assert found["worst"] == min(fold["accuracy"] for fold in found["folds"])
    assert found["accuracy_low"] <= found["accuracy"]["int8"] <= found["accuracy_high"]
    assert sum(map(sum, found["confusion"]["int8"])) == found["windows"]
    assert project.read_bytes() == before


def test_a_count_without_folds_is_refused(project: Path, tinylab: Any) -> None:
    said = tinylab("evaluate", "--project", project, "--count", 3)
    assert said.code == 1
    assert "--folds subject" in said.err
