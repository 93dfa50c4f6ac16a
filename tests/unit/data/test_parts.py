"""What of a take counts for learning."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.data.editing.take_edits import AddTakes, Relabel
from tinylab.data.parts import Part, parts_of
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.storage.schema import Region

TAKE = Header("wave", "Ada", 50.0, 0.001, samples=100, id=7)


def test_a_take_without_regions_counts_whole_under_its_own_label() -> None:
    assert parts_of(TAKE, ()) == (Part("wave", 0, 100),)


def test_regions_take_the_place_of_the_take_and_come_in_order() -> None:
    regions = [Region(2, 7, "rest", 60, 40), Region(1, 7, "punch", 10, 20)]
    assert parts_of(TAKE, regions) == (Part("punch", 10, 20), Part("rest", 60, 40))


def test_an_unlabelled_take_teaches_only_by_its_regions() -> None:
    unlabelled = TAKE.with_changes(label="")
    assert parts_of(unlabelled, ()) == ()
    assert parts_of(unlabelled, [Region(1, 7, "punch", 0, 100)]) == (Part("punch", 0, 100),)


@pytest.mark.parametrize(
    "region",
    [
        Region(1, 8, "punch", 0, 10),
        Region(1, 7, "punch", 95, 6),
        Region(1, 7, "punch", 50, -9),
        Region(1, 7, "a", -1, 5),
    ],
)
def test_a_region_of_another_take_or_outside_counts_for_nothing(region: Region) -> None:
    assert parts_of(TAKE, [region]) == (Part("wave", 0, 100),)


def test_taking_the_label_from_a_take_adds_no_nameless_label(project: Project) -> None:
    counts = np.ones((20, 3), np.int16)
    recording = Recording.of(counts, label="wave", subject="", rate_hz=50.0, g_per_count=0.001)
    project.do(AddTakes((recording,), "import"))
    take = project.headers()[0][0]
    project.do(Relabel((take.id,), ""))
    assert project.header(take.id).label == ""
    assert project.labels() == ["wave"]
    project.undo()
    assert project.header(take.id).label == "wave"
