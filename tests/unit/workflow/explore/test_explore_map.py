"""The map of a project's windows is drawn in threads and the worker, follows the takes, and places the live window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.made_projects import add, recording, recordings

from tinylab.data.editing.take_edits import Relabel, Trash
from tinylab.data.run_store import Evidence
from tinylab.evaluation.take_checks.findings import Finding, FindingKind
from tinylab.workers import messages
from tinylab.workflow.explore.colouring import NOT_TESTED, RIGHT, WRONG, ColourBy, answers_of, words_of
from tinylab.workflow.explore.live_point import LivePoint
from tinylab.workflow.explore.picture import Layout, Picture
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.session import Session
from tinylab.workflow.task import Tasks


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three labels with five takes each, ids 1 to 15."""
    made = Session()
    made.projects.new(tmp_path / "map.tinylab").result()
    add(made.document, *recordings())
    yield made
    made.close()


def drawn(session: Session) -> Picture:
    """The picture, once it is drawn."""
    shown = session.explore.feature_map
    assert session.inbox.wait(lambda: shown.task is None, 60.0)
    assert shown.picture is not None, shown.reason
    return shown.picture


def means(picture: Picture) -> dict[str, np.ndarray]:
    labels = np.array(picture.windows.labels)
    return {label: picture.points[labels == label].mean(axis=0) for label in set(picture.windows.labels)}


def test_it_appears_as_soon_as_two_labels_have_three_takes_each(session: Session) -> None:
    shown = session.explore.feature_map
    session.document.do(Trash((*range(1, 6), 9, 10, 14, 15)))
    assert shown.why_not() == ""
    session.document.do(Trash((8,)))
    assert "two labels have 3 takes each" in shown.why_not()
    shown.start()
    assert shown.task is None and shown.picture is None
    session.document.undo()
    assert set(drawn(session).windows.labels) == {"wave", "nothing"}
    session.document.do(Trash((8,)))
    assert shown.picture is None


def test_alike_lies_near_and_a_take_that_changes_moves(session: Session) -> None:
    session.explore.feature_map.start()
    picture = drawn(session)
    assert picture.layout is Layout.PCA and len(picture.points) == 45 == picture.of_all
    assert picture.around.overlaps == () and session.explore.feature_map.sample_sentence == ""
    assert session.explore.facts.facts["classes.overlap"].value == 0
    session.document.do(Relabel((2,), "wave"))
    again = drawn(session)
    assert again.windows.labels.count("wave") == 18
    assert {odd.take_id for odd in again.around.odd} == {2}


def test_the_live_window_moves_in_the_map(session: Session) -> None:
    session.explore.feature_map.start()
    picture = drawn(session)
    live = recording("wave", 77)
    point = session.explore.feature_map.live_point(live.in_g, live.header.rate_hz)
    assert point is not None
    away = {label: float(np.linalg.norm(mean - point)) for label, mean in means(picture).items()}
    assert min(away, key=lambda label: away[label]) == "wave"
    assert session.explore.feature_map.live_point(live.in_g[:20], live.header.rate_hz) is None


def test_t_sne_is_asked_of_the_worker_on_a_sample_and_can_be_cancelled(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[messages.Embed] = []

    def ask(request: messages.Embed, _answer: object, on_progress: object) -> messages.Embedded:
        asked.append(request)
        assert callable(on_progress)
        on_progress(0.5)
        return messages.Embedded(request.numbers[:, :2])

    monkeypatch.setattr(session.worker, "ask", ask)
    monkeypatch.setattr("tinylab.workflow.explore.feature_map.MOST_WINDOWS", 30)
    session.explore.feature_map.set_layout(Layout.TSNE)
    session.explore.feature_map.start()
    picture = drawn(session)
    assert picture.layout is Layout.TSNE and len(picture.points) == 30 == len(asked[0].numbers)
    assert "30 of 45 windows" in session.explore.feature_map.sample_sentence
    assert session.explore.feature_map.live_point(np.zeros((100, 3)), 50.0) is None
    session.explore.feature_map.set_layout(Layout.PCA)
    session.explore.feature_map.cancel()
    assert session.inbox.wait(lambda: session.explore.feature_map.task is None, 60.0)


def test_without_a_network_there_is_no_last_layer(session: Session) -> None:
    session.explore.feature_map.set_layout(Layout.LAYER)
    session.explore.feature_map.start()
    assert "Train a network first" in session.explore.feature_map.why_not()
    assert session.explore.feature_map.task is None


def test_the_worker_is_asked_for_one_window_at_a_time_and_not_too_often() -> None:
    inbox = Inbox()
    tasks, now, asked, go_on = Tasks(inbox), [0.0], [], threading.Event()
    inbox.now = lambda: now[0]

    def place(_picture: object, window: np.ndarray, _rate: float) -> tuple[float, float]:
        asked.append(len(window))
        go_on.wait(60)
        return float(len(window)), 0.0

    live = LivePoint(inbox, tasks, place)
    picture = Picture(Layout.LAYER, None, np.zeros((0, 2)), 2.0, 0)  # type: ignore[arg-type]
    assert live.ask(picture, np.zeros((1, 3)), 50.0) is None
    now[0] = 0.3
    assert live.ask(picture, np.zeros((5, 3)), 50.0) is None  # it still works on the first
    go_on.set()
    now[0] = 0.1
    assert inbox.wait(lambda: live.ask(picture, np.zeros((9, 3)), 50.0) == (1.0, 0.0), 60.0)
    assert asked == [1]
    now[0] = 0.3
    live.ask(picture, np.zeros((2, 3)), 50.0)
    assert inbox.wait(lambda: live.ask(picture, np.zeros((9, 3)), 50.0) == (2.0, 0.0), 60.0)
    assert asked == [1, 2]


def test_points_are_coloured_by_what_is_known_of_their_takes(session: Session) -> None:
    add(session.document, recording("wave", 90, subject="Ben"))
    session.explore.feature_map.start()
    windows = drawn(session).windows
    finding = {3: (Finding(FindingKind.UNLIKE, 3, "shake", 2.0),)}

    def words(by: ColourBy) -> dict[int, str]:
        return dict(
            zip(windows.take_ids.tolist(), words_of(by, windows, session.document.header, finding), strict=True)
        )

    assert words(ColourBy.LABEL)[16] == "wave" and words(ColourBy.SUBJECT)[16] == "Ben"
    assert words(ColourBy.VERDICT)[3] == "usable with remarks" and words(ColourBy.VERDICT)[4] == "good"
    assert words(ColourBy.SESSION)[1] == ""


def test_right_and_wrong_come_from_the_runs_evidence(session: Session) -> None:
    session.explore.feature_map.start()
    windows = drawn(session).windows
    probabilities = {"int8": np.array([[1, 0], [1, 0]], np.float32)}
    evidence = Evidence(
        np.array([3, 3]), np.array([0, 100]), np.array([0, 1]), np.zeros((2, 100, 3), np.int16), probabilities
    )
    words = answers_of(windows, evidence, 50.0, 2.0)
    of_take = [word for take_id, word in zip(windows.take_ids, words, strict=True) if take_id == 3]
    assert of_take in ([RIGHT, RIGHT, WRONG], [RIGHT, WRONG, WRONG])
    assert {word for take_id, word in zip(windows.take_ids, words, strict=True) if take_id != 3} == {NOT_TESTED}
    assert set(answers_of(windows, None, 50.0, 2.0)) == {NOT_TESTED}
