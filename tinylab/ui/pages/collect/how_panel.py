"""How the next take is recorded: one or several, how long, what begins it, and the tone."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from tinylab.dsp.motion_level import HIGHEST_G, LOWEST_G
from tinylab.text import tr
from tinylab.ui.widgets.basic import button
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.capture.next_take import (
    COUNTDOWN_SECONDS,
    PAUSE_SECONDS,
    PRE_ROLL_SECONDS,
    TAKE_SECONDS,
    TAKES,
    NextTake,
    Series,
    Start,
)
from tinylab.workflow.capture.recorder import Recorder

_SERIES = (
    (Series.ONE, tr("One take")),
    (Series.ROW, tr("Takes in a row")),
    (Series.CUT, tr("One take, cut into several")),
)
_STARTS = (
    (Start.AT_ONCE, tr("After the countdown")),
    (Start.MOTION, tr("When it moves")),
    (Start.BUTTON, tr("By the board's button")),
)


class HowFields:
    """The fields, put into a panel that has room for them."""

    def __init__(self, recorder: Recorder, panel: Panel) -> None:
        self._recorder = recorder
        self.series = _choice(_SERIES)
        self.series.activated.connect(lambda _: self._set(series=self.series.currentData()))
        self.count = NumberField(*TAKES, decimals=0, changed=lambda value: self._set(takes=int(value)))
        self.length = NumberField(
            *TAKE_SECONDS, step=0.5, decimals=2, unit="s", changed=lambda value: self._set(seconds=value)
        )
        self.free = QCheckBox(tr("Until I stop it"))
        self.free.toggled.connect(lambda on: self._set(free=on))
        self.wait = NumberField(
            *COUNTDOWN_SECONDS, decimals=1, unit="s", changed=lambda value: self._set(countdown_s=value)
        )
        self.pause = NumberField(*PAUSE_SECONDS, decimals=1, unit="s", changed=lambda value: self._set(pause_s=value))
        self.start = _choice(_STARTS)
        self.start.activated.connect(lambda _: self._set(start=self.start.currentData()))
        self.pre_roll = NumberField(
            *PRE_ROLL_SECONDS, step=0.1, decimals=1, unit="s", changed=lambda value: self._set(pre_roll_s=value)
        )
        self.trigger = NumberField(
            LOWEST_G, HIGHEST_G, step=0.05, decimals=2, unit="g", changed=lambda value: self._set(threshold_g=value)
        )
        self.sound = QCheckBox(tr("Tone"))
        self.sound.setToolTip(tr("A short tone at each second of the countdown, a higher one at GO"))
        self.sound.toggled.connect(lambda on: self._set(sound=on))
        self._fill(panel)

    def _fill(self, panel: Panel) -> None:
        panel.field(tr("One press records"), self.series)
        self.row = _group(panel, (tr("How many"), self.count), (tr("Pause"), self.pause))
        panel.pair((tr("Length"), self.length), (tr("Countdown"), self.wait))
        panel.body.addWidget(self.free)
        panel.field(tr("It begins"), self.start)
        self.before = _group(panel, (tr("Kept from before"), self.pre_roll), (tr("Trigger"), self.trigger))
        self.suggest = button(tr("Suggest the trigger from rest"), self._recorder.suggest_threshold, "link")
        panel.body.addWidget(self.suggest)
        panel.body.addWidget(self.sound)

    def show_next(self, wanted: NextTake, *, enabled: bool) -> None:
        """Draw what is wanted; while a take is recorded it is read only."""
        for box, value in ((self.series, wanted.series), (self.start, wanted.start)):
            box.setCurrentIndex(box.findData(value))
        fields = (
            (self.count, wanted.takes), (self.length, wanted.seconds), (self.wait, wanted.countdown_s),
            (self.pause, wanted.pause_s), (self.pre_roll, wanted.pre_roll_s), (self.trigger, wanted.threshold_g),
        )  # fmt: skip
        for field, number in fields:
            field.show_value(float(number))
        for check, on in ((self.free, wanted.free), (self.sound, wanted.sound)):
            check.blockSignals(True)
            check.setChecked(on)
            check.blockSignals(False)
        self.row.setVisible(wanted.series is not Series.ONE and not wanted.free)
        self.pause.setEnabled(wanted.series is Series.ROW and enabled)
        self.before.setVisible(wanted.start is not Start.AT_ONCE)
        self.suggest.setVisible(wanted.start is Start.MOTION)
        self.trigger.setEnabled(wanted.start is Start.MOTION)
        for widget in (self.series, self.count, self.wait, self.start, self.pre_roll, self.free):
            widget.setEnabled(enabled)
        self.length.setEnabled(enabled and not wanted.free)

    def _set(self, **changes: object) -> None:
        self._recorder.set_next(replace(self._recorder.next, **changes))  # type: ignore[arg-type]


def _choice(items: tuple[tuple[object, str], ...]) -> QComboBox:
    made = QComboBox()
    for value, text in items:
        made.addItem(text, value)
    return made


def _group(panel: Panel, *named: tuple[str, QWidget]) -> QWidget:
    """Fields that are shown and hidden together."""
    holder = QWidget()
    inner = QVBoxLayout(holder)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(6)
    panel.body.addWidget(holder)
    with panel.filling(inner):
        panel.pair(*named)
    return holder
