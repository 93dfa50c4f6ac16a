"""The size slider of the page Train: from 1 to 64 channels, with what they would cost the board under it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.deploy.network_cost import NetworkCost
from tinylab.errors import CancelledError
from tinylab.ui.pages.train import TrainPage
from tinylab.ui.shell.window import MainWindow
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.session import Session
from tinylab.workflow.training import sizing


@pytest.fixture
def asked(trained: Session, monkeypatch: pytest.MonkeyPatch) -> list[messages.Draft]:
    """What the worker is asked to draft; it starts no process."""
    found: list[messages.Draft] = []

    def ask(_client: WorkerClient, request: messages.Request, _answer: object, **_: Any) -> messages.Drafted:
        if not isinstance(request, messages.Draft):
            raise CancelledError("Nothing else is asked here.")
        found.append(request)
        return messages.Drafted(b"tflite", 6912)

    monkeypatch.setattr(WorkerClient, "ask", ask)
    monkeypatch.setattr(sizing, "network_cost", lambda *_: NetworkCost(21_700, 4_000, 332_800, True))
    return found


@pytest.fixture
def page(window: MainWindow, trained: Session, asked: list[messages.Draft]) -> TrainPage:
    """The page Train in front."""
    window.show_page("Train")
    found = window.page("Train")
    assert isinstance(found, TrainPage)
    return found


def test_the_slider_says_what_the_network_costs(
    page: TrainPage, trained: Session, asked: list[messages.Draft], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(trained.inbox, "now", lambda: seconds[0])
    page.tick()
    seconds[0] += 5
    page.tick()
    choices = page.choices
    assert asked == [], "whoever only looks starts no worker"
    assert choices.width_label.text() == "24 channels in the first layer"
    choices.channels.setFocus()
    qtbot.keyClick(choices.channels, Qt.Key.Key_End)
    assert trained.trainer.settings.network.width == 64
    assert choices.width_label.text() == "64 channels: the size is computed …"
    qtbot.keyClick(choices.channels, Qt.Key.Key_Home)
    assert trained.trainer.settings.network.width == 1
    page.tick()
    seconds[0] += 1
    page.tick()
    said = "1 channel: 6,912 weights, 21.7 kB flash, 4.0 kB RAM, 5.2 ms a decision"
    qtbot.waitUntil(lambda: choices.width_label.text() == said)
    assert [each.plan["width"] for each in asked] == [1]
    choices.family.setCurrentIndex(choices.family.findData("tree"))
    choices.family.activated.emit(choices.family.currentIndex())
    assert not choices.width_label.isVisible()
