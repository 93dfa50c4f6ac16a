"""Which baseline is offered instead of a run, and how it is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tinylab.evaluation.baseline import GROUPS
from tinylab.evaluation.baseline_rows import BaselineRow, baselines
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.learning.menu import family_of
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.project.opening import load_project
from tinylab.workflow.training.runs import TrainedRun
from tinylab.workflow.training.simpler import offered, settings_for, why_not

INTERVAL = AccuracyInterval(0.7, 0.9, "takes", 20)


def row(name: str, accuracy: float, why_not: str = "") -> BaselineRow:
    return BaselineRow(name, name, accuracy, accuracy, INTERVAL, "words", why_not)


@pytest.fixture
def run(tmp_path: Path) -> TrainedRun:
    """A network that is right in 80 %."""
    path = tmp_path / "trained.tinylab"
    path.write_bytes((Path(__file__).parents[2] / "fixtures" / "version1" / "trained.tinylab").read_bytes())
    loaded = load_project(path)
    (found,) = loaded.runs
    loaded.contents.project.close()
    return replace(found, int8=replace(found.int8, accuracy=0.8), intervals={"int8": INTERVAL})


def test_the_best_that_is_as_good_and_can_be_put_on_a_board_is_offered(run: TrainedRun) -> None:
    rows = (
        row("majority", 0.8, "no"), row("threshold_rule", 0.76), row("decision_tree", 0.76),
        row("nearest_neighbours", 0.9, "no"), row("small_forest", 0.7),
    )  # fmt: skip
    best = offered(replace(run, baselines=rows))
    assert best is not None
    assert best.name == "threshold_rule"  # of equally accurate ones the simplest
    assert offered(replace(run, baselines=(*rows, row("random_forest", 0.9, "no"), row("of the future", 0.9)))) is best
    assert offered(replace(run, baselines=rows[-2:])) is None
    assert offered(replace(run, baselines=(row("small_forest", 0.9, "too many nodes"),))) is None
    tree = replace(run, settings=replace(run.settings, network=NetworkPlan("tree")), baselines=rows[2:])
    assert offered(tree) is None  # itself, and what is less simple, are no way out
    assert offered(replace(run, baselines=())) is None
    assert offered(replace(run, baselines=rows, opened=0)) is None  # before its test is opened


def test_it_is_taught_as_the_run_was_on_the_features_that_baselines_see(run: TrainedRun) -> None:
    found = settings_for(run, row("small_forest", 0.8))
    assert found is not None
    assert (found.network.family, found.network.features, found.windows) == ("forest", GROUPS, run.settings.windows)
    assert settings_for(run, row("majority", 0.8, "no")) is None


def test_what_cannot_be_trained_says_why(run: TrainedRun) -> None:
    assert why_not(run, row("nearest_neighbours", 0.9, "It keeps everything.")) == "It keeps everything."
    assert why_not(run, row("of the future", 0.9)) == "This TinyLab cannot put it on a board."
    assert why_not(run, row("decision_tree", 0.9)) == ""
    tree = replace(run, settings=replace(run.settings, network=NetworkPlan("tree")))
    assert why_not(tree, row("decision_tree", 0.9)) == "This run is that model."


def test_every_baseline_that_a_board_can_hold_is_a_family() -> None:
    without = {"majority", "nearest_neighbours", "random_forest"}  # they say why not
    assert {name for name in baselines() if not family_of(name)} == without
