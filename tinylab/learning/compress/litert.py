"""Runs a .tflite file as a user's Python would: LiteRT's default interpreter. Used inside the worker process."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def run(tflite: bytes, inputs: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The int8 outputs, shape (windows, classes), for int8 inputs of shape (windows, *input_shape)."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=tflite, num_threads=1)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    answers = []
    for window in inputs:
        interpreter.set_tensor(source["index"], window.reshape(source["shape"]))
        interpreter.invoke()
        answers.append(interpreter.get_tensor(sink["index"])[0].copy())
    return np.asarray(answers, dtype=np.int8)
