"""Train shows what varying does to windows; with no takes there is nothing to show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tinylab.learning.augmentation import NONE
from tinylab.ui.pages.train import TrainPage
from tinylab.ui.pages.train_varied import VariedDialog
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


def drawn(plot: SignalPlot) -> np.ndarray:
    """The first axis of what a plot shows."""
    return np.asarray(plot._values[:, 0])


def page_of(window: MainWindow) -> TrainPage:
    window.show_page("Train")
    page = window.page("Train")
    assert isinstance(page, TrainPage)
    return page


def test_one_window_and_copies_of_it_and_then_others(window: MainWindow, trained: Session, qtbot: QtBot) -> None:
    press = page_of(window).choices.show_varied
    assert press.isEnabled() and press.isVisible()
    press.click()
    (dialog,) = window.findChildren(VariedDialog)
    assert dialog.isVisible()
    assert len(dialog.copies) == 4
    before = drawn(dialog.recorded)
    assert len(before) > 10
    assert all(drawn(plot).shape == before.shape and (drawn(plot) != before).any() for plot in dialog.copies)
    ranges = {tuple(np.round(plot.getViewBox().viewRange()[1], 6)) for plot in (dialog.recorded, *dialog.copies)}
    assert len(ranges) == 1, "one scale for all"
    assert "as it was recorded" in dialog.words.text()
    first = drawn(dialog.copies[0])
    dialog.others.click()
    assert not np.array_equal(drawn(dialog.copies[0]), first)
    settings = trained.trainer.settings
    trained.trainer.set_settings(replace(settings, network=replace(settings.network, augmentation=NONE)))
    dialog.draw()
    assert "No variation is switched on" in dialog.words.text()
    with qtbot.waitSignal(dialog.finished):
        dialog.reject()


def test_without_takes_the_press_says_why_it_cannot(window: MainWindow) -> None:
    press = page_of(window).choices.show_varied
    assert not press.isEnabled()
    assert press.toolTip() == "Record or import something first."


@pytest.mark.usefixtures("trained")
def test_a_take_that_cannot_be_read_is_said_in_the_window(window: MainWindow, session: Session) -> None:
    session.trainer.set_settings(
        replace(session.trainer.settings, windows=replace(session.trainer.settings.windows, window_s=20.0, rate_hz=400))
    )
    page_of(window).choices.show_varied.click()
    (dialog,) = window.findChildren(VariedDialog)
    assert "8000 samples" in dialog.words.text()
    dialog.reject()
