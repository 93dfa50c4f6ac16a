"""One take, large, to work on: play, label parts of it, trim, split, correct what it says of itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tinylab.data.recording import Header
from tinylab.data.samples import Gap
from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.collect.take_marks import TakeMarks
from tinylab.ui.pages.collect.take_side import TakeSide
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.take_plot import DrawnRegion, TakePlot
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import Swatch, button, clear, text_label
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.session import Session

_FRAME_MS = 16


class TakeView(QDialog):
    """Shows the takes of a label one after the other; the window behind it goes on."""

    def __init__(self, session: Session, take_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._actions, self._player = session.document, session.take_actions, session.player
        self._people, self._verdicts = session.people, session.explore.verdicts
        self._take_id = take_id
        self.marks = TakeMarks(session.document, session.take_actions, session.player, lambda: self._take_id)
        self._place = 0.0  # that was clicked, in s
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(980, 580)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(10)
        outer.addLayout(left, 1)
        left.addLayout(self._head())
        self.facts = text_label("", "muted", wrap=True)
        left.addWidget(self.facts)
        self.plot = self._made_plot()
        left.addWidget(self.plot, 1)
        left.addLayout(self._tools())
        self.hint = text_label(
            tr("While it plays, hold a label's number to mark a region. Ctrl and the wheel zoom."), "small", wrap=True
        )
        left.addWidget(self.hint)
        left.addLayout(self._buttons())
        self.side = TakeSide(
            lambda label: self._actions.relabel([self._take_id], label),
            lambda subject: self._actions.set_subject([self._take_id], subject),
            lambda split: self._actions.set_split([self._take_id], split),
            lambda note: self._actions.set_note(self._take_id, note),
            lambda: self._actions.split_at_gaps(self._take_id),
        )
        outer.addWidget(self.side)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_FRAME_MS)
        self._unsubscribe = self._document.changed.subscribe(self._follow)
        self._forget_verdicts = self._verdicts.changed.subscribe(self._judged_anew)
        self.refresh()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        self._mark = QHBoxLayout()
        head.addLayout(self._mark)
        self.title = text_label("", "title")
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(axes_legend())
        return head

    def _made_plot(self) -> TakePlot:
        plot = TakePlot()
        plot.trimmed.connect(self._trim)
        plot.region_drawn.connect(self.marks.drawn)
        plot.region_moved.connect(self.marks.moved)
        plot.region_chosen.connect(self._choose_region)
        plot.placed.connect(self._put_cursor)
        return plot

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.play = button(tr("Play"), self.play_or_stop, "", tr("Also on the virtual board (Space)"))
        self.split = button(tr("Split here"), self._split_here, "", tr("At the dotted line (S)"))
        self.split_motion = button(
            tr("Split by motion"), lambda: self._actions.split_by_motion(self._take_id), "",
            tr("In the rest between two motions (Shift+S)"),
        )  # fmt: skip
        self.trim = button(
            tr("Trim to motion"), lambda: self._actions.trim_to_motion(self._take_id), "",
            tr("Keep what moves, with a little air (T)"),
        )  # fmt: skip
        self.draw = button(tr("Draw region"), self._toggle_drawing, "toggle", tr("Drag over the signal (M)"))
        self.draw.setCheckable(True)
        self.unmark = button(tr("Remove region"), self.marks.remove, "", tr("The region that was clicked (Shift+Del)"))
        self._editing = (self.split, self.split_motion, self.trim, self.draw)
        for widget in (self.play, *self._editing, self.unmark):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.before = button(tr("◂ Previous"), lambda: self._step(-1), tip=tr("The take before (Page up)"))
        self.after = button(tr("Next ▸"), lambda: self._step(1), tip=tr("The take after (Page down)"))
        self.delete = button(tr("Delete"), self._delete, tip=tr("Into the trash (Del); Ctrl+Z brings it back"))
        self.undo = button(tr("Undo"), self._document.undo, tip=tr("Ctrl+Z"))
        close = button(tr("Close"), self.close)
        for widget in (self.before, self.after, self.delete, self.undo):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(close)
        return row

    # --- drawing ----------------------------------------------------------------------------------------

    @property
    def take(self) -> Header | None:
        """The take that is shown; None where it is gone."""
        return self._document.header(self._take_id)

    def refresh(self) -> None:
        """Draw the take."""
        take = self.take
        if take is None or take.trashed:
            self.close()
            return
        self.setWindowTitle(tr("Take {id}", id=take.id))
        clear(self._mark)
        if take.label:
            self._mark.addWidget(Swatch(class_colour(self._number(take.label)), 16))
        self.title.setText(one_line(take.label, 40) if take.label else tr("unlabelled"))
        regions = self._document.regions(take.id)
        parts = ", ".join(one_line(region.label, 16) for region in regions[:5])
        what = tr("regions: {parts}", parts=parts) if regions else tr("one label for the whole take")
        self.facts.setText(f"{tr('Take {id}', id=take.id)} · {what}")
        gaps = self._draw(take)
        self.side.show_take(take, self._verdicts.of(take), gaps, self._document.labels, self._people.names)
        siblings = self._siblings()
        self.before.setEnabled(take.id != siblings[0])
        self.after.setEnabled(take.id != siblings[-1])
        may_change = not self._document.read_only
        self.side.set_enabled(may_change)
        for widget in (self.delete, *self._editing):
            widget.setEnabled(may_change)
        self.unmark.setEnabled(may_change and self.marks.chosen is not None)
        self.undo.setEnabled(may_change and bool(self._document.undo_text))
        self.undo.setToolTip(self._document.undo_text)

    def _number(self, label: str) -> int:
        labels = self._document.labels
        return labels.index(label) if label in labels else len(labels)

    def _draw(self, take: Header) -> tuple[Gap, ...]:
        try:
            recording = self._document.recording(take.id)
            gaps = self._document.open_project().samples.gaps(take.id)
        except TinyLabError as error:
            self.facts.setText(f"{error.message} {error.hint}".strip())
            self.plot.show_signal(np.empty(0), np.empty((0, 3)))
            self.plot.show_take(0.0, [])
            return ()
        times = np.arange(len(recording.counts)) / take.rate_hz
        self.plot.show_signal(times, recording.in_g, [gap.at for gap in gaps])
        self.plot.show_everything()
        self.plot.show_take(
            take.seconds,
            [
                DrawnRegion(
                    region.id, region.label, region.start / take.rate_hz, (region.start + region.count) / take.rate_hz,
                    class_colour(self._number(region.label)),
                )
                for region in self._document.regions(take.id)
            ],
        )  # fmt: skip
        self._put_cursor(min(self._place, take.seconds))
        return gaps

    def _tick(self) -> None:
        playing = self._player.take_id == self._take_id
        self.play.setText(tr("Stop") if playing else tr("Play"))
        if playing:
            self.plot.show_position(self._player.position_s)
        else:
            self.marks.let_go()

    # --- what a user does -------------------------------------------------------------------------------

    def play_or_stop(self) -> None:
        """Play from the place that was clicked, or stop there."""
        take = self.take
        if self._player.take_id == self._take_id:
            self._player.stop()
            self._put_cursor(self._player.position_s)
            return
        if take is None:
            return
        try:
            recording = self._document.recording(take.id)
        except TinyLabError:
            return  # the facts say why
        self._player.play(recording, self._place if self._place < take.seconds - 0.05 else 0.0)

    def _put_cursor(self, seconds: float) -> None:
        self._place = seconds
        self.plot.show_position(seconds)

    def _sample(self, seconds: float) -> int:
        take = self.take
        return round(seconds * take.rate_hz) if take is not None else 0

    def _split_here(self) -> None:
        self._actions.split(self._take_id, [self._sample(self._place)])

    def _trim(self, start: float, end: float) -> None:
        first, behind = self._sample(start), self._sample(end)
        if behind > first and (take := self.take) is not None and behind - first < take.samples:
            self._actions.trim(self._take_id, first, behind - first)
        self.refresh()

    def _toggle_drawing(self) -> None:
        self.plot.drawing = self.draw.isChecked()

    def _choose_region(self, region_id: int) -> None:
        self.marks.chosen = region_id
        self.unmark.setEnabled(not self._document.read_only)

    def _siblings(self) -> list[int]:
        take = self.take
        return [each.id for each in self._document.takes if take is not None and each.label == take.label]

    def _step(self, by: int) -> None:
        siblings = self._siblings()
        place = siblings.index(self._take_id) + by
        if 0 <= place < len(siblings):
            self._player.stop()
            self._take_id, self.marks.chosen, self._place = siblings[place], None, 0.0
            self.refresh()

    def _delete(self) -> None:
        siblings = self._siblings()
        place = siblings.index(self._take_id)
        left = siblings[place + 1 :] or siblings[:place][::-1]
        gone, self._take_id = self._take_id, left[0] if left else self._take_id
        self._actions.trash([gone])

    def _judged_anew(self, take_ids: frozenset[int]) -> None:
        if self._take_id in take_ids:
            self.refresh()

    def _follow(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self.close()
        elif change.kind in (ChangeKind.TAKES, ChangeKind.LABELS):
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays, digits label, S splits, T trims, M draws; Page up and down go through the takes, Del deletes."""
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        buttons: dict[tuple[Qt.Key, bool], QPushButton] = {
            (Qt.Key.Key_PageUp, False): self.before, (Qt.Key.Key_PageDown, False): self.after,
            (Qt.Key.Key_Delete, False): self.delete, (Qt.Key.Key_Delete, True): self.unmark,
            (Qt.Key.Key_Space, False): self.play, (Qt.Key.Key_S, False): self.split,
            (Qt.Key.Key_S, True): self.split_motion, (Qt.Key.Key_T, False): self.trim, (Qt.Key.Key_M, False): self.draw,
        }  # fmt: skip
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            if not event.isAutoRepeat():
                self.marks.press(key - Qt.Key.Key_1)
        elif (key, shift) in buttons:
            buttons[key, shift].click()  # one that is disabled does nothing
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A label that was held is let go."""
        if Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9 and not event.isAutoRepeat():
            self.marks.let_go()
        else:
            super().keyReleaseEvent(event)

    def done(self, result: int) -> None:
        """Follow the project no more."""
        self._unsubscribe()
        self._forget_verdicts()
        self._timer.stop()
        if self._player.take_id == self._take_id:
            self._player.stop()
        super().done(result)
