"""Another run in grey behind the curves of the current one, and its F1 in the table of Evaluate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.evaluate import EvaluatePage
from tinylab.ui.pages.train import TrainPage
from tinylab.ui.shell.window import MainWindow
from tinylab.workers.messages import Epoch
from tinylab.workflow.session import Session

CHECKED = tuple(Epoch(number, 1.0 / (number + 1), 0.5, 0.9 - number / 10, 0.3 + number / 10) for number in range(5))
EVERYONE = tuple(Epoch(number, 0.7 - number / 10, 0.6, float("nan"), float("nan"), True) for number in range(7))


@pytest.fixture
def page(window: MainWindow, trained: Session) -> TrainPage:
    """Train with two runs, of which the second is the current one."""
    runs = trained.trainer.runs
    runs[0] = replace(runs[0], history=(*CHECKED, *EVERYONE), name="wide", opened=1)
    runs[1] = replace(runs[1], history=CHECKED[:3], opened=1)
    trained.trainer.choose(runs[1])
    window.show_page("Train")
    found = window.page("Train")
    assert isinstance(found, TrainPage)
    return found


def drawn(page: TrainPage) -> list[list[float]]:
    """The grey curves."""
    curves = [plot._beside.getData()[1] for plot in (page.loss, page.accuracy)]
    return [[] if values is None else np.round(values, 3).tolist() for values in curves]


def test_the_keyboard_puts_a_run_beside_and_its_validation_is_drawn(
    page: TrainPage, trained: Session, qtbot: QtBot
) -> None:
    box = page.beside.box
    assert box.isVisible()
    assert [box.itemText(place) for place in range(box.count())] == ["none beside", "beside: 1 wide"]
    assert drawn(page) == [[], []]
    assert not page.beside.legend.isVisible()
    reach = page.loss.getViewBox().viewRange()[0][1]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert drawn(page) == [[0.9, 0.8, 0.7, 0.6, 0.5], [0.3, 0.4, 0.5, 0.6, 0.7]]
    assert box.currentText() == "beside: 1 wide"
    assert page.beside.legend.isVisible()
    assert page.loss.getViewBox().viewRange()[0][1] > reach, "the axis holds both"
    assert "validation of run 1 0.500" in page.loss.reading_at(4.0)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert drawn(page) == [[], []]
    trained.trainer.runs[0] = replace(trained.trainer.runs[0], history=EVERYONE)
    trained.beside.choose(1)
    assert drawn(page)[0] == [0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], "nobody was held back: everyone's"
    assert trained.trainer.delete(trained.trainer.runs[0])
    assert drawn(page) == [[], []]
    assert not box.isVisible()


def test_evaluate_has_its_f1_only_where_its_test_is_open(window: MainWindow, page: TrainPage, trained: Session) -> None:
    assert page.isVisible()
    window.show_page("Evaluate")
    evaluate = window.page("Evaluate")
    assert isinstance(evaluate, EvaluatePage)
    table, runs = evaluate.classes, trained.trainer.runs
    assert table.isColumnHidden(5)
    trained.beside.choose(1)
    assert not table.isColumnHidden(5)
    head = table.horizontalHeaderItem(5)
    assert head is not None and head.text() == "F1, run 1"
    cells = [table.item(row, 5) for row in range(table.rowCount())]
    assert [cell.text() for cell in cells if cell] == [f"{each.f1:.2f}" for each in runs[0].int8.classes]
    card, cells_of = evaluate.matrix_card, range(len(runs[1].labels))
    assert "more than run 1" in card.beside.text()
    assert [card.matrix.points_more(place, place) for place in cells_of] == [0] * len(cells_of), "the same answers"
    window.resize(1024, 700)
    assert card.matrix.has_room_for_two and card.matrix._cell() >= 34, "the small numbers are there to be read"
    known = replace(runs[0].int8, classes=runs[0].int8.classes[1:])
    runs[0] = replace(runs[0], int8=known)
    evaluate.refresh()
    first = table.item(0, 5)
    assert first is not None and first.text() == "–", "that run did not know the class"
    runs[0] = replace(runs[0], opened=0)
    evaluate.refresh()
    assert table.isColumnHidden(5) and not card.beside.text()
    assert card.matrix.points_more(0, 0) is None
