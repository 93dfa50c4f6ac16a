"""Somebody opens a made set in the window and presses Train: what was done to the gestures stands on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.made_sets import write_projects
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from trials import FULL

from tinylab.learning.plan import NetworkPlan
from tinylab.ui.pages.train import TrainPage
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session
from tinylab.workflow.training.window_plan import WINDOW_S


@pytest.mark.skipif(not FULL, reason="trains the default network; the command line trains a small one in every suite")
def test_the_defaults_train_gestures_from_the_window(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    (path,) = write_projects(tmp_path, ["short gestures"])
    session.projects.open(path).result()
    window.show_page("Train")
    page = window.page("Train")
    assert isinstance(page, TrainPage)
    qtbot.mouseClick(page.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.trainer.runs) and not session.trainer.busy, timeout=150_000)
    run = session.trainer.current
    assert run is not None
    assert run.settings.network == NetworkPlan()
    assert run.recipe.window_s == WINDOW_S
    assert "99 stretches are shorter than the window" in page.status.text()
    assert "person" in page.sentence.text()
    assert run.int8.accuracy > 0.8
