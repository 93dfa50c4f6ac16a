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
QUICK_LAYERS = {"hybrid": 8, "separable": 10, **({"cnn": 6, "residual": 7} if FULL else {})}
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
