"""Labels held down while a take is recorded become regions of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes.bench import TAKE, Bench

from tinylab.workflow.capture.next_take import NextTake

LONG = replace(TAKE, label="", unlabelled=True, seconds=6.0)


@pytest.fixture
def running(bench: Bench) -> Bench:
    bench.connect()
    bench.begin_take(LONG)
    return bench


def span(bench: Bench) -> int:
    writer = bench.session.recorder.writer
    assert writer is not None
    return writer.span


def test_a_label_held_down_becomes_a_region(running: Bench) -> None:
    session = running.session
    running.run(lambda: span(running) >= 100)
    session.marking.press("punch")
    begun = session.marking.since
    running.run(lambda: span(running) >= 200)
    assert session.marking.marks[-1][:2] == ("punch", begun)
    session.marking.release()
    ended = span(running)
    running.end_take()
    (take,) = session.document.takes
    assert take.label == ""
    assert [(r.label, r.start, r.count) for r in session.document.regions(take.id)] == [("punch", begun, ended - begun)]
    assert "punch" in session.document.labels
    assert [part.label for _, part in session.document.parts] == ["punch"]


def test_another_label_ends_the_one_before_and_the_end_of_the_take_ends_the_last(running: Bench) -> None:
    session = running.session
    running.run(lambda: span(running) >= 100)
    session.marking.press("punch")
    running.run(lambda: span(running) >= 200)
    session.marking.press("rest")
    session.marking.press("rest")  # a key that repeats
    running.end_take()
    (take,) = session.document.takes
    punch, rest = session.document.regions(take.id)
    assert (punch.label, rest.label) == ("punch", "rest")
    assert punch.start + punch.count == rest.start
    assert rest.start + rest.count == take.samples
    assert session.marking.label == ""


def test_a_click_begins_and_another_one_ends(running: Bench) -> None:
    session = running.session
    running.run(lambda: span(running) >= 100)
    session.marking.toggle("punch")
    assert session.marking.label == "punch"
    running.run(lambda: span(running) >= 150)
    session.marking.toggle("punch")
    assert (session.marking.label, len(session.marking.marks)) == ("", 1)


def test_a_press_of_no_length_marks_nothing(running: Bench) -> None:
    running.run(lambda: span(running) >= 100)
    running.session.marking.toggle("punch")
    running.session.marking.toggle("punch")
    assert running.session.marking.marks == ()


@pytest.mark.parametrize(
    ("take", "possible"),
    [
        (replace(TAKE, seconds=6.0), True),
        (replace(TAKE, seconds=2.0), False),
        (replace(TAKE, free=True), True),
        (replace(TAKE, seconds=1.0, label="", unlabelled=True), True),
    ],
)
def test_only_a_take_longer_than_a_window_is_marked(bench: Bench, take: NextTake, possible: bool) -> None:
    bench.connect()
    assert not bench.session.marking.possible
    bench.begin_take(take)
    assert bench.session.marking.possible is possible
    bench.session.row.cancel()


def test_without_a_take_a_label_that_is_pressed_marks_nothing(bench: Bench) -> None:
    bench.session.marking.press("punch")
    bench.session.marking.release()
    assert bench.session.marking.label == ""
    assert bench.session.marking.marks == ()
