"""The training loop: when it ends, which weights it keeps, and what it refuses to load."""

from __future__ import annotations

import base64
import io
import json
import logging
import marshal
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tinylab.errors import TrainingError
from tinylab.learning import fit
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")


class Callback:
    """What Keras's class of this name is to the loop."""

    model: Any = None


class Network:
    """Weights that change with every epoch, and the flag that ends the training."""

    def __init__(self) -> None:
        self.stop_training = False
        self.epoch = 0

    def get_weights(self) -> list[int]:
        return [self.epoch]


def watched(monkeypatch: pytest.MonkeyPatch, patience: int, losses: list[float]) -> Any:
    """What watches a training with these losses on the validation side has seen when it ended, or they had."""
    keras = SimpleNamespace(callbacks=SimpleNamespace(Callback=Callback))
    monkeypatch.setitem(sys.modules, "keras", keras)
    seen: list[fit.EpochFigures] = []
    watch = fit._watcher(patience, seen.append, lambda: False)
    watch.model = Network()
    for epoch, loss in enumerate(losses):
        watch.model.epoch = epoch + 1
        watch.on_epoch_end(epoch, dict(zip(FIGURES, (loss, 0.5, loss, 0.5), strict=True)))
        if watch.model.stop_training:
            break
    assert [figures.number for figures in seen] == list(range(1, watch.model.epoch + 1))
    return watch


@pytest.mark.parametrize("patience", [1, 3])
def test_training_ends_after_exactly_as_many_epochs_without_improvement_as_it_has_patience(
    monkeypatch: pytest.MonkeyPatch, patience: int
) -> None:
    watch = watched(monkeypatch, patience, [1.0, 0.9, 0.9, 0.95, 0.95, 0.95, 0.95])
    assert watch.model.stop_training
    assert watch.model.epoch == 2 + patience
    assert (watch.best_epoch, watch.best_weights, watch.stopped) == (2, [2], False)


def test_an_improvement_in_the_last_epoch_of_patience_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watched(monkeypatch, 2, [1.0, 1.1, 0.9, 1.1, 0.8, 0.8])
    assert not watch.model.stop_training
    assert (watch.best_epoch, watch.best_weights) == (5, [5])


def test_rare_classes_count_more() -> None:
    assert fit._class_weights(np.array([0, 0, 0, 1]), 3) == pytest.approx({0: 4 / 9, 1: 4 / 3, 2: 4 / 3})


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
    calibration = tiny_dense.dataset.float_inputs(tiny_dense.dataset.train)[:4]
    with pytest.raises(TrainingError, match="Lambda"):
        worker.ask(messages.Quantize(hostile, calibration), messages.Quantized)
    assert not trace.exists(), "a stranger's network ran a program"
    assert worker.ask(messages.Quantize(tiny_dense.trained.keras, calibration), messages.Quantized).tflite
