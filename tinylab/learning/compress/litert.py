"""Runs a .tflite file as a user's Python would: LiteRT's default interpreter. Used inside the worker process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def run(tflite: bytes, inputs: Sequence[npt.NDArray[np.int8]]) -> npt.NDArray[np.int8]:
    """The int8 outputs, shape (windows, classes).

    `inputs` has int8 windows for each of the network's inputs, in their order: the window before its features, however
    the file lists them.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=tflite, num_threads=1)
    interpreter.allocate_tensors()
    sources = sorted(interpreter.get_input_details(), key=lambda source: -len(source["shape"]))
    sink = interpreter.get_output_details()[0]
    answers = []
    for rows in zip(*inputs, strict=True):
        for source, row in zip(sources, rows, strict=True):
            interpreter.set_tensor(source["index"], row.reshape(source["shape"]))
        interpreter.invoke()
        answers.append(interpreter.get_tensor(sink["index"])[0].copy())
    return np.asarray(answers, dtype=np.int8)
