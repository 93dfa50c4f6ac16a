"""The board's own decisions as they arrive."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.deploy.decision import SOFTMAX_SCALE, SOFTMAX_ZERO, Decider
from tinylab.link.wire import CAPABILITY_DECISION, CAPABILITY_MOVEMENT, NO_DECISION, Prediction
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.deciding import Deciding
from tinylab.workflow.board.opened_board import Linked, Sampling

_KEPT = 240


@dataclass(frozen=True, slots=True, eq=False)
class LiveDecision:
    """One decision of the board."""

    sample_number: int  # of the window's last sample
    decision: int  # class, or NO_DECISION
    probabilities: npt.NDArray[np.float64]  # (classes,)
    milliseconds: float  # as the board measured them


class Live:
    """Collects what the board decides; the page looks at it when it draws."""

    def __init__(self, connection: Connection, deciding: Deciding) -> None:
        self.deciding = deciding
        self._connection = connection
        self._lock = threading.Lock()
        self._decisions: deque[LiveDecision] = deque(maxlen=_KEPT)
        self._listening: Linked | None = None
        self.count = 0
        self._decider: Decider | None = None  # of a board that does not take settings
        connection.changed.subscribe(lambda _: self._follow())

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels as the board says them, for a screen."""
        linked = self._connection.linked
        return linked.identity.shown_labels if linked else ()

    @property
    def decisions(self) -> tuple[LiveDecision, ...]:
        """The last decisions, oldest first."""
        with self._lock:
            return tuple(self._decisions)

    def why_not(self) -> str:
        """Why no decisions arrive, in words; empty where they do."""
        linked = self._connection.linked
        if linked is None:
            return tr("Connect a board first.")
        hello = linked.identity.hello
        if not linked.identity.has_model:
            return tr("No network runs on the board yet: train one, then flash it.")
        if (hello.rate_hz, hello.range_g) != (hello.model_rate_hz, hello.model_range_g):
            return tr(
                "The network was trained for {model_rate_hz} Hz and ±{model_range_g} g, but the board "
                "measures at {rate_hz} Hz and ±{range_g} g.",
                model_rate_hz=hello.model_rate_hz,
                model_range_g=hello.model_range_g,
                rate_hz=hello.rate_hz,
                range_g=hello.range_g,
            )
        return ""

    @property
    def by_movement(self) -> bool:
        """Whether the board decides when something has moved, and not every stride."""
        linked = self._connection.linked
        return linked is not None and bool(linked.identity.hello.capabilities & CAPABILITY_MOVEMENT)

    @property
    def can_fix_sampling(self) -> bool:
        """Whether `fix_sampling` would let decisions arrive."""
        linked = self._connection.linked
        return linked is not None and linked.identity.has_model and bool(self.why_not())

    def fix_sampling(self) -> None:
        """Stream at the rate and range the network was trained for."""
        linked = self._connection.linked
        if linked is not None and linked.identity.has_model:
            hello = linked.identity.hello
            self._connection.set_sampling(Sampling(hello.model_rate_hz, hello.model_range_g))

    def decided_label(self, decision: LiveDecision) -> str:
        """The label of a decision; empty where it is unknown."""
        labels = self.labels
        return labels[decision.decision] if NO_DECISION < decision.decision < len(labels) else ""

    def _follow(self) -> None:
        linked = self._connection.linked
        if linked is None or (self._listening is not None and self._listening.link is linked.link):
            return
        self._listening = linked
        with self._lock:
            self._decisions.clear()
            self.count, self._decider = 0, None
        linked.link.on_prediction.append(lambda prediction: self._take(prediction, linked))

    def _decided(self, prediction: Prediction, linked: Linked) -> int:
        """The board's decision; an older firmware's outputs are decided on here, with the thresholds of the project."""
        settings = self.deciding.decision
        if linked.identity.hello.capabilities & CAPABILITY_DECISION or settings is None:
            return prediction.decision
        before = self._decisions[-1].sample_number if self._decisions else -1
        if self._decider is None or prediction.sample_number < before:
            self._decider = Decider(settings)
        self._decider.settings = settings
        fits = len(settings.thresholds) == len(prediction.outputs)
        return self._decider.decide(prediction.outputs) if fits else prediction.decision

    def _take(self, prediction: Prediction, linked: Linked) -> None:
        """In the reader thread."""
        cycles = prediction.features_cycles + prediction.network_cycles
        decision = LiveDecision(
            prediction.sample_number,
            self._decided(prediction, linked),
            (prediction.outputs.astype(np.float64) - SOFTMAX_ZERO) * SOFTMAX_SCALE,
            linked.board.milliseconds(cycles),
        )
        with self._lock:
            self._decisions.append(decision)
            self.count += 1
