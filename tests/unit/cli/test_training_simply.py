"""`tinylab train --family tree`: the same object as of a network, and what LiteRT cannot say is not said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tinylab.workers.client import WorkerClient


@pytest.fixture
def takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with takes and a run of a release before; whoever asks for the worker fails."""

    def fail(_client: WorkerClient) -> None:
        raise AssertionError("the worker was asked for")

    monkeypatch.setattr(WorkerClient, "_start", fail)
    path = tmp_path / "takes.tinylab"
    path.write_bytes((Path(__file__).parents[2] / "fixtures" / "version1" / "trained.tinylab").read_bytes())
    return path


def test_a_tree_is_trained_evaluated_and_described_without_the_worker(tinylab: Any, takes: Path) -> None:
    said = tinylab("train", "--project", takes, "--family", "tree", "--json")
    assert said.code == 0, said.err
    answer = said.json
    assert (answer["family"], answer["epochs"], answer["litert"]) == ("tree", 0, {"windows": 0, "identical": 0})
    windows = answer["test"]["windows"]
    assert answer["scikit_learn"] == {"windows": windows, "same_class": windows}
    rows = {row["name"]: row for row in answer["baselines"]}
    assert rows["decision_tree"]["deployable"]
    assert rows["decision_tree"]["accuracy"] == answer["accuracy"]["float32"]  # it is that baseline
    assert not rows["random_forest"]["deployable"]
    assert rows["random_forest"]["why_not"]
    again = tinylab("evaluate", "--project", takes, "--json").json
    assert {name: again[name] for name in ("run", "accuracy", "scikit_learn")} == {
        name: answer[name] for name in ("run", "accuracy", "scikit_learn")
    }
    text = tinylab("evaluate", "--project", takes).out
    assert "Decision tree: " in text
    assert "The nearest mean on simple features is as good" in text
    assert "Train it: tinylab train --family centroid" in text
