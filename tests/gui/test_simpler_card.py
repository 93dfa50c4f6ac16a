"""What is simpler than a network stands on Evaluate, and a click trains it; Train shows the settings that count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tinylab.evaluation.baseline_rows import BaselineRow
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.learning.plan import NetworkPlan
from tinylab.ui.pages.evaluate import EvaluatePage
from tinylab.ui.pages.train import TrainPage
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import TrainSettings


def row(name: str, accuracy: float, why_not: str = "") -> BaselineRow:
    interval = AccuracyInterval(accuracy - 0.1, min(accuracy + 0.1, 1.0), "takes", 20)
    return BaselineRow(name, f"{name} it is", accuracy, accuracy, interval, f"how {name} does it", why_not)


@pytest.fixture
def evaluate(window: MainWindow, trained: Session) -> EvaluatePage:
    """The page, with a run beside which a tree is as good."""
    trainer = trained.trainer
    run = trainer.runs[-1]
    good = run.int8.accuracy
    rows = (
        row("majority", 0.3, "It knows nothing."), row("threshold_rule", good - 0.3), row("decision_tree", good),
        row("nearest_neighbours", 1.0, "It keeps everything."),
    )  # fmt: skip
    trainer.runs[-1] = replace(run, baselines=rows)
    trainer.choose(trainer.runs[-1])
    window.show_page("Evaluate")
    page = window.page("Evaluate")
    assert isinstance(page, EvaluatePage)
    return page


def cells(page: EvaluatePage, place: int) -> list[str]:
    table = page.simpler.table
    items = [table.item(place, column) for column in range(table.columnCount())]
    return [item.text() for item in items if item is not None]


def test_every_baseline_stands_there_with_its_interval_and_what_a_board_can_hold(evaluate: EvaluatePage) -> None:
    card = evaluate.simpler
    assert card.isVisible()
    assert card.table.rowCount() == 4
    assert cells(evaluate, 0) == ["majority it is", "how majority does it", "30.0 % (20–40)", "0.300", "no"]
    assert cells(evaluate, 2)[4] == "yes"
    assert card.table.currentRow() == 2  # what is offered is chosen
    assert card.words.text() == "decision_tree it is: how decision_tree does it."
    assert card.offer.isVisible()
    assert card.offer.text() == "Train this instead: Decision tree"
    assert card.train.isEnabled()


def test_what_cannot_be_put_on_a_board_says_why(evaluate: EvaluatePage) -> None:
    evaluate.simpler.table.row_chosen.emit(3)
    assert not evaluate.simpler.train.isEnabled()
    assert evaluate.simpler.words.text().endswith("It keeps everything.")
    assert evaluate.simpler.train.toolTip() == "It keeps everything."
    evaluate.simpler.table.row_chosen.emit(1)
    assert evaluate.simpler.train.isEnabled()  # whoever wants the weaker rule may have it


def test_a_run_of_before_has_no_such_card(evaluate: EvaluatePage, trained: Session) -> None:
    trained.trainer.choose(trained.trainer.runs[0])
    evaluate.refresh()
    assert not evaluate.simpler.isVisible()
    assert not evaluate.simpler.offer.isVisible()


def test_a_click_trains_it_and_the_page_train_shows_it(
    evaluate: EvaluatePage, window: MainWindow, trained: Session, qtbot: QtBot
) -> None:
    trainer, before = trained.trainer, trained.trainer.current
    assert before is not None
    qtbot.mouseClick(evaluate.simpler.offer, Qt.MouseButton.LeftButton)
    assert trained.inbox.wait(lambda: not trainer.busy, 60)
    run = trainer.current
    assert run is not None
    assert run is not before
    assert run.settings.network.family == "tree"
    assert run.settings.windows == before.settings.windows
    assert not run.is_open
    assert trainer.settings.network.family == "tree"  # the next one is such a tree, too
    page = window.page("Train")
    assert page.isVisible()
    assert isinstance(page, TrainPage)
    page.refresh()
    assert not page.plots.isVisible()
    assert page.status.text().startswith("Run 3: learned from everyone who is not tested.")
    item = page.runs.item(0, 1)
    assert item is not None
    assert item.text() == "Decision tree"
    window.show_page("Evaluate")
    evaluate.refresh()
    assert not evaluate.simpler.isVisible()  # the baselines were asked about the same takes
    assert not evaluate.simpler.offer.isVisible()
    trainer.open_test()
    run = trainer.current
    assert run is not None
    evaluate.refresh()
    assert evaluate.simpler.isVisible()
    assert "in scikit-learn, given the int8 inputs; LiteRT was not asked." in evaluate.facts.text()
    place = [each.name for each in run.baselines].index("decision_tree")
    evaluate.simpler.table.row_chosen.emit(place)
    assert evaluate.simpler.words.text().endswith("This run is that model.")
    window.show_page("Deploy")
    file = window.page("Deploy").table.item(0, 3)  # type: ignore[attr-defined]
    assert file.text() == "–"


def test_settings_that_mean_nothing_to_a_tree_are_not_there(window: MainWindow, trained: Session) -> None:
    window.show_page("Train")
    page, trainer = window.page("Train"), trained.trainer
    assert isinstance(page, TrainPage)
    choices, expert = page.choices, page.choices.expert
    expert._fold.open()
    networks: list[QWidget] = [choices.epochs, choices.rotation, choices.channels]
    greyed: list[QWidget] = [expert.dropout, expert.rate, expert.batch, *(field for field, _ in expert._variations)]
    for family, there in (("tree", False), ("cnn", True)):
        trainer.set_settings(TrainSettings(NetworkPlan(family), trainer.settings.windows))
        page.refresh()
        assert [widget.isVisible() for widget in networks] == [there] * 3
        assert choices.simple_text.isVisible() is not there
        assert {widget.isEnabled() for widget in greyed} == {there}
        assert expert.seed.isEnabled()
        assert all(mark.isEnabled() for mark in expert._features.values())
    assert trainer.why_not() == ""
