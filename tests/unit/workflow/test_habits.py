"""How a user records is remembered; what cannot be read is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tinylab.workflow.capture.habits import Habits
from tinylab.workflow.capture.next_take import NextTake, Series, Start

MINE = NextTake(
    "wave", "Ada", seconds=2.5, countdown_s=1.0, series=Series.ROW, takes=5, start=Start.MOTION, sound=False
)


def test_what_belongs_to_the_user_comes_back_and_what_belongs_to_the_project_does_not(tmp_path: Path) -> None:
    Habits(tmp_path / "deep" / "habits.json").remember(MINE)
    again = Habits(tmp_path / "deep" / "habits.json").recall()
    assert again == replace(MINE, label="", subject="")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["habits.json"]


def test_without_a_file_they_are_kept_for_the_session() -> None:
    habits = Habits()
    assert habits.recall() == NextTake()
    habits.remember(MINE)
    assert habits.recall().takes == 5


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"seconds": "long"}', '{"seconds": true}', '{"seconds": 1e9}', '{"start": "whim"}',
     '{"free": 1}', '{"takes": 4000}', '{"threshold_g": null}', "x" * 20_000, "[" * 100_000],
)  # fmt: skip
def test_a_damaged_file_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "habits.json").write_text(text, encoding="utf-8")
    assert Habits(tmp_path / "habits.json").recall() == NextTake()


def test_a_good_part_of_a_file_is_used(tmp_path: Path) -> None:
    (tmp_path / "habits.json").write_text(json.dumps({"seconds": 2, "sound": "loud"}), encoding="utf-8")
    assert Habits(tmp_path / "habits.json").recall() == NextTake(seconds=2.0)


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    habits = Habits(tmp_path / "file" / "habits.json")
    habits.remember(MINE)
    assert habits.recall() == NextTake()
