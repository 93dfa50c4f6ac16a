"""Full-integer int8 by TensorFlow's converter. Imported only inside the worker process."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_CALIBRATION_WINDOWS = 500


def quantize(model: Any, calibration: npt.NDArray[np.float32]) -> bytes:
    """The network as an int8 .tflite file with int8 input and output, calibrated on (training) windows.

    The batch is fixed to 1, so the file holds no shape operators.
    """
    import keras
    import tensorflow as tf

    chosen = _spread(calibration)

    def windows() -> Any:
        for window in chosen:
            yield [window[None]]

    window = keras.Input(batch_shape=(1, *calibration.shape[1:]), name="window")
    # With a name of its own the file is the same every time; Keras would number it.
    fixed = keras.Model(window, model(window, training=False), name="quantized")
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
