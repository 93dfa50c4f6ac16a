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
from tinylab.deploy.proof import Proof
from tinylab.virtualboard.service.client import VirtualBoardProcess
from tinylab.workflow.connection import LinkState
from tinylab.workflow.deployer import DeployStep, DeployStepState
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def states(session: Session) -> list[DeployStepState]:
    return [session.deployment.steps[step].state for step in DeployStep]


def end(session: Session) -> None:
    pump(session, lambda: not session.deployment.busy and not session.jobs.running, 120)


def test_all_five_steps_and_then_the_board_decides_live(trained: Session, port: BoardPort, tmp_path: Path) -> None:
    connect(trained, port)
    trained.deployment.flash()
    assert trained.connection.state is LinkState.RELEASED
    end(trained)
    assert errors(trained) == []
    assert states(trained) == [DeployStepState.DONE] * 5
    run, result, linked = trained.training.current, trained.deployment.result, trained.connection.linked
    assert run is not None
    assert result is not None
    assert linked is not None
    assert result.proof is not None
    assert result.build is not None
    assert (result.proof.windows, result.proof.identical) == (32, 32)
    assert trained.deployment.parity == [True] * 32
    assert trained.deployment.proven
    assert linked.identity.build_id == result.build.build_id
    assert linked.identity.labels == run.labels

    pump(trained, lambda: trained.live.count >= 3)
    last = trained.live.decisions[-1]
    assert last.probabilities.sum() == pytest.approx(1, abs=0.02)
    assert 0 < last.milliseconds < 1000
    assert trained.live.why_not() == ""

    proofs: list[Proof] = []
    trained.deployment.prove_again(np.arange(len(run.test)), proofs.append)
    pump(trained, lambda: bool(proofs))
    assert proofs[0].identical == len(run.test)
    assert proofs[0].outputs.argmax(axis=1).tolist() == list(run.answers)

    names = {path.name for path in trained.deployment.save_as(tmp_path / "saved")}
    assert {"firmware.hex", "model.tflite", "tl_config.c", "tl_config.h"} <= names
    assert (tmp_path / "saved" / "model.tflite").read_bytes() == run.tflite


def test_building_alone_touches_no_board(trained: Session) -> None:
    trained.deployment.build()
    end(trained)
    assert states(trained) == [DeployStepState.DONE] * 3 + [DeployStepState.SKIPPED] * 2
    result = trained.deployment.result
    assert result is not None
    assert result.best_proof is not None
    assert result.best_proof.proven
    assert not trained.deployment.proven


def test_without_a_network_or_a_board_it_says_what_is_missing(session: Session, trained: Session) -> None:
    assert session.deployment.why_not() == "Train a network first."
    session.deployment.flash()
    assert not session.deployment.busy
    assert trained.deployment.why_not() == "Connect a board first."
    trained.deployment.flash()
    assert errors(trained) == ["No board is connected."]
    trained.notices.clear()
    trained.deployment.prove_again(np.arange(3), lambda _: None)
    assert len(errors(trained)) == 1


def test_an_image_too_large_is_told_and_the_board_keeps_what_it_has(
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
    trained.deployment.flash()
    end(trained)
    (message,) = errors(trained)
    assert re.fullmatch(r"The image needs \d+ bytes of flash, the board has 4096\.", message)
    assert states(trained)[:3] == [DeployStepState.DONE, DeployStepState.FAILED, DeployStepState.WAITING]
    assert trained.connection.connected
    assert board.control.state()["image_sha256"] == image
    assert not trained.deployment.proven


def test_a_board_that_loses_power_while_it_is_flashed_is_told(
    trained: Session, port: BoardPort, board: VirtualBoardProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinylab.workflow import deployer

    monkeypatch.setattr(deployer, "_COME_BACK_S", 1.0)
    connect(trained, port)
    board.control.power_cut_next_flash()
    trained.deployment.flash()
    pump(trained, lambda: not trained.deployment.busy, 120)
    assert states(trained)[3] is DeployStepState.FAILED
    assert errors(trained)
    pump(trained, lambda: not trained.jobs.running)
    assert trained.connection.state is LinkState.LOST  # TinyLab looks for it until it is back


def test_a_network_for_a_rate_the_board_does_not_have_is_refused_before_building(trained: Session) -> None:
    run = trained.training.current
    assert run is not None
    trained.training.choose(replace(run, recipe=replace(run.recipe, rate_hz=120)))
    trained.deployment.build()
    end(trained)
    assert "wants 120 Hz" in errors(trained)[0]
    assert states(trained) == [DeployStepState.FAILED] + [DeployStepState.WAITING] * 4


def test_a_board_with_another_network_is_not_proven(trained: Session, port: BoardPort) -> None:
    connect(trained, port)
    found: list[Proof] = []
    trained.deployment.prove_again(np.arange(3), found.append)
    pump(trained, lambda: bool(errors(trained)))
    assert errors(trained) == ["The board does not run this network."]
    assert found == []


def test_cancelling_keeps_the_board_as_it_was(trained: Session, port: BoardPort, board: VirtualBoardProcess) -> None:
    connect(trained, port)
    image = board.control.state()["image_sha256"]
    trained.deployment.flash()
    (job,) = trained.jobs.running
    job.cancel()
    end(trained)
    assert trained.connection.connected
    assert errors(trained) == []
    assert trained.deployment.reason == ""
    assert board.control.state()["image_sha256"] == image
