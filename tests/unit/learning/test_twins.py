"""The quick layers and the compiled epochs against Keras's own: the same answers, gradients and weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tinylab.workflow.training.run_making import speed_notes

ROOT = Path(__file__).resolve().parents[3]
FULL = os.environ.get("TINYLAB_TRIALS") == "full"
# The hybrid has the layers of the CNN, and the separable one all others; compiling takes seconds.
QUICK_LAYERS = {"hybrid": 11, "separable": 15, **({"cnn": 8, "residual": 11} if FULL else {})}
COMPILED = ["compiled"] if FULL else []


@pytest.fixture(scope="module")
def found() -> Any:
    """TensorFlow runs in a process of its own, as in the app."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("twins_in_a_process.py")), *QUICK_LAYERS, *COMPILED],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize(("family", "quick"), QUICK_LAYERS.items())
def test_a_quick_layer_computes_what_its_plain_one_does(found: Any, family: str, quick: int) -> None:
    figures = found["layers"][family]
    assert figures["answers"] < 1e-5
    assert figures["gradients"] < 1e-4
    assert figures["quick_layers"] == quick, "nothing was quick, so nothing was compared"


def test_a_quick_layer_trains_as_its_plain_one_whatever_its_shape(found: Any) -> None:
    """What it gives, the gradients of its inputs and weights, and the averages that it keeps."""
    assert len(found["quick"]) == 15
    for name, figures in found["quick"].items():
        plain, quick = figures["kinds"]
        assert quick.startswith("Quick") and not plain.startswith("Quick"), name
        assert figures["apart"] < 2e-5, name


def test_what_the_quick_layers_were_not_made_for_stays(found: Any) -> None:
    assert len(found["left"]) == 16
    assert all(found["left"])


def test_values_are_dropped_at_the_rate_and_each_on_its_own(found: Any) -> None:
    """A quarter of 122,880; four standard errors are 0.005, of 512 at one place 0.077."""
    figures = found["dropped"]
    assert figures["values"] == pytest.approx([0, 4 / 3])
    assert figures["kept"] == pytest.approx(0.75, abs=0.005)
    assert figures["kept_at_a_place"] == pytest.approx([0.75, 0.75], abs=0.077)
    assert figures["both"] == pytest.approx(dict.fromkeys(figures["both"], 0.75**2), abs=0.006)


def test_dropping_follows_from_the_seed_with_xla_and_without_and_spares_what_is_asked(found: Any) -> None:
    figures = found["dropped"]
    assert figures["same"]
    assert figures["gradient"], "what was dropped has none, what was kept has its factor"
    assert figures["asked"]


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "sgd"])
def test_an_epoch_changes_the_weights_as_keras_would(found: Any, optimizer: str) -> None:
    assert found["optimizers"][optimizer] < 2e-5


def test_what_xla_does_not_compile_is_learned_without_it_and_says_so(found: Any) -> None:
    figures = found["falls_back"]
    assert figures["fell_back"] is True
    plain, after_the_fall = figures["losses"]
    assert plain == pytest.approx(after_the_fall, rel=1e-5)
    assert any("XLA" in note for note in speed_notes(fell_back=True))
    assert speed_notes(fell_back=False) == ()
