"""Windows that were chosen in the map stand for takes or regions; odd ones become proposals; takes are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.made_projects import add, recording, recordings

from tinylab.data.editing.region_edits import AddRegion
from tinylab.data.editing.take_edits import Trash
from tinylab.evaluation.feature_map.neighbours import OddWindow
from tinylab.evaluation.feature_map.window_set import WindowSet
from tinylab.workflow.explore.chosen_windows import chosen_windows
from tinylab.workflow.explore.window_player import WindowPlayer
from tinylab.workflow.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three labels with five takes each, ids 1 to 15; take 1 has two regions of 2 s each."""
    made = Session()
    made.projects.new(tmp_path / "chosen.tinylab").result()
    add(made.document, *recordings())
    made.document.do(AddRegion(1, "wave", 0, 100))
    made.document.do(AddRegion(1, "nothing", 100, 100))
    yield made
    made.close()


def windows(*rows: tuple[int, float, str]) -> WindowSet:
    ids, starts, labels = zip(*rows, strict=True)
    return WindowSet(np.zeros((len(rows), 2)), np.array(ids, np.int64), np.array(starts), labels)


def test_windows_stand_for_their_region_or_their_whole_take(session: Session) -> None:
    found = windows((1, 0.0, "wave"), (1, 2.0, "nothing"), (2, 0.0, "shake"), (2, 1.0, "shake"), (3, 0.0, "gone"))
    chosen = chosen_windows(session.document, found, range(5))
    ids = {region.label: region.id for region in session.document.regions(1)}
    assert (chosen.windows, chosen.take_ids, chosen.whole_takes) == (4, (1, 2), (2,))
    assert chosen.region_ids == (ids["wave"], ids["nothing"])
    assert chosen.sentence == "4 windows of 2 takes"
    assert chosen.relabels == "1 whole take and 2 regions"
    assert session.take_actions.relabel_parts(chosen.whole_takes, chosen.region_ids, "shake")
    assert {region.label for region in session.document.regions(1)} == {"shake"}
    session.document.undo()
    assert [region.label for region in session.document.regions(1)] == ["wave", "nothing"], "one step"


def test_odd_windows_are_proposed_for_their_part_and_refused_once(session: Session) -> None:
    proposals = session.explore.proposals
    proposals.look()
    assert session.inbox.wait(lambda: proposals.task is None, 60.0)
    before = {each.place for each in proposals.all or ()}
    odd = [OddWindow(n, 7, start, "wave", "shake", 1.0) for n, start in enumerate((0.0, 1.0))]
    proposals.set_odd([*odd, OddWindow(9, 8, 0.0, "no longer", "shake", 1.0)])
    added = [each for each in proposals.all or () if each.place not in before]
    assert [(each.take_id, each.label, each.instead_of, each.odd_windows) for each in added] == [
        (7, "shake", "wave", 2)
    ]
    proposals.choose((proposals.all or ()).index(added[0]))
    proposals.refuse()
    proposals.set_odd(odd)
    assert all(each.place != added[0].place for each in proposals.all or ())
    gone = {each.take_id for each in proposals.all or ()}
    session.document.do(Trash(tuple(gone)))
    assert (proposals.all, proposals.at, proposals.current) == ((), 0, None)


def test_takes_are_laid_over_each_other_and_looked_at_one_by_one(session: Session, tmp_path: Path) -> None:
    views = session.explore.take_views
    assert not views.busy and views.laid == ()
    views.start()
    assert session.inbox.wait(lambda: not views.busy, 60.0)
    assert views.labels == ("wave", "nothing")
    assert [(each.label, len(each.overlay.take_ids), each.of_all) for each in views.laid] == [
        ("wave", 6, 6), ("nothing", 6, 6)
    ]  # fmt: skip
    assert views.one is not None and views.one.take.id == 1
    views.compare(("shake", "wave"))
    views.choose_take(3)
    assert session.inbox.wait(lambda: not views.busy, 60.0)
    assert [each.label for each in views.laid] == ["shake", "wave"]
    assert views.one.take.id == 3 and 3.0 < views.one.spectrum.strongest_hz < 5.0
    assert views.prints is not None and set(views.prints.classes.rows) == {"shake", "wave", "nothing"}
    assert {each.label: each.takes for each in views.summaries} == {"wave": 6, "nothing": 6, "shake": 4}
    add(session.document, recording("shake", 77))
    assert session.inbox.wait(lambda: not views.busy, 60.0)
    assert views.laid[0].of_all == 5
    session.projects.new(tmp_path / "other.tinylab").result()
    assert session.inbox.wait(lambda: not views.busy, 60.0)
    assert (views.laid, views.one, views.prints, views.labels) == ((), None, None, ())


def test_windows_play_one_after_the_other_each_from_its_beginning_to_its_end(session: Session) -> None:
    seconds = [10.0]
    session.inbox.now = lambda: seconds[0]
    player = WindowPlayer(session.document, session.player)
    player.play([(2, 1.0, 2.0), (3, 0.5, 1.5)])
    assert (session.player.take_id, session.player.position_s) == (2, 1.0)
    seconds[0] += 0.9
    session.inbox.pump()
    player.tick()
    assert session.player.take_id == 2
    seconds[0] += 0.2
    session.inbox.pump()
    player.tick()
    assert (session.player.take_id, session.player.position_s) == (3, 0.5)
    session.player.play(session.document.recording(5))  # somebody plays something else
    player.tick()
    player.tick()
    assert (player.now, session.player.take_id) == (None, 5)
    session.player.stop()
