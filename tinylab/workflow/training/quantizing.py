"""From a float network to its int8 twin and what that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.recipe import InputRecipe, Quantization
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.sides import Side

Int8 = npt.NDArray[np.int8]
_JUDGED_WINDOWS: Final = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Quantized:
    """The int8 network, and what the contract says it answers to the windows of a test."""

    tflite: bytes
    way: str  # how it was made; see workers/messages.Quantized
    inputs: tuple[Int8, ...]  # one for each input of the network
    outputs: Int8  # (windows, classes)
    probabilities: npt.NDArray[np.float32]  # the same, dequantized
    quantizations: tuple[Quantization, ...]  # of its inputs


def quantized(
    worker: WorkerClient, keras: bytes, recipe: InputRecipe, taught: Side, test: Side,
    cancelled: Callable[[], bool] = lambda: False,
) -> Quantized:  # fmt: skip
    """Calibrated and judged on windows that it learned from, asked about those of the test."""
    some = _evenly(len(taught))
    request = messages.Quantize(keras, list(recipe.float_inputs(taught.windows[some])), taught.classes[some])
    found = worker.ask(request, messages.Quantized, cancelled=cancelled)
    return answered(found.tflite, found.way, recipe, test)


def answered(tflite: bytes, way: str, recipe: InputRecipe, test: Side) -> Quantized:
    """What the contract says that an int8 network answers to the windows of a test."""
    graph = load(tflite)
    inputs = recipe.int8_inputs(test.windows, graph.quantizations)
    outputs = reference.run(graph, inputs)
    sink = graph.output_tensor
    probabilities = ((outputs.astype(np.float32) - sink.zero_point) * sink.scale).astype(np.float32)
    return Quantized(tflite, way, inputs, outputs, probabilities, graph.quantizations)


def _evenly(count: int) -> npt.NDArray[np.int64]:
    """Places of enough windows to see how large the values become inside a network, and what it loses."""
    return np.linspace(0, count - 1, min(count, _JUDGED_WINDOWS)).astype(np.int64)
