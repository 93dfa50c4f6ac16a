"""Every test asserts something: itself, or in a function of the tests that it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the tests, and its file."""
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def called(function: ast.FunctionDef) -> set[str]:
    """The names of what a function calls."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls}


def asserts(function: ast.FunctionDef) -> bool:
    """Whether a function fails by itself where something is wrong."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(function)) or bool(called(function) & {"raises"})


def without_assertion(found: list[tuple[str, ast.FunctionDef]]) -> list[str]:
    """The tests that fail only where something raises by accident; waiting for a state is no statement about it."""
    helpers = {function.name for _, function in found if asserts(function) and not function.name.startswith("test_")}
    helpers -= {"wait_until", "pump"}
    return [
        f"{name}::{function.name}"
        for name, function in found
        if function.name.startswith("test_") and not asserts(function) and not called(function) & helpers
    ]


def test_every_test_asserts_something() -> None:
    found = [(path.relative_to(TESTS).as_posix(), function) for path, function in functions()]
    assert len(found) > 1000
    assert without_assertion(found) == []


def test_a_test_without_an_assertion_is_recognized() -> None:
    text = "def helper():\n    assert 1\ndef test_one():\n    helper()\ndef test_two():\n    wait_until(print)\n"
    found = [("file.py", node) for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert without_assertion(found) == ["file.py::test_two"]
