"""What the takes come to is added up once after a change, and only takes that changed are looked into anew."""

from __future__ import annotations

from fakes.projects import take

from tinylab.data.editing.label_edits import SetSetting
from tinylab.data.editing.region_edits import AddRegion, RelabelRegion
from tinylab.data.editing.take_edits import AddTakes, Relabel, SetSubject, Trash
from tinylab.data.parts import parts_of
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session

_MANY = 300


def filled(session: Session) -> Document:
    labels = ("wave", "shake", "nothing")
    session.document.apply(AddTakes(tuple(take(labels[n % 3], 4) for n in range(_MANY)), "fill"))
    assert len(session.document.parts) == _MANY
    return session.document


def test_asking_twice_counts_once(session: Session) -> None:
    document = filled(session)
    assert document.parts is document.parts
    assert document.totals.part_counts is document.totals.part_counts
    assert document.totals.part_counts == {("wave", "Anna"): 100, ("shake", "Anna"): 100, ("nothing", "Anna"): 100}


def test_an_edit_looks_into_the_takes_that_it_touched(session: Session) -> None:
    document = filled(session)
    before = document._known.looked_into
    document.do(Relabel((3, 5), "wave"))
    assert len(document.parts) == _MANY
    document.do(AddRegion(7, "shake", 0, 2))
    document.do(Trash((9,)))
    assert len(document.parts) == _MANY - 1
    document.undo()
    assert len(document.parts) == _MANY
    assert document._known.looked_into - before <= 4


def test_what_is_kept_is_what_would_be_found_anew(session: Session) -> None:
    document = filled(session)
    document.do(AddRegion(7, "shake", 0, 2))
    document.do(AddRegion(7, "wave", 2, 2))
    region = document.regions(7)[0]
    for edit in (RelabelRegion(region.id, "nothing"), SetSubject((7, 8), "Bert"), Trash((1, 2)), Relabel((4,), "new")):
        document.do(edit)
        anew = tuple((each, part) for each in document.takes for part in parts_of(each, document.regions(each.id)))
        assert document.parts == anew
        assert sum(document.totals.part_counts.values()) == len(anew)
    assert document.totals.part_counts["nothing", "Bert"] == 1
    assert document.subjects == ("Anna", "Bert")
    while document.undo():
        anew = tuple((each, part) for each in document.takes for part in parts_of(each, document.regions(each.id)))
        assert document.parts == anew


def test_a_setting_is_read_once_and_again_when_it_changed(session: Session) -> None:
    document = session.document
    project = document.open_project()
    asked: list[str] = []
    read, project.setting = project.setting, lambda name, default=None: (asked.append(name), read(name, default))[1]  # type: ignore[method-assign,func-returns-value]
    assert [document.setting("people", ["nobody"]) for _ in range(3)] == [["nobody"]] * 3
    document.do(SetSetting("people", ["Ada"]))
    assert [document.setting("people") for _ in range(3)] == [["Ada"]] * 3
    document.undo()
    assert document.setting("people", "none") == "none"
    assert asked == ["people"] * 3
