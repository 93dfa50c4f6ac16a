"""Short gestures are learned and flashed; the board then decides once on each that is made, and never at rest."""

from __future__ import annotations

from fakes.made_sets import LABELS, short_gestures
from fakes.sessions import connect, errors, pump
from trials import FULL

from tinylab.boards.discovery import BoardPort
from tinylab.data.editing.take_edits import AddTakes
from tinylab.learning.plan import NetworkPlan
from tinylab.link.wire import CAPABILITY_MOVEMENT
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import TrainSettings

_MADE = LABELS if FULL else LABELS[:1]


def test_each_gesture_is_decided_on_once_and_rest_is_not(session: Session, port: BoardPort) -> None:
    takes = [each for each in short_gestures() if each.header.subject in ("person 1", "person 2", "person 3")]
    session.document.do(AddTakes(tuple(takes), "fill"))
    run = session.trainer.train(TrainSettings(NetworkPlan("forest"))).result(60)
    assert run.recipe.by_movement and any("when it has ended" in note for note in run.notes)
    connect(session, port)
    session.deployer.flash()
    pump(session, lambda: not session.deployer.busy and not session.tasks.running, 120)
    assert errors(session) == []
    proof = session.deployer.result and session.deployer.result.proof
    assert proof and proof.identical == proof.windows > 10
    pump(session, lambda: session.connection.linked is not None)
    session.live.fix_sampling()
    pump(session, lambda: session.connection.linked is not None and not session.live.why_not())
    linked = session.connection.linked
    assert linked is not None and linked.identity.hello.capabilities & CAPABILITY_MOVEMENT
    _make_each(session)


def _make_each(session: Session) -> None:
    said, gestures = [], [each for each in short_gestures(3) if 0.6 < each.header.seconds < 1.4]
    for label in _MADE:
        made = next(each for each in gestures if each.header.label == label)
        _rest(session, 0.4)
        before = session.live.count
        session.motion.replay(made)
        pump(session, lambda before=before: session.live.count > before)  # type: ignore[misc]
        _rest(session, 0.8)
        assert session.live.count == before + 1, label
        said.append(session.live.decided_label(session.live.decisions[-1]))
    assert sum(one == label for one, label in zip(said, _MADE, strict=True)) >= max(1, len(_MADE) - 1), said


def _rest(session: Session, seconds: float) -> None:
    """Let the board measure for so long."""
    linked = session.connection.linked
    assert linked is not None
    stream, rate_hz = linked.link.stream, linked.identity.hello.rate_hz
    until = stream.snapshot(1).last_sample + seconds * rate_hz
    pump(session, lambda: stream.snapshot(1).last_sample >= until)
