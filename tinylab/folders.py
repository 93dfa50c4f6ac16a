"""Where TinyLab keeps things on this computer: projects, log, cache, what runs now."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path, user_log_path


def projects_dir() -> Path:
    """Where projects are kept unless the user says otherwise; TINYLAB_PROJECTS overrules it."""
    chosen = os.environ.get("TINYLAB_PROJECTS")
    return Path(chosen) if chosen else user_data_path("tinylab") / "projects"


def log_dir() -> Path:
    """Where the log is written; TINYLAB_LOG_DIR overrules it."""
    chosen = os.environ.get("TINYLAB_LOG_DIR")
    return Path(chosen) if chosen else user_log_path("tinylab")


def cache_dir() -> Path:
    """Where images and libraries that can be built again are kept; TINYLAB_CACHE overrules it."""
    chosen = os.environ.get("TINYLAB_CACHE")
    return Path(chosen) if chosen else user_cache_path("tinylab")
