"""Networks as .keras files, and the part of a network before its last layer. Imported only in the worker process."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any


def save(model: Any) -> bytes:
    """The network as a .keras file."""
    with tempfile.TemporaryDirectory(prefix="tinylab-") as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return path.read_bytes()


def load(content: bytes) -> Any:
    """The network from a .keras file; nothing in it is run as code."""
    import keras

    with tempfile.TemporaryDirectory(prefix="tinylab-") as folder:
        path = Path(folder) / "network.keras"
        path.write_bytes(content)
        return keras.models.load_model(path, compile=False, safe_mode=True)


def without_last_layer(model: Any) -> Any:
    """The network up to its last hidden layer: what comes in where its last weights turn it into classes."""
    import keras

    last = next(layer for layer in reversed(model.layers) if layer.weights)
    return keras.Model(model.inputs, last.input)
