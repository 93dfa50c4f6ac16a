"""What was chosen for the board stays with the project, can be undone, and survives nonsense in the file."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from fakes.sessions import pump

from tinylab.boards.discovery import BoardPort
from tinylab.boards.ranges import Levels
from tinylab.deploy.decision import Decision
from tinylab.errors import DeployError
from tinylab.workflow.deployment import deploy_job
from tinylab.workflow.deployment.deploy_settings import SETTING
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session


def test_changes_are_kept_in_the_project_and_can_be_undone(session: Session) -> None:
    settings = session.deployer.settings
    chosen = Decision(0.7, 3, 4).with_threshold("punch", 0.9)
    settings.set_decision(chosen)
    settings.set_decision(chosen.with_threshold("punch", 0.95))
    settings.set_range(8)
    assert (settings.decision.threshold_of("punch"), settings.range_g) == (0.95, 8)
    assert settings.decision.threshold_of("wave") == 0.7
    path = session.document.open_project().path
    session.projects.new(path.with_name("other.tinylab")).result()
    assert (settings.decision, settings.range_g) == (Decision(), None)
    session.projects.open(path).result()
    assert (settings.decision.threshold_of("punch"), settings.range_g) == (0.95, 8)
    session.document.undo()
    assert (settings.decision, settings.range_g) == (Decision(), None)


@pytest.mark.parametrize(
    "stored",
    [
        5, [], {"decision": 1}, {"decision": {}}, {"range_g": "8"}, {"range_g": -1}, {"range_g": True},
        {"decision": {"threshold": 7, "consecutive": 1}}, {"decision": {"threshold": 0.5, "consecutive": 0}},
        {"decision": {"threshold": 0.5, "consecutive": 1, "smoothing": 99}},
        {"decision": {"threshold": 0.5, "consecutive": 1, "own": 3}},
    ],
)  # fmt: skip
def test_nonsense_in_the_file_counts_as_nothing_chosen(session: Session, stored: Any) -> None:
    session.document.set_setting(SETTING, stored, "nonsense")
    assert (session.deployer.decision, session.deployer.settings.range_g) == (Decision(), None)
    session.deployer.settings.set_range(4)
    assert session.deployer.settings.range_g == 4


def test_a_change_of_the_decision_leaves_rate_and_range_of_the_board_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(session.connection, "set_sampling", asked.append)
    session.deployer.set_decision(Decision(0.9))
    session.deployer.settings.set_range(2)
    assert asked == []


class _Board:
    """A board that comes back after flashing with one build after the other."""

    def __init__(self, *builds: str) -> None:
        self.builds, self.closed = list(builds), 0
        self.port = BoardPort("Anna", "nowhere", "virtual")

    def open(self, *_args: object, **_options: object) -> Any:
        build = self.builds.pop(0) if len(self.builds) > 1 else self.builds[0]
        return SimpleNamespace(identity=SimpleNamespace(build_id=build), link=SimpleNamespace(close=self._close))

    def _close(self) -> None:
        self.closed += 1


def _await(board: _Board, monkeypatch: pytest.MonkeyPatch) -> Any:
    ticks = iter(range(1000))
    monkeypatch.setattr(deploy_job, "open_board", board.open)
    monkeypatch.setattr(deploy_job, "time", SimpleNamespace(monotonic=lambda: float(next(ticks))))
    return deploy_job._await_build(
        board.port, "aa" * 8, SimpleNamespace(pause=lambda _s: None, cancelled=lambda: False)
    )  # type: ignore[arg-type]


def test_a_board_that_comes_back_with_another_build_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    board = _Board("bb" * 8)
    with pytest.raises(DeployError, match="it still runs build bbbbbbbb"):
        _await(board, monkeypatch)
    assert board.closed > 5


def test_the_build_that_was_flashed_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    board = _Board("bb" * 8, "bb" * 8, "aa" * 8)
    assert _await(board, monkeypatch).identity.build_id == "aa" * 8
    assert board.closed == 2


def test_a_run_of_an_older_tinylab_keeps_the_range_of_its_takes_too(
    trained: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained.trainer.current
    assert run is not None
    gentle = replace(run, levels=Levels(), recipe=replace(run.recipe, range_g=2, g_per_count=0.00098))
    trained.trainer.choose(gentle)
    takes = [take.with_changes(source="board", range_g=4.0) for take in trained.document.takes]
    monkeypatch.setattr(Document, "takes", property(lambda _: takes))
    plan = trained.deployer.measuring()
    assert plan is not None and (plan.range_g, plan.trained_g, plan.recorded_g) == (4, 2, 4.0)


def test_a_chosen_range_is_what_the_flashed_board_measures_with(trained: Session, port: BoardPort) -> None:
    plan = trained.deployer.measuring()
    assert plan is not None and plan.automatic_g == plan.range_g
    trained.connection.connect(port).result(60)
    trained.deployer.settings.set_range(16)
    deployed = trained.deployer.flash().result(120)
    linked = trained.connection.linked
    assert linked is not None and linked.identity.hello.model_range_g == linked.identity.hello.range_g == 16
    assert deployed.figures().to_json()["measures"]["range_g"] == 16
    assert deployed.proof is not None and deployed.proof.proven
    pump(trained, lambda: trained.live.count >= 1)
