"""A Keras model with two inputs becomes a file that engine and LiteRT run alike, whatever its inputs are called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from trials import FULL

from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.learning.compress import litert

# In a process of its own, for TensorFlow stays out of this one.
QUANTIZE = """
import sys
from pathlib import Path
import keras, numpy as np
from keras import layers
from tinylab.learning.compress.int8 import quantize

keras.utils.set_random_seed(1)
names = {"names": ("window", "features"), "swapped": ("features", "window")}[sys.argv[2]]
window, numbers = keras.Input((24, 1, 4), name=names[0]), keras.Input((11,), name=names[1])
hidden = layers.Conv2D(6, (5, 1), padding="same", activation="relu")(window)
pools = [layers.AveragePooling2D((24, 1)), layers.MaxPooling2D((24, 1))]
pooled = [layers.Flatten()(pool(hidden)) for pool in pools]
joined = layers.Concatenate()([layers.Dense(5, activation="relu")(numbers), *pooled])
model = keras.Model([window, numbers], layers.Dense(3, activation="softmax")(joined))
folder, random = Path(sys.argv[1]), np.random.default_rng(2)
inputs = [random.uniform(-1, 1, (90, 24, 1, 4)).astype("f4"), random.uniform(-4, 4, (90, 11)).astype("f4")]
np.savez(folder / "inputs.npz", *inputs, floats=model.predict(inputs, verbose=0))
files = [quantize(model, inputs) for _ in range(2)]
assert files[0] == files[1], "the same every time"
(folder / "model.tflite").write_bytes(files[0])
"""


@pytest.mark.skipif(not FULL, reason="TensorFlow takes seconds to start; a hybrid family is trained in every suite")
@pytest.mark.parametrize("names", ["names", "swapped"])
def test_a_quantized_model_of_two_inputs_runs_alike_everywhere(names: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", QUANTIZE, tmp_path, names], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    tflite, arrays = (tmp_path / "model.tflite").read_bytes(), np.load(tmp_path / "inputs.npz")
    graph = load(tflite)
    assert [tensor.shape for tensor in graph.input_tensors] == [(1, 24, 1, 4), (1, 11)]
    scaled = [
        np.clip(np.rint(arrays[f"arr_{number}"] / scale) + zero, -128, 127).astype(np.int8)
        for number, (scale, zero) in enumerate(graph.quantizations)
    ]
    outputs = reference.run(graph, scaled)
    assert (outputs == litert.run(tflite, scaled)).all(axis=1).mean() >= 0.98  # single precision; see docs/engine.md
    assert np.abs((outputs + 128.0) / 256 - arrays["floats"]).max() < 0.05
