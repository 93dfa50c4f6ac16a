"""A network with two inputs: what a decision costs, and that what is measured is what Python computes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trials import FULL

from tinylab.deploy.decision_cost import choose_inference
from tinylab.deploy.feature_stage import feature_stage
from tinylab.deploy.firmware import Deployable
from tinylab.deploy.measure import Probe
from tinylab.deploy.proof import expected_outputs
from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.build_models.motion_models import hybrid, motion_cnn
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.errors import DeployError, EngineError

GROUPS = ("statistics",)
FEATURES = len(feature_names(GROUPS))
LABELS = ("still", "wave", "knock")
STRIDE, WINDOW = 8, 32
RECIPE = InputRecipe(
    "both", 50, 4, 0.00195, WINDOW, STRIDE, (40,) * FEATURES, (0.003,) * FEATURES, 4.0, GROUPS, False, 0.0012
)


def deployable() -> Deployable:
    graph = hybrid(WINDOW, 3, FEATURES, 4, 3, hidden=6)
    return Deployable.from_tflite(to_tflite(graph), RECIPE, LABELS)


def test_pushing_computes_what_python_does(tmp_path: Path) -> None:
    """As decision_cost measures it: the newest samples and the window that ends with them, in one call."""
    made = deployable()
    push = made.model.streaming
    assert push is not None
    assert push.argument_bytes == (2 * 3 * STRIDE, 2 * 3 * WINDOW)
    assert push.caller_bytes == 2 * 3 * WINDOW, "the newest samples stand in the window"
    assert made.model.argument_bytes == (2 * 3 * WINDOW,)
    signal = np.random.default_rng(1).normal(0, 500, (WINDOW + 6 * STRIDE, 3)).round().astype(np.int16)
    signal[-STRIDE:] = -32768
    probe = Probe(made.model.files, "tl_model_push", 3, tmp_path)
    found, windows = [], []
    for end in range(STRIDE, len(signal) + 1, STRIDE):
        window = signal[max(0, end - WINDOW) : end]
        window = np.concatenate([np.zeros((WINDOW - len(window), 3), np.int16), window])
        run = probe.run(signal[end - STRIDE : end], window)
        assert run.result & 0xFF == (end >= WINDOW)
        if end >= WINDOW:
            found.append(run.output)
            windows.append(window)
    np.testing.assert_array_equal(found, expected_outputs(made, np.stack(windows)))
    assert len(np.unique(found)) > 6
    assert probe.ram_bytes == push.state_bytes + 4, "and the count of pushes, aligned"


@pytest.mark.skipif(not FULL, reason="builds both ways, as the test above builds one")
def test_the_cheaper_inference_is_chosen_and_its_figures_are_those_of_both_inputs() -> None:
    costs = choose_inference(deployable())[1]
    assert costs.streaming is not None
    assert costs.streams
    assert costs.full.cycles > costs.streaming.cycles > 0
    model = deployable().model
    assert costs.full.ram_bytes == model.arena_bytes + 2 * 3 * WINDOW + 3
    assert costs.streaming.ram_bytes >= 2 * 3 * WINDOW + 3


def test_other_inputs_than_the_recipes_are_refused() -> None:
    with pytest.raises(EngineError, match="1 inputs, not 2"):
        feature_stage(RECIPE, motion_cnn(WINDOW, 3, 4, 3))
    wrong = replace(RECIPE, magnitude=True)
    with pytest.raises(DeployError, match=r"96 \+ 27 numbers .* makes 128 \+ 27") as raised:
        Deployable.from_tflite(to_tflite(hybrid(WINDOW, 3, FEATURES, 4, 3)), wrong, LABELS)
    assert raised.value.hint
