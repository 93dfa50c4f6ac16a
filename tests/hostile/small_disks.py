"""A disk of 1 MB, and a file that fills it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def mount(*arguments: str) -> None:
    """Mount something, or skip and say why."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("NOT TRIED HERE: mounting a small disk needs Linux and root")
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT TRIED HERE: nothing can be mounted ({done.stderr.strip()})")


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024))
        except OSError:
            return filler


def give_room(filler: Path, room: int) -> None:
    """Let the disk have so many bytes again."""
    os.truncate(filler, filler.stat().st_size - room)
