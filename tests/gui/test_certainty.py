"""Beside every accuracy stands how sure it is, on every page that shows one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QTableWidget

from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def test_an_accuracy_on_few_takes_is_too_few_to_tell_and_on_many_has_its_interval(
    window: MainWindow, trained: Session
) -> None:
    trainer = trained.trainer
    run = trainer.current
    assert run is not None
    evaluate = window.page("Evaluate")
    evaluate.refresh()
    few = f"too few to tell: {run.test_takes} takes"
    assert run.test_takes < 10
    for tile in (evaluate.tiles.float32, evaluate.tiles.int8):  # type: ignore[attr-defined]
        assert few in tile.below.text()
    interval = AccuracyInterval(0.712, 0.924, "takes", 12)
    trainer.runs[-1] = replace(run, intervals={"float32": interval, "int8": interval})
    trainer.choose(trainer.runs[-1])
    for page in ("Evaluate", "Train", "Deploy"):
        window.page(page).refresh()
    for tile in (evaluate.tiles.float32, evaluate.tiles.int8):  # type: ignore[attr-defined]
        assert "95 %: 71.2 to 92.4 %" in tile.below.text()
    assert run.certainty not in evaluate.facts.text()  # type: ignore[attr-defined]
    assert "by 12 tested takes" in evaluate.facts.text()  # type: ignore[attr-defined]
    assert "(71–92)" in cell(window.page("Train").runs, 0, 5)  # type: ignore[attr-defined]
    for row in (0, 1):
        assert "(71–92)" in cell(window.page("Deploy").table, row, 1)  # type: ignore[attr-defined]
