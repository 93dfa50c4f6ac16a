"""Full-integer int8 by TensorFlow's converter. Imported only inside the worker process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_CALIBRATION_WINDOWS = 500


def quantize(model: Any, calibration: Sequence[npt.NDArray[np.float32]]) -> bytes:
    """The network as an int8 .tflite file with int8 inputs and output, calibrated on (training) windows.

    `calibration` has an array for each of the network's inputs, in their order, each of shape (windows, *its input
    shape). The batch is fixed to 1, so the file holds no shape operators.
    """
    import keras
    import tensorflow as tf

    chosen = [_spread(values) for values in calibration]

    def windows() -> Iterator[list[Any]]:
        for rows in zip(*chosen, strict=True):
            yield [row[None] for row in rows]

    # With names of their own the file is the same every time; Keras would number them.
    names = ("window", "features")
    inputs = [keras.Input((*v.shape[1:],), 1, name=name) for v, name in zip(calibration, names, strict=False)]
    given = inputs if len(inputs) > 1 else inputs[0]
    fixed = keras.Model(given, model(given, training=False), name="quantized")
    converter = tf.lite.TFLiteConverter.from_keras_model(fixed)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = windows
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def _spread(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """At most _CALIBRATION_WINDOWS of them, evenly taken."""
    if len(windows) <= _CALIBRATION_WINDOWS:
        return windows
    return windows[np.linspace(0, len(windows) - 1, _CALIBRATION_WINDOWS).astype(np.int64)]
