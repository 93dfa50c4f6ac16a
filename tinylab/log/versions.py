"""Which versions of what run here: for the log's first line and for a report."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from tinylab import __version__

_PACKAGES = ("numpy", "tensorflow", "tensorflow-cpu", "ai-edge-litert", "unicorn", "ziglang", "PySide6-Essentials")


def versions() -> dict[str, str]:
    """Name → version; nothing is imported for it, and Qt's is there only where Qt is loaded."""
    found = {
        "TinyLab": __version__,
        "Python": platform.python_version(),
        "system": platform.platform(),
        "frozen": str(bool(getattr(sys, "frozen", False))),
    }
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # one of the two TensorFlows, or an app that was packed without metadata
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:
        found["Qt"] = str(core.qVersion())
    return found
