"""Where TinyLab keeps things on this computer: projects, log, cache, what runs now."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_cache_path, user_data_path, user_log_path, user_runtime_path


def data_dir() -> Path:
    """Where TinyLab remembers things from one start to the next; TINYLAB_DATA_DIR overrules it."""
    chosen = os.environ.get("TINYLAB_DATA_DIR")
    return Path(chosen) if chosen else user_data_path("tinylab")


def projects_dir() -> Path:
    """Where projects are kept unless the user says otherwise; TINYLAB_PROJECTS overrules it."""
    chosen = os.environ.get("TINYLAB_PROJECTS")
    return Path(chosen) if chosen else data_dir() / "projects"


def log_dir() -> Path:
    """Where the log is written; TINYLAB_LOG_DIR overrules it."""
    chosen = os.environ.get("TINYLAB_LOG_DIR")
    return Path(chosen) if chosen else user_log_path("tinylab")


def cache_dir() -> Path:
    """Where images and libraries that can be built again are kept; TINYLAB_CACHE_DIR overrules it."""
    chosen = os.environ.get("TINYLAB_CACHE_DIR")
    return Path(chosen) if chosen else user_cache_path("tinylab")


def runtime_dir() -> Path:
    """Where things are that live as long as a process runs; TINYLAB_RUNTIME_DIR overrules it."""
    chosen = os.environ.get("TINYLAB_RUNTIME_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "linux" and not os.environ.get("XDG_RUNTIME_DIR"):
        return user_cache_path("tinylab") / "run"  # without a login session there is no run-time folder
    return user_runtime_path("tinylab")
