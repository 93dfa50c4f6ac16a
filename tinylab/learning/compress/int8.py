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
    import tensorflow as tf

    chosen = [_spread(values) for values in calibration]

    def windows() -> Iterator[list[Any]]:
        for rows in zip(*chosen, strict=True):
            yield [row[None] for row in rows]

    converter = tf.lite.TFLiteConverter.from_keras_model(_of_one_window(model, [v.shape[1:] for v in calibration]))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = windows
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def in_float(model: Any, shapes: Sequence[tuple[int, ...]]) -> bytes:
    """The same as a float .tflite file, which shows its operators; `shapes` of its inputs, without the batch.

    Converted to int8 at once, a network with operators that LiteRT does not have would end the process.
    """
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(_of_one_window(model, shapes))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    return bytes(converter.convert())


def _of_one_window(model: Any, shapes: Sequence[tuple[int, ...]]) -> Any:
    """With names of their own the file is the same every time; Keras would number them."""
    import keras

    names = ("window", "features")
    inputs = [keras.Input((*shape,), 1, name=name) for shape, name in zip(shapes, names, strict=False)]
    given = inputs if len(inputs) > 1 else inputs[0]
    return keras.Model(given, model(given, training=False), name="quantized")


def _spread(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """At most _CALIBRATION_WINDOWS of them, evenly taken."""
    if len(windows) <= _CALIBRATION_WINDOWS:
        return windows
    return windows[np.linspace(0, len(windows) - 1, _CALIBRATION_WINDOWS).astype(np.int64)]
