"""Regions that are marked while a take is recorded, and takes without an end of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes.projects import block, planned

from tinylab.data.marks import Mark, open_row, placed, read_open_row
from tinylab.data.project import Project
from tinylab.data.storage.schema import OpenTake
from tinylab.data.takes import TakeWriter
from tinylab.errors import DataError


def fill(writer: TakeWriter, *firsts: int) -> None:
    for first in firsts:
        writer.add(block(first))


def test_marks_become_regions_in_the_same_step_as_the_take(project: Project) -> None:
    writer = project.begin_take(planned(asked=40))
    fill(writer, 500, 510)
    writer.mark("punch", 5, 15)
    fill(writer, 520, 530)
    writer.mark("rest", 20, 40)
    take = writer.finish()
    assert [(r.label, r.start, r.count) for r in project.regions(take.id)] == [("punch", 5, 10), ("rest", 20, 20)]
    assert project.all_regions()[take.id] == tuple(project.regions(take.id))
    assert {"punch", "rest"} <= set(project.labels())
    project.undo()
    assert project.all_regions() == {}
    assert project.headers()[0] == []
    project.redo()
    assert len(project.regions(take.id)) == 2


def test_a_gap_inside_a_mark_shortens_it_and_one_before_moves_it(project: Project) -> None:
    writer = project.begin_take(planned(asked=60))
    fill(writer, 0, 20, 40)  # 10 to 19 and 30 to 39 are missing
    writer.mark("punch", 5, 25)
    writer.mark("gone", 10, 20)
    writer.mark("late", 35, 45)
    fill(writer, 50)
    take = writer.finish()
    assert [(r.label, r.start, r.count) for r in project.regions(take.id)] == [("punch", 5, 10), ("late", 20, 5)]


def test_a_crash_keeps_what_was_marked(path: Path) -> None:
    project = Project.create(path)
    writer = project.begin_take(planned(asked=1000))
    fill(writer, 0, 10)
    writer.mark("punch", 2, 8)
    project.close()  # as a kill: the take was never finished
    with_take = Project.open(path)
    try:
        (take,) = with_take.headers()[0]
        assert [(r.label, r.start, r.count) for r in with_take.regions(take.id)] == [("punch", 2, 6)]
    finally:
        with_take.close()


@pytest.mark.parametrize(("label", "first", "last"), [("", 0, 5), ("a", 5, 5), ("a", -1, 5), ("x" * 301, 0, 5)])
def test_what_is_no_mark_is_refused_and_changes_nothing(project: Project, label: str, first: int, last: int) -> None:
    writer = project.begin_take(planned(asked=20))
    fill(writer, 0, 10)
    with pytest.raises(DataError):
        writer.mark(label, first, last)
    assert project.regions(writer.finish().id) == []


@pytest.mark.parametrize("marks", [3, [1], [["a", 1]], [["a", "b", 2]], [["a", 9, 2]], [[None, 1, 2]], {"a": 1}])
def test_damaged_marks_are_left_out_and_the_take_is_not(marks: object) -> None:
    plain = json.loads(open_row(1, planned(asked=20), ()).header)
    header, found = read_open_row(OpenTake(1, json.dumps({**plain, "marks": marks})))
    assert (header.asked, found) == (20, ())


def test_marks_are_placed_by_what_is_stored() -> None:
    assert placed([Mark("a", 0, 100)], [(7, 10), (30, 10)]) == (Mark("a", 0, 20),)
    assert placed([Mark("a", 0, 100)], []) == ()


def test_a_take_without_an_end_goes_on_until_it_is_stopped(project: Project) -> None:
    writer = project.begin_take(planned(asked=0))
    fill(writer, 0, 10, 30)
    assert not writer.over
    writer.stop()
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.ended) == (30, 40, 10, "")


def test_a_take_without_an_end_that_is_cut_off_has_lost_only_its_gaps(project: Project, path: Path) -> None:
    writer = project.begin_take(planned(asked=0))
    fill(writer, 0, 10)
    writer.end("The cable was pulled.")
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.ended) == (20, 20, 0, "The cable was pulled.")
