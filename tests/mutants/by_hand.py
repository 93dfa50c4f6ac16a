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


Reasons = dict[tuple[str, str, str], str]  # (file, lines before, lines after) → why


def equivalents() -> Reasons:
    """Edits that make no difference, or none that anybody could want a test for."""
    return _reasons("equivalent")


def named_survivors() -> Reasons:
    """Edits that no test notices, and why it stays so."""
    return _reasons("survivor")


def _reasons(kind: str) -> Reasons:
    entries = tomllib.loads((_FOLDER / "survivors.toml").read_text(encoding="utf-8")).get(kind, [])
    return {(each["file"], each["before"].strip(), each["after"].strip()): each["reason"] for each in entries}
