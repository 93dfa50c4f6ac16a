"""The mutants that were chosen by hand, as by_hand.toml lists them, and the ones that no test can tell apart."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mutant import Mutant

_FOLDER = Path(__file__).resolve().parent


def by_hand() -> tuple[Mutant, ...]:
    """All of them, in the order of the file."""
    entries = tomllib.loads((_FOLDER / "by_hand.toml").read_text(encoding="utf-8"))["mutant"]
    return tuple(
        Mutant(
            each["name"], each["file"], each["old"], each["new"], tuple(each["tests"]), quick=each.get("quick", False)
        )
        for each in entries
    )


def equivalents() -> dict[tuple[str, str, str], str]:
    """(file, lines before, lines after) → why the change makes no difference, or none that is worth a test."""
    entries = tomllib.loads((_FOLDER / "equivalent.toml").read_text(encoding="utf-8")).get("mutant", [])
    return {(each["file"], each["before"].strip(), each["after"].strip()): each["reason"] for each in entries}
