"""A small file of JSON that TinyLab remembers something in: a convenience, so what fails is only logged."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

_LOG = logging.getLogger("tinylab")


def read_json(file: Path, most_bytes: int) -> Any:
    """What a file holds; None where it is not there, larger than `most_bytes`, or cannot be read."""
    try:
        if file.stat().st_size > most_bytes:
            return None
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        _LOG.info("%s cannot be read: %s", file.name, error)
        return None


def write_json(file: Path, plain: Any) -> None:
    """Write a file in one step, so that two TinyLabs at once leave one whole file."""
    made = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(plain, stream, indent=1)
        Path(made).replace(file)
    except (OSError, ValueError) as error:
        _LOG.info("%s cannot be written: %s", file.name, error)
        if made:
            with contextlib.suppress(OSError):
                Path(made).unlink(missing_ok=True)
