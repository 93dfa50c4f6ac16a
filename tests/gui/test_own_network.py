"""The page Train: a file of the user's own is chosen, and code that a project brings is named before it may run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytest import MonkeyPatch
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.train import TrainPage
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


def test_a_file_is_chosen_and_code_of_a_project_is_named(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    window.show_page("Train")
    page = window.page("Train")
    assert isinstance(page, TrainPage)
    own, trainer = page.choices.expert.own, session.trainer
    assert own.said.text() == ""
    trainer.set_settings(replace(trainer.settings, network=replace(trainer.settings.network, family="own", own="x\n")))
    qtbot.waitUntil(lambda: "brings code of its own" in own.said.text())
    path = tmp_path / "mine.py"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    own.choose.click()
    assert "cannot be read" in own.said.text()
    path.write_text("def build(spec):\n    return None\n", encoding="utf-8")
    own.choose.click()
    assert own.said.text() == "Your file of 2 lines builds it."
    assert page.choices.family.currentData() == "own"
    assert trainer.settings.network.own == path.read_text(encoding="utf-8")
