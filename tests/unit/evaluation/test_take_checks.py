"""A take is judged by what it holds: beside the other takes of its label, and beside those of the other labels."""

from __future__ import annotations

import numpy as np
import pytest
from made_takes import RATE_HZ, part, project, signal

from tinylab.evaluation.take_checks.content import Labelled, content_of
from tinylab.evaluation.take_checks.findings import Finding, FindingKind
from tinylab.evaluation.take_checks.judge import Reference

NEW = 999


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(project())


def kinds(found: tuple[Finding, ...]) -> set[FindingKind]:
    return {finding.kind for finding in found}


def test_good_takes_are_not_blamed(reference: Reference) -> None:
    assert all(not found for found in reference.judge_all().values())
    assert reference.judge(part(NEW, "shake")) == ()


def test_a_take_of_another_label_is_named_with_the_take_that_it_resembles(reference: Reference) -> None:
    found = reference.judge(part(NEW, "wave", "shake"))
    assert kinds(found) == {FindingKind.LIKE_ANOTHER}
    assert found[0].resembles_label == "shake" and found[0].resembles in range(1, 7)
    assert found[0].strength > 1
    assert "“shake”" in found[0].sentence and f"take {found[0].resembles}" in found[0].sentence


def test_a_known_take_is_judged_without_itself() -> None:
    parts = project()
    parts[0] = part(1, "shake", "wave")
    found = Reference(parts).judge_all()
    assert kinds(found[1]) == {FindingKind.LIKE_ANOTHER}
    assert found[1][0].resembles_label == "wave"
    assert [take_id for take_id, each in found.items() if each] == [1]


def test_no_motion_where_the_label_means_motion(reference: Reference) -> None:
    found = reference.judge(part(NEW, "wave", "nothing"))
    assert FindingKind.NO_MOTION in kinds(found)
    assert any("nothing moves" in finding.sentence and "“wave”" in finding.sentence for finding in found)


def test_motion_where_the_label_means_rest(reference: Reference) -> None:
    found = reference.judge(part(NEW, "nothing", "circle"))
    assert FindingKind.MOTION_AT_REST in kinds(found)
    assert any("at rest" in finding.sentence for finding in found)


def test_what_a_label_means_is_learned_from_its_takes_and_not_from_its_name_alone() -> None:
    named = Reference([part(i, "lying", "nothing") for i in range(1, 7)] + [part(i, "shake") for i in range(7, 13)])
    assert FindingKind.MOTION_AT_REST in kinds(named.judge(part(NEW, "lying", "wave")))
    mixed = Reference([part(i, "other", "nothing" if i % 3 == 0 else "wave") for i in range(1, 10)])
    assert not kinds(mixed.judge(part(NEW, "other", "circle"))) & {FindingKind.MOTION_AT_REST, FindingKind.NO_MOTION}
    assert not kinds(mixed.judge(part(NEW, "other", "nothing"))) & {FindingKind.MOTION_AT_REST, FindingKind.NO_MOTION}


def gesture(take_id: int, begin_s: float, label: str = "poke") -> Labelled:
    """A take of 2 s with a short gesture of 0.6 s at rest."""
    made = signal("nothing", take_id, 2.0)
    at = round(begin_s * RATE_HZ)
    swing = 0.9 * np.sin(2 * np.pi * 5.0 * np.arange(30) / RATE_HZ)
    made[max(at, 0) : at + 30, 0] += swing[max(-at, 0) : len(made) - at]
    return Labelled(take_id, label, content_of(made, RATE_HZ))


def test_a_take_that_begins_or_ends_inside_the_movement_is_said() -> None:
    reference = Reference([gesture(i, 0.5 + 0.05 * i) for i in range(1, 8)])
    assert kinds(reference.judge(gesture(NEW, 0.6))) == set()
    assert FindingKind.BEGINS_INSIDE in kinds(reference.judge(gesture(NEW, -0.25)))
    assert FindingKind.ENDS_INSIDE in kinds(reference.judge(gesture(NEW, 1.65)))


def test_movements_that_never_rest_begin_and_end_where_they_like(reference: Reference) -> None:
    edges = {FindingKind.BEGINS_INSIDE, FindingKind.ENDS_INSIDE}
    assert all(not kinds(found) & edges for found in reference.judge_all().values())


def test_a_take_that_looks_like_no_label_is_unlike_its_own() -> None:
    reference = Reference([part(i, "wave") for i in range(1, 9)])
    strange = np.cumsum(np.random.default_rng(1).normal(0, 0.4, (200, 3)), axis=0)
    found = reference.judge(Labelled(NEW, "wave", content_of(strange, RATE_HZ)))
    assert kinds(found) == {FindingKind.UNLIKE}
    assert found[0].resembles in range(1, 9) and "unlike" in found[0].sentence


@pytest.mark.parametrize("each", [1, 3])
def test_with_too_few_takes_nothing_is_said(each: int) -> None:
    few = Reference(project(each=each))
    assert all(not found for found in few.judge_all().values())
    assert kinds(few.judge(part(NEW, "shake", "wave"))) <= {FindingKind.NO_MOTION}


def test_an_empty_project_and_takes_too_short_for_a_window_say_nothing() -> None:
    assert Reference([]).judge(part(1, "shake")) == ()
    short = [Labelled(i, "shake", content_of(signal("shake", i, 0.2), RATE_HZ)) for i in range(1, 8)]
    assert all(not found for found in Reference(short).judge_all().values())
    assert Reference(project()).judge(short[0]) == ()


def test_a_flat_signal_is_a_take_like_any_other() -> None:
    flat = content_of(np.zeros((200, 3)), RATE_HZ)
    assert FindingKind.NO_MOTION in kinds(Reference(project()).judge(Labelled(NEW, "shake", flat)))
    assert all(not found for found in Reference([Labelled(i, "shake", flat) for i in range(1, 9)]).judge_all().values())


def test_takes_of_another_rate_are_comparable(reference: Reference) -> None:
    fast = content_of(signal("shake", NEW, rate_hz=200.0), 200.0)
    assert reference.judge(Labelled(NEW, "shake", fast)) == ()
    assert kinds(reference.judge(Labelled(NEW, "wave", fast))) == {FindingKind.LIKE_ANOTHER}


def test_parts_of_one_take_are_left_out_together() -> None:
    parts = [*project(), part(50, "shake", "wave"), part(50, "shake", "wave")]
    assert kinds(Reference(parts).judge_all()[50]) == {FindingKind.LIKE_ANOTHER}


def test_judging_ends_early_when_it_is_cancelled() -> None:
    assert Reference(project()).judge_all(lambda: True) == {}


def test_of_a_long_take_so_many_windows_are_described_and_no_more() -> None:
    short, long = (content_of(np.tile(signal("wave", 1), (times, 1)), RATE_HZ) for times in (1, 40))
    assert len(short.numbers) < len(long.numbers) == 16
    assert long.motion_g >= short.motion_g
