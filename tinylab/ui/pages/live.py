"""The page Live: the board decides by itself, and the screen only watches."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.deploy.decision import BoardDecision
from tinylab.evaluation.rest_class import rest_advice
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.bars import DecisionStrip, ProbabilityBars
from tinylab.ui.plots.big_word import BigWord
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import button, side_by_side, text_label
from tinylab.ui.widgets.cards import Card, Panel
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.motion import MotionPanel
from tinylab.ui.widgets.page import Page
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.live import Live
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.deployment.deployer import Deployer
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session

_SHOWN_S = 6.0


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return LivePage(
        session.document, session.connection, session.live, session.deployer, session.motion, session.show_page
    )


class LivePage(Page):
    """Shows what arrives from the board."""

    name = "Live"
    icon_name = "waveform"

    def __init__(
        self,
        document: Document,
        connection: Connection,
        live: Live,
        deployer: Deployer,
        motion: Motion,
        go: Callable[[str], None],
    ) -> None:
        super().__init__(tr("Live"), tr("The board decides by itself; the computer only watches."))
        self._document = document
        self._connection = connection
        self._live = live
        self._deployer = deployer
        self._motion = motion
        self._go = go
        self._shown = -1
        self.primary(tr("Use the network's rate"), live.fix_sampling)
        self._build_main(live)
        self._build_side()
        self.follow(connection.changed, motion.changed, document.changed, deployer.changed, live.deciding.changed)

    def _build_main(self, live: Live) -> None:
        self.decision_card, self.bars_card = Card(tr("The board says")), Card(tr("How sure it is"))
        self.decision = BigWord(tr("The board says"))
        self.cost = text_label("", "small", wrap=True)
        self.strip = DecisionStrip()
        self.decision_card.body.addWidget(self.decision, 1)
        self.decision_card.body.addWidget(self.cost)
        self.decision_card.body.addWidget(self.strip)
        self.bars = ProbabilityBars()
        self.bars.moved.connect(live.deciding.set_threshold)
        self.bars.settled.connect(live.deciding.keep)
        self.where = text_label("", "small", wrap=True)
        self.bars_card.body.addWidget(self.bars, 1)
        self.bars_card.body.addWidget(self.where)
        self.top = side_by_side(self.decision_card, self.bars_card)
        self.main.addWidget(self.top, 5)
        self.signal = Card(tr("The signal it decides on"))
        self.signal.corner.addWidget(axes_legend())
        self.plot = SignalPlot()
        self.signal.body.addWidget(self.plot)
        self.main.addWidget(self.signal, 5)
        self.empty = EmptyState("waveform", tr("No decisions yet"), "")
        self.empty.add(button(tr("Go to Train"), lambda: self._go("Train")))
        self.empty.add(button(tr("Go to Deploy"), lambda: self._go("Deploy")))
        self.main.addWidget(self.empty, 1)

    def _build_side(self) -> None:
        panel = Panel(tr("On the board"))
        self.facts = text_label("", "small", wrap=True)
        panel.body.addWidget(self.facts)
        self.advice = text_label("", "small", wrap=True, tone="caution")
        panel.body.addWidget(self.advice)
        self.motion = MotionPanel(self._motion)
        panel.body.addWidget(self.motion)
        panel.stretch()
        self.side.addWidget(panel)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """Done when decisions can arrive."""
        return ("done", "") if not self._live.why_not() else ("", "")

    def refresh(self) -> None:
        """Draw everything but the moving parts."""
        live = self._live
        why_not = live.why_not()
        for widget in (self.top, self.signal):
            widget.setVisible(not why_not)
        self.empty.setVisible(bool(why_not))
        self.empty.text.setText(why_not)
        self.action.setVisible(live.can_fix_sampling)
        self.motion.refresh()
        self._shown = -1
        self._show_thresholds()
        linked = self._connection.linked
        if linked is None or why_not:
            self.facts.setText(why_not)
            return
        hello = linked.identity.hello
        decision = live.deciding.decision
        stride_s = hello.stride_samples / max(hello.model_rate_hz, 1)
        when = tr("A decision every {s:.2f} s.", s=stride_s)
        if live.by_movement:
            when = tr("A short movement is decided on once, when it has ended; a long one every {s:.2f} s.", s=stride_s)
        how = "\n" + when + ("" if decision is None else " " + self._how(decision))
        self.facts.setText(
            tr(
                "{board}, build {build}.\nWindow {w:.2f} s, {r} Hz, ±{g} g.",
                board=linked.board.name,
                build=linked.identity.build_id[:8],
                w=hello.window_samples / max(hello.model_rate_hz, 1),
                r=hello.model_rate_hz,
                g=hello.model_range_g,
            )
            + how
        )

    @staticmethod
    def _how(decision: BoardDecision) -> str:
        """Smoothing and consecutive decisions, in words."""
        row = ntr("It wants 1 decision.", "It wants {count} equal decisions in a row.", decision.consecutive)
        if decision.smoothing == 1:
            return row
        return tr("It averages {count} windows.", count=decision.smoothing) + " " + row

    def _show_thresholds(self) -> None:
        deciding = self._live.deciding
        self.bars.show_thresholds(deciding.thresholds)
        advice = rest_advice(self._live.labels, by_movement=self._live.by_movement)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        decision = deciding.decision
        if decision is None:
            self.where.setText("")
        elif not deciding.on_board:
            self.where.setText(
                tr("This firmware takes no thresholds: they count on the computer only. Flash it again.")
            )
        else:
            self.where.setText(tr("Drag a threshold: the board takes it at once."))

    def _colours(self) -> list[int]:
        known = self._document.labels
        return [known.index(name) if name in known else i for i, name in enumerate(self._live.labels)]

    def tick(self) -> None:
        """Draw the signal and the newest decision; called at the screen's pace."""
        live, linked = self._live, self._connection.linked
        if linked is None or live.why_not():
            return
        rate = linked.identity.hello.rate_hz
        shot = linked.link.stream.snapshot(int(_SHOWN_S * rate))
        self.plot.show_live(shot, linked.g_per_count, rate, _SHOWN_S)
        decisions, colours = live.decisions, self._colours()
        if not decisions:
            self.decision.show_word("…", None)
            waits = tr("It waits for a movement.") if live.by_movement else tr("The first window fills.")
            self.cost.setText(waits)
            return
        newest = decisions[-1]
        end = (newest.sample_number - shot.last_sample) / rate
        decided = newest.decision
        window_s = linked.identity.hello.window_samples / rate
        colour = class_colour(colours[decided]) if 0 <= decided < len(colours) else theme.colour("muted")
        self.plot.mark(max(end - window_s, -_SHOWN_S), end, colour)
        if live.count != self._shown:
            self._shown = live.count
            label = live.decided_label(newest)
            self.decision.show_word(one_line(label, 26) or tr("unknown"), colour if label else None)
            self.cost.setText(
                tr(
                    "{ms:.2f} ms for this decision, measured by the board · {n} decisions so far",
                    ms=newest.milliseconds,
                    n=live.count,
                )
            )
            self.bars.show_values(live.labels, colours, newest.probabilities)
            self.strip.show_decisions(
                [colours[d.decision] if 0 <= d.decision < len(colours) else -1 for d in decisions]
            )
