"""Tables that a folder's modules declare, put together: whoever adds a module edits no list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Any


def collect(path: Iterable[str], package: str, table: str) -> dict[Any, Any]:
    """One mapping from the mappings called `table` in all modules of a package.

    `path` and `package` are the package's `__path__` and `__name__`. Raises AttributeError where a module has no such
    mapping, and ValueError where two modules declare the same key.
    """
    found: dict[Any, Any] = {}
    for info in pkgutil.iter_modules(path):
        entries = getattr(importlib.import_module(f"{package}.{info.name}"), table)
        if twice := found.keys() & entries.keys():
            raise ValueError(f"{package}.{info.name} declares again: {twice}")
        found |= entries
    return found
