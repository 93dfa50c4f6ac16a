"""The page Deploy: build the firmware, try it, flash it, and prove that the board computes what the PC computes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from tinylab.deploy.decision_cost import InferenceCost
from tinylab.text import percent, tr
from tinylab.ui.formats import figures, kilobytes, one_line
from tinylab.ui.pages.deploy_choices import DeployChoices
from tinylab.ui.plots.parity import ParitySquares
from tinylab.ui.widgets.basic import button, side_by_side, text_label
from tinylab.ui.widgets.cards import Card, Tile
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.progress_strip import StepRow
from tinylab.ui.widgets.stale_mark import StaleMark
from tinylab.ui.widgets.table import Table
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.deployment.deployed import Deployed
from tinylab.workflow.deployment.deployer import Deployer
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import FLOAT32, INT8
from tinylab.workflow.training.trainer import Trainer


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return DeployPage(session.document, session.connection, session.trainer, session.deployer, session.show_page)


class DeployPage(Page):
    """Shows the deployment and passes clicks on to it."""

    name = "Deploy"
    icon_name = "tray-arrow-down"

    def __init__(
        self,
        document: Document,
        connection: Connection,
        trainer: Trainer,
        deployer: Deployer,
        go: Callable[[str], None],
    ) -> None:
        super().__init__(
            tr("Deploy"),
            tr("Build the firmware, try it, flash it, and prove that the board computes what the PC computes."),
            scrolls=True,
        )
        self._document = document
        self._connection = connection
        self._trainer = trainer
        self._deployer = deployer
        self._go = go
        self.primary(tr("Flash"), deployer.flash)
        self.build_button = button(
            tr("Only build"), deployer.build, tip=tr("Sizes and cycles without touching the board")
        )
        self.beside_primary(self.build_button)
        self._build_main()
        self._build_side()
        self.follow(deployer.changed, trainer.changed, connection.changed)

    def _build_main(self) -> None:
        self.stale = StaleMark()
        self.main.addWidget(self.stale)
        self.steps = StepRow()
        self.main.addWidget(self.steps)
        self.flash, self.ram, self.time = Tile(tr("Flash")), Tile(tr("RAM")), Tile(tr("Time per decision"))
        self.tiles = side_by_side(self.flash, self.ram, self.time)
        self.main.addWidget(self.tiles)
        self.parity_card = Card(tr("The same answer, bit for bit"))
        self.parity = ParitySquares()
        self.parity_card.body.addWidget(self.parity)
        self.parity_text = text_label("", "small", wrap=True)
        self.parity_card.body.addWidget(self.parity_text)
        self.main.addWidget(self.parity_card)
        self.table_card = Card(tr("float32 and int8"))
        columns = (tr("network"), tr("accuracy"), tr("macro F1"), tr("file"), tr("flash"), tr("RAM"), tr("cycles"))
        self.table = Table(columns, tr("float32 and int8 side by side"), hidden_below={2: 600})
        self.table_card.body.addWidget(self.table)
        self.remark = text_label("", "small", wrap=True)
        self.table_card.body.addWidget(self.remark)
        self.main.addWidget(self.table_card)
        self.inference_card = Card(tr("Full-window and streaming inference, the same bits"))
        heads = (tr("the network computes"), tr("cycles"), tr("ms at 64 MHz"), tr("RAM"), tr("flash"))
        self.inference_table = Table(heads, tr("full-window and streaming inference side by side"))
        self.inference_card.body.addWidget(self.inference_table)
        self.inference_remark = text_label("", "small", wrap=True)
        self.inference_card.body.addWidget(self.inference_remark)
        self.inference_card.body.addStretch(1)
        self.main.addWidget(self.inference_card, 1)
        self.empty = EmptyState("tray-arrow-down", tr("There is nothing to deploy yet"), "")
        self.main.addWidget(self.empty, 1)

    def _build_side(self) -> None:
        self.choices = DeployChoices(self._connection, self._trainer, self._deployer, self._ask_for_folder)
        self.side.addWidget(self.choices)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """Done when the board is proven to run the current network."""
        deployer = self._deployer
        if deployer.reason:
            return "attention", ""
        if self._trainer.since().stale:
            return "stale", ""
        return ("done", "") if deployer.proven else ("", "")

    def refresh(self) -> None:
        """Draw everything from the deployment's state."""
        deployer, connection = self._deployer, self._connection
        why_not = deployer.why_not()
        there = connection.wanted.name if connection.wanted else tr("the board")
        self.action.setText(tr("Deploying …") if deployer.busy else tr("Flash to {board}", board=one_line(there, 26)))
        self.action.setEnabled(not why_not and not deployer.busy)
        self.action.setToolTip(why_not)
        has_run = self._trainer.current is not None
        self.build_button.setEnabled(has_run and not deployer.busy)
        for widget in (self.steps, self.tiles, self.parity_card, self.table_card, self.inference_card):
            widget.setVisible(has_run)
        self.empty.setVisible(not has_run)
        self.empty.text.setText(why_not)
        self.stale.show_since(self._trainer.since())
        self.steps.show_steps(deployer.steps)
        self._show_parity()
        self._show_result(deployer.result)
        self.choices.refresh()

    def _show_parity(self) -> None:
        deployer = self._deployer
        same, of = sum(deployer.parity), deployer.parity_of or 32
        self.parity.show_results(deployer.parity, of)
        if not deployer.parity:
            self.parity_text.setText(tr("stored windows go to the board and come back"))
            return
        self.parity_text.setText(
            tr(
                "{same} identical · {different} different · {rest} to come",
                same=same,
                different=len(deployer.parity) - same,
                rest=of - len(deployer.parity),
            )
        )

    def _show_result(self, result: Deployed | None) -> None:
        run = self._trainer.current
        build = result.build if result and result.run is run else None
        proof = result.best_proof if result and result.run is run else None
        if build is not None and result is not None:
            image = build.image
            self._show_tile(self.flash, image.flash_bytes, image.flash_capacity_bytes, tr("from the linked image"))
            stack = tr("and {s} kB of stack", s=kilobytes(image.stack_bytes))
            self._show_tile(self.ram, image.ram_bytes, image.ram_capacity_bytes, stack)
        else:
            for tile in (self.flash, self.ram):
                tile.show_figure("–", "", tr("known once it is built"))
        self._show_time(result, run is not None and proof is not None)
        self._show_inference(result if result and result.run is run else None)
        if run is None:
            return
        cycles = f"{proof.features_cycles + proof.network_cycles:,}" if proof else "–"
        sizes = (
            (f"{kilobytes(build.image.flash_bytes)} kB", f"{kilobytes(build.image.ram_bytes)} kB")
            if build
            else ("–", "–")
        )
        self.table.show_rows(
            [
                ("float32", *figures(run, FLOAT32), _file_size(run.keras_bytes), "–", "–", "–"),
                ("int8", *figures(run, INT8), _file_size(len(run.tflite)), *sizes, cycles),
            ],
            bold=1,
        )
        self.table.fit_height()
        self.remark.setText(
            tr(
                "On {n} windows it never saw; always saying the most frequent class would reach {m}.",
                n=run.int8.windows,
                m=percent(run.int8.majority),
            )
        )

    def _show_tile(self, tile: Tile, used: int, of: int, below: str) -> None:
        tile.show_figure(kilobytes(used), tr("of {n} kB", n=f"{of / 1024:.0f}"), below, used / of)

    def _show_time(self, result: Deployed | None, known: bool) -> None:
        milliseconds = result.milliseconds if result and known else None
        if result is None or milliseconds is None:
            self.time.show_figure("–", "", tr("measured by the board itself"))
            return
        every_ms = 1000 * result.run.recipe.stride_samples / result.run.recipe.rate_hz
        where = tr("on the board") if result.proof else tr("on the virtual board")
        below = tr("at 64 MHz, {where}; it decides every {n:.0f} ms", where=where, n=every_ms)
        if result.run.recipe.by_movement:
            below = tr("at 64 MHz, {where}; it decides when a movement has ended", where=where)
        self.time.show_figure(f"{milliseconds:.2f}", tr("ms"), below, milliseconds / every_ms)

    def _show_inference(self, result: Deployed | None) -> None:
        costs = result.decision_costs if result else None
        rows = [
            (tr("the full window each time"), costs.full if costs else None),
            (tr("only what is new (streaming)"), costs.streaming if costs else None),
        ]
        self.inference_table.show_rows(
            [(text, *self._cost_figures(result, cost)) for text, cost in rows],
            bold=int(costs.streams) if costs else -1,
        )
        self.inference_table.fit_height()
        if costs is None:
            self.inference_remark.setText(tr("Known once it is built: the firmware takes the one with fewer cycles."))
        elif costs.streaming is None:
            self.inference_remark.setText(
                tr(
                    "Nothing of the window before can be kept: features or movements need all of it, or the stride"
                    " does not fit."
                )
            )
        else:
            times = max(costs.full.cycles, costs.streaming.cycles) / costs.used.cycles
            text = tr(
                "The network alone, measured in the emulator; the firmware takes the bold one, {n:.1f} times faster."
            )
            self.inference_remark.setText(text.format(n=times))

    def _cost_figures(self, result: Deployed | None, cost: InferenceCost | None) -> tuple[str, ...]:
        if result is None or cost is None:
            return ("–",) * 4
        milliseconds = f"{result.board.milliseconds(cost.cycles):.2f}"
        return f"{cost.cycles:,}", milliseconds, f"{kilobytes(cost.ram_bytes)} kB", f"{kilobytes(cost.flash_bytes)} kB"

    # --- clicks -----------------------------------------------------------------------------------------

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Where to?"))
        if chosen:
            self._deployer.save_and_say(Path(chosen))


def _file_size(count: int) -> str:
    """Of what is no network there is no file in floats."""
    return f"{kilobytes(count)} kB" if count else "–"
