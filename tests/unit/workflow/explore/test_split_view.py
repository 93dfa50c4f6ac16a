"""Who is in training, validation and test is shown with the reason, and takes or people are moved by edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.made_projects import add, recording

from tinylab.data.editing.take_edits import Trash
from tinylab.workflow.explore.split_view import SplitSides, two_sided
from tinylab.workflow.session import Session

PEOPLE = ("Anna", "Ben", "Cleo", "Dan")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Four people, two labels, two takes of each: 16."""
    made = Session()
    made.projects.new(tmp_path / "split.tinylab").result()
    labels = ("shake", "wave")
    add(made.document, *(recording(labels[n % 2], n, subject=PEOPLE[n // 4], seconds=0.5) for n in range(16)))
    yield made
    made.close()


@pytest.fixture
def sides(session: Session) -> SplitSides:
    return session.explore.split_sides


def names(sides: SplitSides) -> dict[str, tuple[str, ...]]:
    return {side.name: side.people for side in sides.view.sides}


def test_people_stand_on_one_side_and_the_reason_is_said(sides: SplitSides) -> None:
    view = sides.view
    assert view.kind == "subject" and "stays unseen" in view.sentence
    assert [len(side.takes) for side in view.sides] == [8, 4, 4]
    assert sum(len(side.people) for side in view.sides) == len(PEOPLE)
    assert all(side.takes_by_label == {"shake": n, "wave": n} for side, n in zip(view.sides, (4, 2, 2), strict=True))
    assert two_sided(view) == "" and all(side.missing == () for side in view.sides)


def test_moving_a_person_moves_nobody_else_and_can_be_undone(session: Session, sides: SplitSides) -> None:
    before = names(sides)
    moved = before["train"][0]
    assert sides.move_person(moved, "test")
    after = names(sides)
    assert set(after["test"]) == {*before["test"], moved} and after["validation"] == before["validation"]
    assert sides.view.kind == "given" and session.trainer.settings.windows.split == "given"
    session.document.undo()
    assert names(sides) == before


def test_moving_a_take_may_put_a_person_on_two_sides_and_it_is_said(sides: SplitSides) -> None:
    train = next(side for side in sides.view.sides if side.name == "train")
    take = train.takes[0]
    assert sides.move_takes((take.id,), "test")
    view = sides.view
    assert take.id in {each.id for each in view.sides[2].takes} and take.id not in {t.id for t in view.sides[0].takes}
    assert take.subject in two_sided(view)


def test_where_no_split_can_be_made_it_says_why(session: Session, sides: SplitSides) -> None:
    session.document.do(Trash(tuple(range(2, 17))))
    view = sides.view
    assert view.sides == () and "only one recording" in view.sentence and view.hint
    assert not sides.move_person("nobody", "test")


def test_a_side_without_a_label_says_so(session: Session, sides: SplitSides) -> None:
    settings = session.trainer.settings
    session.trainer.set_settings(replace(settings, windows=replace(settings.windows, split="recording")))
    test = sides.view.sides[2]
    waves = tuple(take.id for take in test.takes if take.label == "wave")
    assert sides.move_takes(waves, "train")
    assert sides.view.sides[2].missing == ("wave",)


def test_where_folds_alone_judge_nobody_is_said_to_stay_unseen(session: Session, sides: SplitSides) -> None:
    settings = session.trainer.settings
    session.trainer.set_settings(replace(settings, judged="subject"))
    assert sides.view.sides == () and "left out once" in sides.view.sentence
    split = replace(settings.windows, split="subject")
    session.trainer.set_settings(replace(settings, judged="subject", windows=split))
    assert names(sides)["test"], "a test of its own stands beside the folds"
