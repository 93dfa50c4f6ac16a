"""The size beside the slider: measured once it rests, in the worker's free time, and only while somebody looks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tinylab.deploy.decision_cost import choose_inference
from tinylab.deploy.firmware import Deployable
from tinylab.deploy.network_cost import NetworkCost
from tinylab.errors import EngineError, TrainingError
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.session import Session
from tinylab.workflow.training import sizing as sizing_module
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.sizing import REST_S, Sizing
from tinylab.workflow.training.window_plan import WindowPlan

COST = NetworkCost(21_700, 4_000, 332_800, True)


@dataclass
class FakeWorker:
    """Drafts at once; remembers what it was asked for."""

    ready: bool = False
    asked: list[messages.Draft] = field(default_factory=list)

    def renew(self) -> None:
        """It is never tired."""

    def ask(self, request: messages.Draft, _answer: object) -> messages.Drafted:
        self.asked.append(request)
        return messages.Drafted(b"tflite", 6912)


@dataclass
class Slider:
    """A sizing with a worker and a clock of its own."""

    session: Session
    sizing: Sizing
    worker: FakeWorker
    held: bool = False
    seconds: float = 0.0

    def width(self, width: int, **changes: Any) -> None:
        """As the user moves it."""
        self.sizing.ask()
        settings = self.session.trainer.settings
        self.session.trainer.set_settings(
            replace(settings, network=replace(settings.network, width=width, **changes))
        )  # fmt: skip

    def rest(self, seconds: float = 1.1 * REST_S) -> None:
        """Look on for so long, and carry out what threads have brought back."""
        self.sizing.look_after()
        self.seconds += seconds
        self.sizing.look_after()
        self.session.inbox.wait(lambda: not self.sizing._tasks.running, 10)


@pytest.fixture
def slider(trained: Session, monkeypatch: pytest.MonkeyPatch) -> Slider:
    worker = FakeWorker()
    monkeypatch.setattr(sizing_module, "network_cost", lambda *_: COST)
    made = Slider(trained, None, worker)  # type: ignore[arg-type]
    monkeypatch.setattr(trained.inbox, "now", lambda: made.seconds)
    made.sizing = Sizing(
        trained.inbox, trained.document, trained.trainer, worker, trained.target, lambda: made.held  # type: ignore[arg-type]
    )  # fmt: skip
    return made


def test_nothing_is_started_for_somebody_who_only_looks(slider: Slider) -> None:
    slider.rest()
    assert slider.worker.asked == []
    assert slider.sizing.said == "4 channels in the first layer"
    slider.worker.ready = True  # it is there anyway: somebody has trained
    assert slider.sizing.said == "4 channels: the size is computed …"
    slider.rest()
    assert len(slider.worker.asked) == 1
    assert slider.sizing.said == "4 channels: 6,912 weights, 21.7 kB flash, 4.0 kB RAM, 5.2 ms a decision"


def test_only_where_the_slider_rests_it_is_measured_and_only_once(slider: Slider) -> None:
    heard: list[None] = []
    slider.sizing.changed.subscribe(heard.append)
    for width in (8, 12, 16):
        slider.width(width)
        slider.rest(REST_S / 2)
    assert slider.worker.asked == []
    assert slider.sizing.said == "16 channels: the size is computed …"
    slider.rest()
    assert [each.plan["width"] for each in slider.worker.asked] == [16]
    assert heard == [None, None]  # begun, and done
    slider.width(8)
    slider.rest()
    slider.width(16, dropout=0.5, epochs=3)  # none of it changes the size
    assert slider.sizing.said.startswith("16 channels: 6,912 weights")
    slider.rest()
    assert [each.plan["width"] for each in slider.worker.asked] == [16, 8]


def test_while_a_run_goes_on_nothing_is_asked(slider: Slider) -> None:
    slider.held = True
    slider.width(8)
    slider.rest()
    assert slider.worker.asked == []
    assert slider.sizing.said == "8 channels in the first layer"
    slider.held = False
    slider.rest()
    assert len(slider.worker.asked) == 1


def test_an_answer_that_comes_late_is_not_shown_for_another_network(slider: Slider) -> None:
    slider.width(8)
    slider.sizing.look_after()
    slider.seconds += 1.1 * REST_S
    slider.sizing.look_after()
    slider.width(12)
    slider.session.inbox.wait(lambda: not slider.sizing._tasks.running, 10)
    assert slider.sizing.said == "12 channels: the size is computed …"
    slider.width(8)
    assert slider.sizing.said.startswith("8 channels: 6,912 weights")


def test_what_the_engine_refuses_and_what_no_board_holds_is_said(
    slider: Slider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NetworkCost:
        raise EngineError("A row is too long.")

    monkeypatch.setattr(sizing_module, "network_cost", refuse)
    slider.width(8)
    slider.rest()
    assert slider.sizing.said == "8 channels: A row is too long."
    slider.rest()
    assert len(slider.worker.asked) == 1, "it is not asked again and again"
    monkeypatch.setattr(sizing_module, "network_cost", lambda *_: replace(COST, ram_bytes=200_000))
    slider.width(12)
    slider.rest()
    assert slider.sizing.said.endswith("200.0 kB RAM, 5.2 ms a decision – more than the micro:bit V2 has")
    settings = slider.session.trainer.settings
    slider.session.trainer.set_settings(replace(settings, windows=WindowPlan(20.0, 1.0, rate_hz=400, suggested=False)))
    slider.rest()
    assert "8000 samples" in slider.sizing.said


def test_what_is_no_network_has_no_size_before(slider: Slider) -> None:
    tree = replace(slider.session.trainer.settings.network, family="tree")
    with pytest.raises(TrainingError, match="no network") as caught:
        slider.sizing.measure(TrainSettings(tree)).result()
    assert caught.value.hint


def test_an_untrained_network_costs_what_the_trained_one_does(trained: Session, worker: WorkerClient) -> None:
    run = trained.trainer.current
    assert run is not None
    sizing = Sizing(trained.inbox, trained.document, trained.trainer, worker, trained.target, lambda: False)
    size = sizing.measure(run.settings).result()
    costs = choose_inference(Deployable.from_tflite(run.tflite, run.recipe, run.labels))[1]
    assert size.parameters == run.parameters
    assert size.cost.streams == costs.streams
    assert size.cost.ram_bytes == costs.used.ram_bytes
    # What the compiler makes of zero points and biases depends on their values: 72 bytes of 3,420 in this network.
    assert size.cost.flash_bytes == pytest.approx(costs.used.flash_bytes, rel=0.025)
    assert size.cost.cycles == pytest.approx(costs.used.cycles, rel=0.02)  # some clamps depend on the weights
    assert costs.used.instructions > 0
