"""The training loop: when it ends, which weights it keeps, and what it refuses to load."""

from __future__ import annotations

import base64
import io
import json
import logging
import marshal
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinylab.errors import TrainingError
from tinylab.learning.batches import batch_for, importance, worth_compiling
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient


def test_rare_classes_count_more_and_all_together_as_before() -> None:
    truth = np.array([0, 0, 0, 1])
    assert importance(truth, 3, even=True) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2.0])
    assert importance(truth, 3, even=True).mean() == pytest.approx(1.0)
    assert importance(truth, 3, even=False) == pytest.approx(np.ones(4))


@pytest.mark.parametrize(
    ("asked", "windows", "batch"), [(64, 10_000, 64), (64, 400, 20), (64, 100, 8), (64, 5, 5), (4, 100, 4)]
)
def test_small_sets_get_small_batches(asked: int, windows: int, batch: int) -> None:
    assert batch_for(asked, windows) == batch


@pytest.mark.parametrize(
    ("steps", "features_alone", "worth"), [(149, False, False), (150, False, True), (1240, True, False)]
)
def test_few_steps_are_not_worth_compiling_and_those_over_features_hardly_ever(
    steps: int, features_alone: bool, worth: bool
) -> None:
    assert worth_compiling(steps, features_alone=features_alone) is worth


def test_the_network_that_is_kept_has_plain_layers(tiny_cnn: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(tiny_cnn.trained.keras)) as kept:
        layers = json.loads(kept.read("config.json"))["config"]["layers"]
    kinds = {layer["class_name"] for layer in layers}
    assert {"Conv2D", "BatchNormalization", "ReLU", "MaxPooling2D", "AveragePooling2D", "Dropout", "Dense"} <= kinds
    assert all(layer["module"] == "keras.layers" and layer["registered_name"] is None for layer in layers)


def with_a_program(network: bytes, program: str) -> bytes:
    """The same .keras file, but its last layer is a Lambda that runs `program` on what it is given."""
    code = compile(f"lambda x: (exec({program!r}), x)[1]", "program", "eval").co_consts[0]
    function = {"code": base64.b64encode(marshal.dumps(code)).decode(), "defaults": None, "closure": None}
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(network)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json":
                config = json.loads(data)
                last = config["config"]["layers"][-1]
                last.update(module="keras.layers", class_name="Lambda", registered_name=None, build_config=None)
                last["config"] = {
                    "name": last["config"]["name"],
                    "trainable": True,
                    "dtype": "float32",
                    "function": {"class_name": "__lambda__", "config": function},
                    "arguments": {},
                }
                data = json.dumps(config).encode()
            new.writestr(name, data)
    return content.getvalue()


def test_a_network_that_brings_code_along_is_refused(
    worker: WorkerClient, tiny_dense: Any, tmp_path: Path, expects_unforeseen: list[logging.LogRecord]
) -> None:
    trace = tmp_path / "the program was here"
    hostile = with_a_program(tiny_dense.trained.keras, f"open({str(trace)!r}, 'w').close()")
    dataset = tiny_dense.dataset
    calibration = list(dataset.recipe.float_inputs(dataset.train.windows[:4]))
    with pytest.raises(TrainingError, match="Lambda"):
        worker.ask(messages.Quantize(hostile, calibration), messages.Quantized)
    assert not trace.exists(), "a stranger's network ran a program"
    assert worker.ask(messages.Quantize(tiny_dense.trained.keras, calibration), messages.Quantized).tflite
