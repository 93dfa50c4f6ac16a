"""Acts on takes: one step of undo each, on one take or several, and a sentence where there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Header, Recording
from tinylab.workflow.session import Session

RATE = 100.0


def moving(*motions: tuple[int, int], samples: int = 1000, label: str = "wave") -> Recording:
    counts = np.zeros((samples, 3), np.int16)
    counts[:, 2] = 512
    for start, end in motions:
        counts[start:end, 0] = np.round(500 * np.sin(np.arange(end - start) * 0.4))
    return Recording.of(counts, label=label, subject="", rate_hz=RATE, g_per_count=1 / 512, range_g=4.0)


@pytest.fixture
def filled(session: Session) -> Session:
    takes = (moving((200, 300), (500, 650)), moving(), moving((0, 1000)))
    session.document.apply(AddTakes(takes, "fill"))
    return session


def said(session: Session) -> str:
    return session.notices.shown[-1].message


def test_trimming_to_the_motion_and_back(filled: Session) -> None:
    first = filled.document.takes[0].id
    assert filled.take_actions.trim_to_motion(first)
    trimmed = filled.document.header(first)
    assert trimmed is not None
    assert 450 < trimmed.samples < 520
    counts = filled.document.recording(first).counts
    assert np.abs(counts[:, 0]).max() > 450
    filled.document.undo()
    assert filled.document.takes[0].samples == 1000


def test_splitting_by_motion_gives_one_take_for_each(filled: Session) -> None:
    assert filled.take_actions.split_by_motion(filled.document.takes[0].id)
    assert len(filled.document.takes) == 4
    parts = [take for take in filled.document.takes if take.samples != 1000]
    assert sum(take.samples for take in parts) == 1000
    filled.document.undo()
    assert len(filled.document.takes) == 3


@pytest.mark.parametrize(
    ("act", "take", "sentence"),
    [
        (lambda actions, take_id: actions.trim_to_motion(take_id), 1, "Nothing moves in this take"),
        (lambda actions, take_id: actions.trim_to_motion(take_id), 2, "begins and ends with its motion already"),
        (lambda actions, take_id: actions.split_by_motion(take_id), 1, "no rest between two motions"),
        (lambda actions, take_id: actions.split_at_gaps(take_id), 0, "This take has no gap."),
        (lambda actions, take_id: actions.trim_to_motion(take_id + 99), 0, "There is no take"),
        (lambda actions, take_id: actions.split_at_gaps(take_id), 99, "no gap"),
        (lambda actions, take_id: actions.merge([take_id]), 0, "Merging needs at least two"),
        (lambda actions, take_id: actions.split(take_id, [0]), 0, "can only be split inside itself"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    filled: Session, act: Callable[[object, int], bool], take: int, sentence: str
) -> None:
    before = filled.document.takes
    take_id = before[take].id if take < len(before) else 99
    assert act(filled.take_actions, take_id) is False
    assert sentence in said(filled)
    assert filled.document.takes == before


def test_several_takes_at_once_are_one_step(filled: Session) -> None:
    ids = [take.id for take in filled.document.takes]
    acts: list[tuple[Callable[[], bool], str, str]] = [
        (lambda: filled.take_actions.relabel(ids, " punch "), "label", "punch"),
        (lambda: filled.take_actions.relabel(ids, ""), "label", ""),
        (lambda: filled.take_actions.set_subject(ids, "Ada "), "subject", "Ada"),
        (lambda: filled.take_actions.set_session(ids, "monday"), "session", "monday"),
        (lambda: filled.take_actions.set_split(ids, "test"), "split", "test"),
    ]
    for act, field, value in acts:
        before = [getattr(take, field) for take in filled.document.takes]
        assert act()
        assert [getattr(take, field) for take in filled.document.takes] == [value] * 3
        filled.document.undo()
        assert [getattr(take, field) for take in filled.document.takes] == before
    assert filled.take_actions.merge(ids)
    assert [take.samples for take in filled.document.takes] == [3000]
    filled.document.undo()
    assert filled.take_actions.trash(ids)
    assert filled.document.takes == ()
    assert not filled.take_actions.relabel([], "x")


def test_regions_are_cut_to_the_take_and_moved_relabelled_removed(filled: Session) -> None:
    document, actions = filled.document, filled.take_actions
    take: Header = document.takes[0]
    assert actions.add_region(take.id, "punch", 900, 5000)
    (region,) = document.regions(take.id)
    assert (region.start, region.count) == (900, 100)
    assert actions.move_region(region.id, take.id, 300, -50)
    assert (document.regions(take.id)[0].start, document.regions(take.id)[0].count) == (0, 300)
    assert actions.relabel_region(region.id, "rest")
    assert document.regions(take.id)[0].label == "rest"
    assert actions.remove_region(region.id)
    assert document.regions(take.id) == ()
    assert not actions.add_region(take.id, "punch", 10, 10)


def test_playing_goes_with_time_stops_at_the_end_and_begins_where_it_was_asked(filled: Session) -> None:
    seconds = [100.0]
    filled.inbox.now = lambda: seconds[0]
    player, take = filled.player, filled.document.takes[0]
    player.play(filled.document.recording(take.id), from_s=4.0)
    assert (player.take_id, player.position_s) == (take.id, 4.0)
    seconds[0] += 2.5
    assert player.position_s == pytest.approx(6.5)
    player.stop()
    assert (player.take_id, player.position_s) == (None, pytest.approx(6.5))
    player.play(filled.document.recording(take.id))
    seconds[0] += 11
    filled.inbox.pump()
    assert (player.take_id, player.position_s) == (None, 0.0)
    player.stop()
