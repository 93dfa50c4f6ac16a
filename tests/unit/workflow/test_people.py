"""The list of people, and which session a take belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fakes.bench import TAKE, Bench
from fakes.sessions import errors

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Recording
from tinylab.workflow.capture.people import SESSION, names_in
from tinylab.workflow.session import Session

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_a_roster_is_pasted_in_whatever_form_and_taken_back_in_one_step(session: Session) -> None:
    people = session.people
    assert people.add("1. Ada Lovelace\n2) Ben\t\r\n- Chloé; Ben , ada lovelace\n\n") == (
        "Ada Lovelace",
        "Ben",
        "Chloé",
    )
    assert people.listed == ("Ada Lovelace", "Ben", "Chloé")
    assert people.add("Ben") == ()
    session.document.undo()
    assert people.names == ()


def test_names_keep_what_belongs_to_them() -> None:
    assert list(names_in("3M team\nJean-Luc\n-5\n")) == ["3M team", "Jean-Luc", "-5"]


def test_a_name_that_cannot_be_one_is_said_and_nobody_is_added(session: Session) -> None:
    assert session.people.add("Ada\n" + "x" * 301) == ()
    assert session.people.names == ()
    assert errors(session)[-1].startswith("The subject is longer")


def test_a_list_has_an_end(session: Session) -> None:
    assert session.people.add("\n".join(f"person {n}" for n in range(501))) == ()
    assert errors(session) == ["A list has 500 people at most."]


def test_the_list_comes_first_and_people_with_takes_stay(session: Session, performances: tuple[Recording, ...]) -> None:
    session.document.apply(AddTakes(performances, "fill"))
    session.people.add("Zoe\nsubject 3")
    assert session.people.names[0] == "Zoe"
    assert sorted(session.people.names[1:]) == [f"subject {n}" for n in range(5)]
    session.people.remove("Zoe")
    session.people.remove("subject 3")
    assert "Zoe" not in session.people.names
    assert "subject 3" in session.people.names
    assert any("subject 3 has takes and stays." in notice.message for notice in session.notices.shown)


@pytest.mark.parametrize("stored", [3, {"a": 1}, [1, None, ""], None])
def test_a_list_that_is_damaged_is_empty(session: Session, stored: object) -> None:
    session.document.set_setting("people", stored, "damage")
    assert session.people.names == ()


def test_takes_of_one_sitting_share_a_session_and_a_later_one_begins_anew(bench: Bench) -> None:
    session = bench.session
    bench.connect()
    bench.begin_take(TAKE)
    bench.end_take()
    (take,) = session.document.takes
    made = datetime.fromisoformat(take.created_at)
    assert session.sitting.name(made + timedelta(minutes=90)) == take.session
    later = made + timedelta(hours=3)
    assert session.sitting.name(later) == f"{later:%Y-%m-%d %H:%M}"


def test_a_session_that_was_named_is_used_until_a_sitting_is_over(session: Session) -> None:
    assert session.sitting.name(NOON) == "2026-03-04 12:00"
    assert session.sitting.begin(" group A ", NOON)
    assert session.sitting.name(NOON + timedelta(minutes=30)) == "group A"
    assert session.sitting.name(NOON + timedelta(hours=5)) == "2026-03-04 17:00"
    session.document.undo()
    assert session.document.setting(SESSION) is None


@pytest.mark.parametrize("stored", [3, {}, {"name": "x", "since": "yesterday"}, {"name": "x", "since": "2026-03-04"}])
def test_a_session_that_is_damaged_is_none(session: Session, stored: object) -> None:
    session.document.set_setting(SESSION, stored, "damage")
    assert session.sitting.name(NOON) == "2026-03-04 12:00"
