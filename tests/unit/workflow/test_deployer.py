"""From a trained network to a board that is proven to compute it, and every step at which that can fail."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.sessions import connect, errors, pump

from tinylab.boards.discovery import BoardPort
from tinylab.deploy import toolchain
from tinylab.errors import DeployError
from tinylab.virtualboard.service.client import VirtualBoardProcess
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.deployment.deploy_job import DeployStep
from tinylab.workflow.deployment.deploy_states import DeployStepState
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def states(session: Session) -> list[DeployStepState]:
    return [session.deployer.steps[step].state for step in DeployStep]


def end(session: Session) -> None:
    pump(session, lambda: not session.deployer.busy and not session.tasks.running, 120)


def test_all_five_steps_and_then_the_board_decides_live(trained: Session, port: BoardPort, tmp_path: Path) -> None:
    connect(trained, port)
    trained.deployer.flash()
    assert trained.connection.state is LinkState.RELEASED
    end(trained)
    assert errors(trained) == []
    assert states(trained) == [DeployStepState.DONE] * 5
    run, result, linked = trained.trainer.current, trained.deployer.result, trained.connection.linked
    assert run is not None
    assert result is not None
    assert linked is not None
    assert result.proof is not None
    assert result.build is not None
    assert (result.proof.windows, result.proof.identical) == (32, 32)
    assert trained.deployer.parity == [True] * 32
    assert trained.deployer.proven
    assert linked.identity.build_id == result.build.build_id
    assert linked.identity.labels == run.labels

    pump(trained, lambda: trained.live.count >= 3)
    last = trained.live.decisions[-1]
    assert last.probabilities.sum() == pytest.approx(1, abs=0.02)
    assert 0 < last.milliseconds < 1000
    assert trained.live.why_not() == ""

    evidence = trained.trainer.evidence
    assert evidence is not None
    proof = trained.deployer.prove_again(np.arange(len(evidence))).result(120)
    assert proof.identical == len(evidence)
    assert proof.outputs.argmax(axis=1).tolist() == evidence.answers("int8").tolist()

    names = {path.name for path in trained.deployer.save_as(tmp_path / "saved")}
    assert {"firmware.hex", "model.tflite", "tl_config.c", "tl_config.h"} <= names
    assert (tmp_path / "saved" / "model.tflite").read_bytes() == run.tflite


def test_building_alone_touches_no_board(trained: Session) -> None:
    trained.deployer.build()
    end(trained)
    assert states(trained) == [DeployStepState.DONE] * 3 + [DeployStepState.SKIPPED] * 2
    result = trained.deployer.result
    assert result is not None
    assert result.best_proof is not None
    assert result.best_proof.proven
    assert not trained.deployer.proven


def test_without_a_network_or_a_board_it_says_what_is_missing(session: Session, trained: Session) -> None:
    assert session.deployer.why_not() == "Train a network first."
    session.deployer.flash()
    assert not session.deployer.busy
    assert trained.deployer.why_not() == "Connect a board first."
    trained.deployer.flash()
    assert errors(trained) == ["No board is connected."]
    trained.notices.clear()
    trained.deployer.prove_again(np.arange(3))
    assert len(errors(trained)) == 1


def test_an_image_too_large_is_reported_and_the_board_keeps_what_it_has(
    trained: Session, port: BoardPort, board: VirtualBoardProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(trained, port)
    image = board.control.state()["image_sha256"]
    small = tmp_path / "small"
    shutil.copytree(toolchain.firmware_dir(), small)
    script = small / "boards" / "microbit_v2" / "microbit_v2.ld"
    text = script.read_text(encoding="utf-8")
    script.write_text(re.sub(r"(FLASH.*LENGTH = )\w+", r"\g<1>4K", text), encoding="utf-8")
    monkeypatch.setattr(toolchain, "firmware_dir", lambda: small)
    trained.deployer.flash()
    end(trained)
    (message,) = errors(trained)
    assert re.fullmatch(r"The image needs \d+ bytes of flash, the board has 4096\.", message)
    assert states(trained)[:3] == [DeployStepState.DONE, DeployStepState.FAILED, DeployStepState.WAITING]
    assert trained.connection.connected
    assert board.control.state()["image_sha256"] == image
    assert not trained.deployer.proven


def test_a_board_that_loses_power_while_it_is_flashed_is_reported(
    trained: Session, port: BoardPort, board: VirtualBoardProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinylab.workflow.deployment import deploy_job

    monkeypatch.setattr(deploy_job, "COME_BACK_S", 1.0)
    connect(trained, port)
    board.control.power_cut_next_flash()
    trained.deployer.flash()
    pump(trained, lambda: not trained.deployer.busy, 120)
    assert states(trained)[3] is DeployStepState.FAILED
    assert errors(trained)
    pump(trained, lambda: not trained.tasks.running)
    assert trained.connection.state is LinkState.LOST  # TinyLab looks for it until it is back


def test_a_network_for_a_rate_the_board_does_not_have_is_refused_before_building(trained: Session) -> None:
    run = trained.trainer.current
    assert run is not None
    trained.trainer.choose(replace(run, recipe=replace(run.recipe, rate_hz=120)))
    trained.deployer.build()
    end(trained)
    assert "wants 120 Hz" in errors(trained)[0]
    assert states(trained) == [DeployStepState.FAILED] + [DeployStepState.WAITING] * 4


def test_a_board_with_another_network_is_not_proven(trained: Session, port: BoardPort) -> None:
    connect(trained, port)
    with pytest.raises(DeployError):
        trained.deployer.prove_again(np.arange(3)).result(30)
    assert errors(trained) == ["The board does not run this network."]


def test_cancelling_keeps_the_board_as_it_was(trained: Session, port: BoardPort, board: VirtualBoardProcess) -> None:
    connect(trained, port)
    image = board.control.state()["image_sha256"]
    trained.deployer.flash()
    (job,) = trained.tasks.running
    job.cancel()
    end(trained)
    assert trained.connection.connected
    assert errors(trained) == []
    assert trained.deployer.reason == ""
    assert board.control.state()["image_sha256"] == image
