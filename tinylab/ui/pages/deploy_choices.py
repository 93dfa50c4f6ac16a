"""The side of the page Deploy: the target, what the board measures with, and when it decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QComboBox

from tinylab.deploy.decision import MAX_CONSECUTIVE, MAX_THRESHOLD
from tinylab.evaluation.rest_class import rest_advice
from tinylab.link.wire import MAX_SMOOTHING
from tinylab.text import ntr, tr
from tinylab.ui.formats import short_path
from tinylab.ui.widgets.basic import button, text_label
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.deployment.deployer import Deployer
from tinylab.workflow.training.trainer import Trainer


class DeployChoices(Panel):
    """Shows what was chosen and passes changes to the deployer's settings."""

    def __init__(
        self, connection: Connection, trainer: Trainer, deployer: Deployer, ask_for_folder: Callable[[], None]
    ) -> None:
        super().__init__(tr("Target"))
        self._connection, self._trainer, self._deployer = connection, trainer, deployer
        self.target = text_label("", "", wrap=True)
        self.body.addWidget(self.target)
        self._build_measuring()
        self._build_decision()
        self.head(tr("Take along"))
        self.save = button(tr("Save image, network and C …"), ask_for_folder, "link")
        self.body.addWidget(self.save)
        self.stretch()

    def _build_measuring(self) -> None:
        self.head(tr("What the board measures with"))
        self.range = QComboBox()
        self.range.activated.connect(lambda _: self._deployer.settings.set_range(self.range.currentData()))
        self.field(tr("Range"), self.range, tr("A larger range cuts less, a smaller one measures finer."))
        self.measures = text_label("", "small", wrap=True)
        self.body.addWidget(self.measures)

    def _build_decision(self) -> None:
        self.head(tr("Decision"))
        self.every = text_label("", "small", wrap=True)
        self.body.addWidget(self.every)
        self.threshold = NumberField(
            0,
            MAX_THRESHOLD,
            step=0.05,
            decimals=2,
            changed=lambda value: self._decide(threshold=round(value, 4), own=()),
        )
        self.field(tr("Threshold (probability)"), self.threshold, tr("Below this the board says: unknown."))
        self.own = text_label("", "small", wrap=True)
        self.body.addWidget(self.own)
        self.smoothing = NumberField(1, MAX_SMOOTHING, changed=lambda value: self._decide(smoothing=int(value)))
        self.smoothing.setToolTip(tr("The outputs of so many windows are averaged."))
        self.consecutive = NumberField(1, MAX_CONSECUTIVE, changed=lambda value: self._decide(consecutive=int(value)))
        self.consecutive.setToolTip(tr("So many equal decisions in a row are needed."))
        self.pair((tr("Smoothing"), self.smoothing), (tr("Consecutive"), self.consecutive))
        self.body.addWidget(
            text_label(
                tr("The next image starts with these; a board that runs one takes them at once."), "small", wrap=True
            )
        )
        self.advice = text_label("", "small", wrap=True, tone="caution")
        self.body.addWidget(self.advice)

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw everything."""
        port, run = self._connection.wanted, self._trainer.current
        if port is None:
            self.target.setText(tr("No board is connected."))
        else:
            how = tr("by its drive {drive}", drive=short_path(port.drive)) if port.drive else tr("shows no drive")
            self.target.setText(f"{port.name}\n{how}")
        if run is not None:
            recipe = run.recipe
            every = tr("every {s:.2f} s", s=recipe.stride_samples / recipe.rate_hz)
            when = tr("when a movement has ended") if recipe.by_movement else every
            self.every.setText(
                tr("Run {n}: {when}, from {w:.2f} s of signal.", n=run.number, when=when, w=recipe.window_s)
            )
        advice = rest_advice(run.labels, by_movement=run.recipe.by_movement) if run is not None else ""
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self._show_measuring()
        self._show_decision()
        result = self._deployer.result
        self.save.setEnabled(bool(result and result.build) and not self._deployer.busy)

    def _show_measuring(self) -> None:
        plan = self._deployer.measuring()
        for widget in (self.range, self.measures):
            widget.setEnabled(plan is not None and not self._deployer.busy)
        if plan is None:
            self.range.clear()
            self.every.setText("")
            self.measures.setText(tr("Known once there is a network."))
            return
        self.measures.setText(plan.text)
        choices: list[tuple[str, int | None]] = [(tr("as the takes (±{range} g)", range=plan.automatic_g), None)]
        choices += [(f"±{range_g} g", range_g) for range_g in self._deployer.ranges]
        if [self.range.itemText(i) for i in range(self.range.count())] != [text for text, _ in choices]:
            self.range.clear()
            for text, range_g in choices:
                self.range.addItem(text, range_g)
        self.range.setCurrentIndex(max(0, self.range.findData(self._deployer.settings.range_g)))

    def _show_decision(self) -> None:
        decision = self._deployer.decision
        self.threshold.show_value(decision.threshold)
        self.smoothing.show_value(decision.smoothing)
        self.consecutive.show_value(decision.consecutive)
        own = len(decision.own)
        self.own.setVisible(own > 0)
        self.own.setText(
            ntr(
                "1 class has a threshold of its own, set on the page Live.",
                "{count} classes have thresholds of their own, set on the page Live.",
                own,
            )
        )

    def _decide(self, **changes: object) -> None:
        deployer = self._deployer
        deployer.set_decision(replace(deployer.decision, **changes))  # type: ignore[arg-type]
