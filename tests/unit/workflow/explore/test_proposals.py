"""Labels are proposed for what has none or a doubtful one, most doubtful first, and become edits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.made_projects import add, recording, recordings

from tinylab.data.editing.region_edits import AddRegion
from tinylab.data.editing.take_edits import Relabel, Trash
from tinylab.data.parts import Part
from tinylab.data.recording import Header, Recording
from tinylab.evaluation.proposals import Said, by_doubt, open_stretches, proposed, questioned
from tinylab.workflow.explore.proposals import Proposals
from tinylab.workflow.session import Session

TAKE = Header("", "Anna", 50.0, 0.002, 1000, id=7)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three labels with five takes each, ids 1 to 15, and an unlabelled one: 6 s of shaking, then 6 s of rest."""
    made = Session()
    made.projects.new(tmp_path / "proposals.tinylab").result()
    both = np.concatenate([recording("shake", 90, seconds=6).counts, recording("nothing", 91, seconds=6).counts])
    long = Recording.of(both, label="", subject="", rate_hz=50.0, g_per_count=0.002, range_g=4.0)
    add(made.document, *recordings(), long)
    yield made
    made.close()


def looked(session: Session) -> Proposals:
    proposals = session.explore.proposals
    proposals.look()
    assert session.inbox.wait(lambda: proposals.task is None, 60.0)
    return proposals


def test_an_unlabelled_take_is_cut_into_what_it_looks_like(session: Session) -> None:
    found = looked(session).all
    assert found is not None
    in_order = sorted(found, key=lambda each: each.start)
    assert {each.take_id for each in found} == {16}
    assert (in_order[0].label, in_order[0].start, in_order[-1].label) == ("shake", 0, "nothing")
    assert in_order[-1].start + in_order[-1].count == 600
    assert abs(in_order[-1].start - 300) <= 50 and in_order[-1].doubt < 0.2
    assert [each.doubt for each in found] == sorted((each.doubt for each in found), reverse=True)


def test_accepting_marks_a_region_and_correcting_marks_another(session: Session) -> None:
    proposals = looked(session)
    count = len(proposals.all or ())
    first = proposals.current
    assert first is not None and proposals.accept()
    assert [(r.label, r.start, r.count) for r in session.document.regions(16)] == [
        (first.label, first.start, first.count)
    ]
    second = proposals.current
    assert second is not None and second != first and proposals.correct("wave")
    assert {r.label for r in session.document.regions(16)} == {first.label, "wave"}
    assert len(proposals.all or ()) == count - 2
    session.document.undo()
    assert [r.label for r in session.document.regions(16)] == [first.label]


def test_next_goes_round_and_changes_nothing(session: Session) -> None:
    proposals = looked(session)
    seen = []
    for _ in proposals.all or ():
        seen.append(proposals.current)
        proposals.next()
    assert proposals.current == seen[0] and len(set(seen)) == len(seen)
    assert session.document.regions(16) == ()


def test_a_doubtful_take_is_asked_about_and_relabelled(session: Session) -> None:
    session.document.do(Trash((16,)))
    session.document.do(Relabel((3,), "wave"))
    proposals = looked(session)
    current = proposals.current
    assert current is not None and (current.take_id, current.label, current.instead_of) == (3, "shake", "wave")
    assert proposals.accept() and proposals.current is None
    header = session.document.header(3)
    assert header is not None and header.label == "shake"


def test_a_doubtful_region_is_relabelled_and_not_its_take(session: Session) -> None:
    session.document.do(AddRegion(2, "nothing", 0, 200))
    proposals = looked(session)
    doubted = [each for each in proposals.all or () if each.take_id == 2]
    assert [(each.label, each.instead_of) for each in doubted] == [("shake", "nothing")]
    while proposals.current != doubted[0]:
        proposals.next()
    assert proposals.accept()
    header = session.document.header(2)
    assert header is not None and header.label == "shake"
    assert [region.label for region in session.document.regions(2)] == ["shake"]


def test_what_is_decided_elsewhere_is_asked_no_more(session: Session) -> None:
    proposals = looked(session)
    assert proposals.all
    session.document.do(Relabel((16,), "shake"))
    assert proposals.all == () and proposals.current is None and not proposals.accept()


def test_without_two_labels_it_says_why(session: Session) -> None:
    session.document.do(Trash(tuple(range(6, 16))))
    proposals = looked(session)
    assert proposals.all is None and "two labels" in proposals.reason


def test_open_stretches_are_gaps_that_hold_a_window() -> None:
    assert open_stretches(TAKE, [], 2.0) == ((0, 1000),)
    assert open_stretches(TAKE, [Part("wave", 0, 1000)], 2.0) == ()
    parts = [Part("wave", 150, 100), Part("shake", 240, 60), Part("wave", 500, 450)]
    assert open_stretches(TAKE, parts, 2.0) == ((0, 150), (300, 200))


def test_a_teacher_that_is_sure_of_nothing_still_gives_an_order() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6], [0.4, 0.6]])
    said = Said(probabilities, np.arange(5.0), 2.0)
    found = by_doubt(list(proposed(TAKE, (100, 300), ("wave", "rest"), said)))
    assert [(each.label, each.start, each.count) for each in found] == [("rest", 250, 150), ("wave", 100, 150)]
    assert found[0].doubt > found[1].doubt
    part = Part("rest", 0, 100)
    doubted = questioned(TAKE, part, ("wave", "rest"), Said(probabilities[:2], np.arange(2.0), 2.0))
    assert doubted is not None and (doubted.label, doubted.instead_of) == ("wave", "rest")
    assert (
        questioned(TAKE, Part("wave", 0, 100), ("wave", "rest"), Said(probabilities[:2], np.arange(2.0), 2.0)) is None
    )
    assert questioned(TAKE, Part("new", 0, 100), ("wave", "rest"), said) is None
