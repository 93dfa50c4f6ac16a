"""A small file that something is remembered in: read if it is small and whole, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinylab.json_file import read_json, write_json

VALUE = {"seconds": 2.5, "names": ["Ada", "Çelik"]}


def test_what_was_written_comes_back_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "habits.json"
    write_json(file, {"old": 1})
    write_json(file, VALUE)
    assert read_json(file, 1000) == VALUE
    assert [path.name for path in file.parent.iterdir()] == ["habits.json"]


@pytest.mark.parametrize(("most", "found"), [(100, VALUE), (99, None)])
def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, most: int, found: object) -> None:
    file = tmp_path / "habits.json"
    file.write_text(json.dumps(VALUE).ljust(100), encoding="ascii")
    assert read_json(file, most) == found


def test_what_cannot_be_json_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "habits.json"
    write_json(file, VALUE)
    circle: list[object] = []
    circle.append(circle)
    write_json(file, circle)
    assert read_json(file, 1000) == VALUE
    assert [path.name for path in tmp_path.iterdir()] == ["habits.json"]
