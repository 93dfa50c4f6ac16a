"""packaging/bootstrap.py: how many tests run at once, and when a person's own wish comes first."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

_FILE = Path(__file__).resolve().parents[2] / "packaging" / "bootstrap.py"


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", _FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("processors", "at_once"), [(2, "2"), (4, "4"), (64, "4")])
def test_as_many_tests_at_once_as_processors_but_four_at_most(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, processors: int, at_once: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert bootstrap.side_by_side(["-k", "wire"])[:2] == ["-n", at_once]


@pytest.mark.parametrize("words", [["-n", "3"], ["-n3"], ["--numprocesses=2"], ["-s"], ["-k", "wire", "--pdb"]])
def test_a_number_of_ones_own_or_a_wish_to_look_comes_first(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert bootstrap.side_by_side(words) == []


@pytest.mark.parametrize("processors", [1, None])
def test_one_processor_runs_one_test_at_a_time(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, processors: int | None
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert bootstrap.side_by_side([]) == []
