"""The space that a project takes on the disk."""

from __future__ import annotations

from pathlib import Path


def bytes_used(project: Path) -> int:
    """Bytes of a project's file, with what is still in its log; 0 where it is gone."""
    return sum(_bytes(project.with_name(project.name + ending)) for ending in ("", "-wal"))


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
