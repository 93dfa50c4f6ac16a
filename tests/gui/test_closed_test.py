"""The test of a run is opened on purpose: the page Evaluate asks first, and Train lists by validation."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import TrainedRun, Validation


def given(session: Session, *runs: TrainedRun) -> None:
    session.trainer.kept.attach(list(runs))
    session.trainer.choose(runs[-1])


def test_the_test_is_opened_by_the_pages_action_and_stays_open(
    window: MainWindow, trained: Session, qtbot: QtBot
) -> None:
    run = trained.trainer.current
    assert run is not None
    given(trained, replace(run, opened=0))
    window.show_page("Evaluate")
    page = window.page("Evaluate")
    assert page.closed.isVisible() and not page.tiles.isVisible() and not page.matrix.isVisible()  # type: ignore[attr-defined]
    assert page.action.text() == "Open the test"
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not page.closed.isVisible() and page.tiles.isVisible() and page.matrix.isVisible()  # type: ignore[attr-defined]
    assert page.action.text() == "Deploy this network"
    assert page.list.count() > 0, "windows of the first cell"  # type: ignore[attr-defined]
    window.show_page("Collect")
    window.show_page("Evaluate")
    assert page.tiles.isVisible()  # type: ignore[attr-defined]


def test_runs_are_listed_by_validation_or_by_age_and_named(window: MainWindow, trained: Session, qtbot: QtBot) -> None:
    run = trained.trainer.current
    assert run is not None
    better = replace(run.int8, accuracy=0.75)
    runs = [
        replace(run, number=1, opened=0, validation=Validation(better, None)),
        replace(run, number=2, opened=0, validation=None),
        replace(run, number=3, opened=0, validation=Validation(replace(better, accuracy=0.5), None)),
    ]
    given(trained, *runs)
    window.show_page("Train")
    page = window.page("Train")

    def column(number: int) -> list[str]:
        table = page.runs  # type: ignore[attr-defined]
        return [table.item(row, number).text() for row in range(table.rowCount())]

    assert column(0) == ["3", "2", "1"]
    assert column(5) == ["closed"] * 3
    qtbot.mouseClick(page.order, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert column(0) == ["1", "3", "2"]
    page.runs.row_chosen.emit(1)  # type: ignore[attr-defined]
    assert trained.trainer.current is not None and trained.trainer.current.number == 3, "the row that is shown"
    qtbot.mouseClick(page.name_run, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    dialog = window.findChild(AskName)
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "with features")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert column(1)[1].startswith("with features · ")
