"""The table of all facts: every module of this folder with FACTS adds its own."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from tinylab.evaluation.facts.fact import Definition, Fact, Known

_NO_GROUPS = ("fact", "menu")


@lru_cache(maxsize=1)
def definitions() -> dict[str, Definition]:
    """Every fact there is, by its name."""
    names = sorted(info.name for info in pkgutil.iter_modules([str(Path(__file__).parent)]))
    groups = [import_module(f"tinylab.evaluation.facts.{name}") for name in names if name not in _NO_GROUPS]
    return {definition.name: definition for group in groups for definition in group.FACTS}


def facts_of(known: Known) -> dict[str, Fact]:
    """All facts of a project, by their names."""
    return {name: definition.of(known) for name, definition in definitions().items()}
