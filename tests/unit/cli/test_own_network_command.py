"""`tinylab train --build FILE`: to name the file is to choose it; one that cannot be read is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tinylab.errors import TrainingError
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

TAKES = Path(__file__).parents[2] / "fixtures" / "version1" / "trained.tinylab"


def test_the_file_of_the_command_is_sent_and_no_other(
    tinylab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[messages.Train] = []

    def ask(client: WorkerClient, request: messages.Train, *_: Any, **__: Any) -> None:
        client.own_sources.check(request.plan["family"], request.plan["own"])
        asked.append(request)
        raise TrainingError("It was asked.", hint="As it should.")

    monkeypatch.setattr(WorkerClient, "warm_up", lambda _: None)
    monkeypatch.setattr(WorkerClient, "ask", ask)
    project, file = tmp_path / "takes.tinylab", tmp_path / "mine.py"
    project.write_bytes(TAKES.read_bytes())
    said = tinylab("train", "--project", project, "--build", file)
    assert said.code != 0
    assert "“mine.py” cannot be read" in said.err
    file.write_text("def build(spec): ...\n", encoding="utf-8")
    assert "It was asked." in tinylab("train", "--project", project, "--build", file).err
    assert (asked[0].plan["family"], asked[0].plan["own"]) == ("own", "def build(spec): ...\n")
    assert asked[0].labels
    said = tinylab("evaluate", "--project", project, "--folds", "recording", "--count", "2")
    assert "brings code of its own" in said.err, "the project's settings hold the code now"
    assert len(asked) == 1
    file.write_text("def build(spec): return None\n", encoding="utf-8")
    folds = ("evaluate", "--project", project, "--folds", "recording", "--count", "2")
    assert "It was asked." in tinylab(*folds, "--build", file).err
    assert asked[1].plan["own"] == "def build(spec): return None\n"
    assert "--build are of folds" in tinylab("evaluate", "--project", project, "--build", file).err
