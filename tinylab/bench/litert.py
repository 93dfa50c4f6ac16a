"""`tinylab bench litert`: in how many outputs the contract and LiteRT's default interpreter agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.bench.outcome import Options, Outcome
from tinylab.engine.build_models.reference_models import REFERENCE_MODELS
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.engine.contract import reference
from tinylab.engine.graph import Graph
from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

_LISTED = 20  # differences of a model that are spelled out; all are counted
_STEPS = (0.5, 12.0)  # of the smooth inputs: how far a value is from the one before, smallest and largest

Int8Array = npt.NDArray[np.int8]


HELP = tr("how often the engine's arithmetic and LiteRT's agree")


def measure(options: Options) -> Outcome:
    """Run all four reference models both ways on `options.inputs` windows each, and list where any output differs."""
    if options.inputs < 1:
        raise TinyLabError(tr("At least one input is needed."), hint=tr("Give --inputs 2100."))
    worker, models = WorkerClient(), []
    try:
        for name, make in REFERENCE_MODELS.items():
            options.report(tr("Comparing {name}", name=name))
            models.append({"name": name, **_compared(worker, make(), options.inputs)})
        versions = dict(worker.versions)
    finally:
        worker.close()
    lines = [line for model in models for line in _lines(model)]
    figures = {"interpreter": "LiteRT, default", "versions": versions, "models": models}
    return Outcome(figures, lines, differs=any(model["differences"] for model in models))


def _compared(worker: WorkerClient, graph: Graph, inputs: int) -> dict[str, Any]:
    windows = make_inputs(graph.input_tensor.shape[1:], inputs)
    ours = reference.run(graph, (windows,))
    theirs = worker.ask(messages.Run(to_tflite(graph), [windows]), messages.Answers).outputs
    return differences(ours, theirs.reshape(ours.shape))


def make_inputs(shape: tuple[int, ...], count: int) -> Int8Array:
    """Windows, (count, *shape): the first half random values, the other random walks along the first axis.

    Real signals are smooth and never visit the range evenly; random values drive the sums to their extremes.
    """
    random = np.random.default_rng(2100)
    noise = random.integers(-128, 128, (count - count // 2, *shape), np.int8)
    channels = (count // 2, 1, *shape[1:])
    far = _STEPS[0] * (_STEPS[1] / _STEPS[0]) ** random.random(channels)
    walk = np.cumsum(random.normal(size=(count // 2, *shape)) * far, axis=1) + random.uniform(-100, 100, channels)
    smooth = np.clip(np.rint(walk), -128, 127).astype(np.int8)
    return np.concatenate([noise, smooth])


def differences(ours: Int8Array, theirs: Int8Array) -> dict[str, Any]:
    """Counts, and where the outputs differ; both are (windows, outputs)."""
    where = np.argwhere(ours != theirs)
    steps = np.abs(ours.astype(int) - theirs)
    return {
        "inputs": len(ours),
        "equal": len(ours) - len(np.unique(where[:, 0])),
        "outputs": ours.size,
        "differences": len(where),
        "largest_step": int(steps.max(initial=0)),
        "listed": [
            {"input": int(i), "output": int(j), "ours": int(ours[i, j]), "litert": int(theirs[i, j])}
            for i, j in where[:_LISTED]
        ],
    }


def _lines(model: dict[str, Any]) -> list[str]:
    head = f"{model['name']:10}{model['equal']:>6,} of {model['inputs']:,} inputs equal in every bit"
    if model["differences"]:
        head += f"; {model['differences']:,} of {model['outputs']:,} outputs differ, by {model['largest_step']} at most"
    rows = [
        f"{'':10}input {row['input']}, output {row['output']}: {row['ours']} here, {row['litert']} in LiteRT"
        for row in model["listed"]
    ]
    more = model["differences"] - len(rows)
    return [head, *rows, *([f"{'':10}and {more:,} more"] if more else [])]
