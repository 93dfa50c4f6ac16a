"""What a benchmark is asked and what it answers; each module beside this one with a `measure` is a benchmark."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says to every benchmark."""

    report: Callable[[str], None]  # called with a line while it works
    inputs: int = 2100  # inputs for each network, where networks are compared
    data: Path | None = None  # a folder of folders with an index.csv, where recordings are judged; None: the example
    seeds: int = 3  # how often what is drawn is drawn anew


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures for programs, the lines for people."""

    figures: dict[str, Any]
    lines: Sequence[str]
    differs: bool = False  # two things were compared and are not the same


def benchmarks() -> dict[str, str]:
    """Name and help text of every benchmark: the folder's listing, in alphabetical order."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return {name: import_module(f"tinylab.bench.{name}").HELP for name in names if name != "outcome"}


def run_benchmark(name: str, options: Options) -> Outcome:
    """Carry a benchmark out; raises TinyLabError where it cannot be measured."""
    outcome: Outcome = import_module(f"tinylab.bench.{name}").measure(options)
    return outcome
