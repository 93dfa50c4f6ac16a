"""`tinylab bench litert`: what it compares, and how it tells what differs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tinylab.bench import litert as bench_litert
from tinylab.cli.main import run
from tinylab.engine.build_models.reference_models import REFERENCE_MODELS


def test_200_inputs_of_two_models_are_equal_in_every_bit(capfd, monkeypatch) -> None:
    two = {name: REFERENCE_MODELS[name] for name in ("mlp", "magicwand")}
    monkeypatch.setattr(bench_litert, "REFERENCE_MODELS", two)
    assert run(["bench", "litert", "--inputs", "200", "--json"], lambda _words: 1) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["versions"]["tensorflow"]
    assert [model.pop("name") for model in said["models"]] == list(two)
    agreed = {"inputs": 200, "equal": 200, "outputs": 800, "differences": 0, "largest_step": 0, "listed": []}
    assert said["models"] == [agreed, agreed]


def test_a_wrong_reference_is_listed_and_is_exit_code_3(capfd, monkeypatch) -> None:
    class Stuck:
        versions = ()

        def ask(self, request, answer):
            return answer(np.zeros((len(request.inputs[0]), 4), np.int8))

        def close(self) -> None:
            pass

    monkeypatch.setattr(bench_litert, "WorkerClient", Stuck)
    monkeypatch.setattr(bench_litert, "REFERENCE_MODELS", {"mlp": REFERENCE_MODELS["mlp"]})
    assert run(["bench", "litert", "--inputs", "9"], lambda _words: 1) == 3
    out = capfd.readouterr().out
    assert "     0 of 9 inputs equal in every bit; " in out
    assert "input 0, output 0: " in out
    assert " here, 0 in LiteRT" in out


def test_differences_are_counted_and_twenty_are_listed() -> None:
    ours = np.zeros((30, 2), np.int8)
    theirs = ours.copy()
    theirs[3:28, 1] = 1
    theirs[27, 0] = -128
    found = bench_litert.differences(ours, theirs)
    assert (found["equal"], found["outputs"], found["differences"], found["largest_step"]) == (5, 60, 26, 128)
    assert len(found["listed"]) == 20
    assert found["listed"][0] == {"input": 3, "output": 1, "ours": 0, "litert": 1}


@pytest.mark.parametrize("count", [1, 2, 41])
def test_half_the_inputs_are_smooth(count) -> None:
    windows = bench_litert.make_inputs((64, 1, 3), count)
    assert windows.shape == (count, 64, 1, 3)
    assert windows.dtype == np.int8
    jumps = np.abs(np.diff(windows.astype(int), axis=1)).mean(axis=(1, 2, 3))
    noise = count - count // 2
    assert jumps[:noise].min() > 60
    assert jumps[noise:].max(initial=0) < 20


def test_no_inputs_are_refused(capfd) -> None:
    assert run(["bench", "litert", "--inputs", "0", "--json"], lambda _words: 1) == 1
    assert "At least one input" in json.loads(capfd.readouterr().out)["error"]
