"""`tinylab cost`: the figures of a network that nobody has trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tinylab.engine.build_models.motion_models import hybrid
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient


def test_it_says_what_a_network_would_cost(tinylab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[messages.Draft] = []

    def ask(_client: WorkerClient, request: messages.Draft, _answer: object) -> messages.Drafted:
        asked.append(request)
        (samples, _, channels), (features,) = request.input_shapes
        return messages.Drafted(to_tflite(hybrid(samples, channels, features, 2, request.classes, hidden=4)), 321)

    monkeypatch.setattr(WorkerClient, "ask", ask)
    path = tmp_path / "takes.tinylab"
    path.write_bytes((Path(__file__).parents[2] / "fixtures" / "version1" / "trained.tinylab").read_bytes())
    said = tinylab("cost", "--project", path, "--width", 2, "--window-s", 0.5, "--rate-hz", 50, "--json")
    assert said.code == 0, said.err
    answer = said.json
    assert (answer["family"], answer["width"], answer["weights"], answer["classes"]) == ("hybrid", 2, 321, 3)
    assert (answer["window_samples"], answer["features"]) == (25, ["statistics", "spectrum"])
    assert answer["milliseconds"] == pytest.approx(answer["cycles"] / 64_000, abs=1e-4)
    assert 2_000 < answer["flash_bytes"] < 20_000
    assert answer["ram_bytes"] > 25 * 3 * 2  # the window of raw counts alone
    assert answer["fits"] is True
    assert [each.plan["width"] for each in asked] == [2]
    refused = tinylab("cost", "--project", path, "--family", "tree")
    assert refused.code == 1
    assert "no network" in refused.err
