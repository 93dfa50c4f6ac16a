"""The live signal on Collect: how much of it, magnitude, range, pause; the motion level and the ring over it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from tinylab.dsp.motion_level import motion_level
from tinylab.link.stream import Snapshot
from tinylab.text import tr
from tinylab.ui.pages.collect.ring_text import ring_state
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.level import LevelLane
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.plots.stretches import Stretch
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import button, keep_focus, set_tone, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.ring import CountdownRing
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.marking import Marking
from tinylab.workflow.capture.next_take import Start
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.capture.take_row import TakeRow
from tinylab.workflow.project.document import Document

SECONDS_SHOWN = (2, 4, 8, 15, 30, 60)
_RANGES_G = (0.0, 1.5, 2.0, 4.0, 8.0, 16.0)


class SignalCard(Card):
    """Shows what comes from the board now; pausing it stops the picture and nothing else."""

    def __init__(
        self, document: Document, connection: Connection, recorder: Recorder, row: TakeRow, marking: Marking
    ) -> None:
        super().__init__(tr("Signal now"))
        self._document, self._connection, self._recorder = document, connection, recorder
        self._row, self._marking = row, marking
        self._held: Snapshot | None = None  # what is shown while the picture stands still
        self._build_corner()
        self.plot = SignalPlot()
        self.plot.setMinimumHeight(120)
        self.body.addWidget(self.plot, 5)
        self.lane = LevelLane()
        self.lane.setFixedHeight(60)
        self.lane.dragged.connect(lambda g: recorder.set_next(replace(recorder.next, threshold_g=round(g, 3))))
        self.body.addWidget(self.lane)
        self.ring = CountdownRing(self.plot)

    def _build_corner(self) -> None:
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.magnitude = button(tr("|a|"), self._toggle_magnitude, "toggle", tr("Also draw the magnitude"))
        self.magnitude.setCheckable(True)
        self.magnitude.setAccessibleName(tr("Magnitude"))
        self.range = _choice(tr("Range of the plot"), [(_range_text(g), g) for g in _RANGES_G])
        self.range.activated.connect(lambda _: self._set_range())
        self.seconds = _choice(tr("Seconds shown"), [(f"{s} s", s) for s in SECONDS_SHOWN])
        self.seconds.setCurrentIndex(SECONDS_SHOWN.index(8))
        self.pause = button(tr("Pause"), self.toggle_pause, "", tr("Look back while the recording goes on (P)"))
        row.addWidget(axes_legend())
        for widget in (self.magnitude, self.range, self.seconds, self.pause):
            row.addWidget(widget)
        self.corner.addWidget(self.tools)
        self.paused = text_label("", "small")
        self.corner.insertWidget(0, self.paused)

    @property
    def shown_s(self) -> float:
        """How far back the plot reaches."""
        return float(self.seconds.currentData())

    def refresh(self) -> None:
        """Draw everything but the signal."""
        there = self._connection.linked is not None
        by_motion = self._recorder.next.start is Start.MOTION
        for widget in (self.plot, self.tools):
            widget.setVisible(there)
        self.lane.setVisible(there and by_motion)
        if not there:
            self._held = None
            self.ring.show_state(None)
        held = self._held is not None
        self.pause.setText(tr("Go on") if held else tr("Pause"))
        self.paused.setText(tr("paused, still recording") if held and self._recording else tr("paused") if held else "")
        set_tone(self.paused, "caution" if held else "")

    @property
    def _recording(self) -> bool:
        return self._recorder.state is CaptureState.RECORDING

    def toggle_pause(self) -> None:
        """Let the picture stand still, to look back, or go on; what is recorded goes on either way."""
        linked = self._connection.linked
        if self._held is not None or linked is None:
            self._held = None
            self.plot.show_everything()
        else:
            rate = linked.identity.hello.rate_hz
            self._held = linked.link.stream.snapshot(int(max(SECONDS_SHOWN) * rate))
        self.refresh()

    def tick(self) -> None:
        """Draw the signal and the ring; called at the screen's pace."""
        linked = self._connection.linked
        if linked is None:
            return
        self.ring.show_state(ring_state(self._recorder, self._row, self._document.labels))
        rate = linked.identity.hello.rate_hz
        shot = self._held or linked.link.stream.snapshot(int(self.shown_s * rate))
        self.plot.show_live(shot, linked.g_per_count, rate, self.shown_s)
        if self.lane.isVisible():
            levels = motion_level(shot.counts * linked.g_per_count, rate)
            self.lane.show_level(shot.offsets() / rate, levels, self._recorder.next.threshold_g, self.shown_s)
        self._mark_take(shot.last_sample, rate)

    def _mark_take(self, newest: int, rate: float) -> None:
        writer = self._recorder.writer
        if not self._recording or writer is None or not writer.span:
            self.plot.unmark()
            self.plot.regions.show([], 0.0)
            return
        begins = self._recorder.first_sample - newest
        colour = self._colour(self._recorder.next.label_of_take)
        self.plot.mark(max(begins / rate, -self.shown_s), 0.0, colour)
        stretches = [
            Stretch((begins + first) / rate, (begins + last) / rate, label, self._colour(label))
            for label, first, last in self._marking.marks
        ]
        self.plot.regions.show([each for each in stretches if each.end > -self.shown_s], self.plot.top)

    def _colour(self, label: str) -> QColor:
        labels = self._document.labels
        return class_colour(labels.index(label)) if label in labels else theme.colour("accent")

    def _toggle_magnitude(self) -> None:
        self.plot.with_magnitude = self.magnitude.isChecked()

    def _set_range(self) -> None:
        self.plot.fixed_g = float(self.range.currentData())


def _choice(name: str, items: list[tuple[str, float]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    for text, value in items:
        made.addItem(text, value)
    keep_focus(made)
    return made


def _range_text(limit_g: float) -> str:
    return f"±{limit_g:g} g" if limit_g else tr("fits")
