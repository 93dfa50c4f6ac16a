"""The page Collect: perform a gesture while the board listens."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tinylab.data.verdict import Grade, judge
from tinylab.ui.formats import one_line, plural, seconds, tr
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import Card, EmptyState, Panel, Swatch, button, clear, set_tone, text_label
from tinylab.ui.widgets.motion import MotionPanel
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.takes import TakeGrid
from tinylab.workflow.recorder import CaptureState
from tinylab.workflow.session import Session

_SHOWN_S = 8.0
_GRADE_TONES = {Grade.GOOD: "good", Grade.REMARKS: "caution", Grade.AGAIN: "error"}


class CollectPage(Page):
    """Shows the capture and the takes; recording is one key."""

    name = "Collect"
    icon_name = "record-circle-outline"

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("Collect"), tr("Perform a gesture while the board listens; every take is checked before it counts.")
        )
        self._session = session
        self.primary(tr("Record"), self.record_or_stop, tr("Space"))
        self._build_main()
        self._build_side()
        self.follow(
            session.capture.changed, session.library.changed, session.connection.changed, session.motion.changed
        )

    def _build_main(self) -> None:
        self.signal = Card(tr("Signal now"))
        self.signal.corner.addWidget(axes_legend())
        self.plot = SignalPlot()
        self.plot.setMinimumHeight(170)
        self.signal.body.addWidget(self.plot, 1)
        self.no_board = EmptyState(
            "usb-port",
            tr("No board is connected"),
            tr("Without one there is no signal; the virtual board needs no hardware."),
        )
        self.no_board.add(button(tr("Connect the virtual board"), self._session.connect_virtual))
        self.signal.body.addWidget(self.no_board, 1)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("How much of the take is recorded"))
        self.countdown = QLabel("")
        self.countdown.setProperty("role", "huge")
        self.countdown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.countdown.setAccessibleName(tr("Countdown"))
        self.signal.body.addWidget(self.countdown)
        self.signal.body.addWidget(self.progress)
        self.main.addWidget(self.signal, 5)
        self._build_takes()

    def _build_takes(self) -> None:
        self.verdict = text_label("", "", wrap=True)
        self.verdict.setContentsMargins(4, 0, 4, 0)
        self.main.addWidget(self.verdict)
        self.takes_card = Card(tr("Takes"))
        self.delete_button = button(
            tr("Delete"), self._delete_selected, tip=tr("Delete the selected takes (Del); Ctrl+Z brings them back")
        )
        self.takes_card.corner.addWidget(self.delete_button)
        self.takes = TakeGrid()
        self.takes.selected.connect(lambda _: self._show_selection())
        self.takes.delete_asked.connect(lambda _: self._delete_selected())
        self.takes_card.body.addWidget(self.takes, 1)
        self.advice = text_label("", "small", wrap=True)
        self.takes_card.body.addWidget(self.advice)
        self.empty = EmptyState(
            "gesture-tap",
            tr("No takes yet"),
            tr("Name a label at the right, press Record and perform it. Or bring recordings along."),
        )
        self.empty.add(button(tr("Load the example"), self._load_example))
        self.takes_card.body.addWidget(self.empty, 1)
        self.main.addWidget(self.takes_card, 6)

    def _build_side(self) -> None:
        panel = Panel(tr("Next take"))
        panel.body.addWidget(text_label(tr("Label"), "field"))
        self._labels = QVBoxLayout()
        self._labels.setSpacing(2)
        panel.body.addLayout(self._labels)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._choose_button)
        panel.body.addWidget(button(tr("+ New label"), self.ask_for_label, "link"))
        self.subject = QComboBox()
        self.subject.setEditable(True)
        self.subject.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.subject.currentTextChanged.connect(lambda text: self._set(subject=text))
        panel.field(tr("Subject"), self.subject, tr("Who performs it. Tests are fairer when several people record."))
        self.length = _seconds_box(0.2, 600, 0.5)
        self.length.valueChanged.connect(lambda value: self._set(seconds=value))
        self.wait = _seconds_box(0, 60, 1)
        self.wait.valueChanged.connect(lambda value: self._set(countdown_s=value))
        panel.pair((tr("Length"), self.length), (tr("Countdown"), self.wait))
        self.motion = MotionPanel(self._session, with_pad=False)
        panel.body.addWidget(self.motion)
        panel.stretch()
        self.measuring = text_label("", "small", wrap=True)
        panel.body.addWidget(self.measuring)
        self.side.addWidget(panel)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """How many takes there are."""
        count = len(self._session.library.recordings)
        return ("", plural(count, tr("take"), tr("takes"))) if count else ("", "")

    def refresh(self) -> None:
        """Draw everything but the signal."""
        capture, library = self._session.capture, self._session.library
        idle = capture.state is CaptureState.IDLE
        why_not = capture.why_not()
        self.action.setText(tr("● Record   Space") if idle else tr("■ Stop   Esc"))
        self.action.setEnabled(not why_not or not idle)
        self.action.setToolTip(why_not)
        self._show_labels()
        self._show_next()
        there = self._session.connection.linked is not None
        self.plot.setVisible(there)
        self.no_board.setVisible(not there)
        self.takes.show_takes(library.recordings, library.labels)
        has_takes = bool(library.labels)
        self.takes.setVisible(has_takes)
        self.advice.setVisible(has_takes)
        self.empty.setVisible(not has_takes)
        self.takes_card.heading.setText(
            tr("Takes: {n}, {time}").format(n=len(library.recordings), time=seconds(library.seconds))
            if has_takes
            else tr("Takes")
        )
        self.advice.setText(self._advice(why_not))
        self._show_verdict()
        self._show_selection()
        self.motion.refresh()
        sampling = self._session.connection.sampling
        self.measuring.setText(
            tr("Measured at {rate} Hz, ±{range} g; change it on the page Board.").format(
                rate=sampling.rate_hz, range=sampling.range_g
            )
        )

    def _advice(self, why_not: str) -> str:
        counts = self._session.library.takes_by_label
        labels = self._session.library.labels
        if why_not:
            return why_not
        if len(labels) < 2:
            return tr("One label alone teaches nothing: add a second one.")
        fewest = min(labels, key=lambda name: counts[name])
        most = max(counts.values(), default=0)
        if counts[fewest] < most:
            return tr("“{label}” has the fewest takes: record {n} more.").format(
                label=one_line(fewest), n=most - counts[fewest]
            )
        return tr("Every label has as many takes as the others.")

    def _show_labels(self) -> None:
        labels = self._session.library.labels
        if [b.property("label") for b in self._group.buttons()] != list(labels):
            for old in self._group.buttons():
                self._group.removeButton(old)
            clear(self._labels)
            for number, name in enumerate(labels):
                self._labels.addWidget(self._label_button(number, name))
        for each in self._group.buttons():
            each.setChecked(each.property("label") == self._session.capture.next.label)

    def _label_button(self, number: int, name: str) -> QPushButton:
        made = QPushButton()
        made.setProperty("role", "choice")
        made.setProperty("label", name)
        made.setCheckable(True)
        made.setMinimumHeight(30)
        made.setAccessibleName(tr("Label {name}").format(name=one_line(name)))
        made.setToolTip(name if len(name) > 22 else "")
        row = QHBoxLayout(made)
        row.setContentsMargins(10, 0, 10, 0)
        row.addWidget(Swatch(class_colour(number)))
        row.addWidget(text_label(one_line(name, 22)), 1)
        if number < 9:
            row.addWidget(text_label(str(number + 1), "small"))
        for child in made.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._group.addButton(made)
        return made

    def _show_next(self) -> None:
        wanted = self._session.capture.next
        subjects = list(self._session.library.subjects)
        self.subject.blockSignals(True)
        if [self.subject.itemText(i) for i in range(self.subject.count())] != subjects:
            self.subject.clear()
            self.subject.addItems(subjects)
        if self.subject.currentText() != wanted.subject:
            self.subject.setEditText(wanted.subject)
        self.subject.blockSignals(False)
        for box, value in ((self.length, wanted.seconds), (self.wait, wanted.countdown_s)):
            if box.value() != value:
                box.blockSignals(True)
                box.setValue(value)
                box.blockSignals(False)

    def _show_verdict(self) -> None:
        last = self._session.capture.last
        self.verdict.setVisible(last is not None)
        if last is None:
            return
        recording, verdict = last.recording, last.verdict
        measured = tr("{time} at {rate:.2f} Hz, {lost} lost, {clipped} clipped").format(
            time=seconds(recording.seconds),
            rate=recording.rate_hz,
            lost=recording.lost + recording.overruns,
            clipped=recording.clipped,
        )
        name = one_line(recording.label)
        self.verdict.setText(
            tr("Last take, {label}: {verdict}. {measured}.").format(label=name, verdict=verdict, measured=measured)
        )
        set_tone(self.verdict, _GRADE_TONES[verdict.grade])

    def _show_selection(self) -> None:
        ids = self.takes.selected_ids()
        self.delete_button.setVisible(bool(ids))
        self.delete_button.setText(tr("Delete {n}").format(n=len(ids)) if len(ids) > 1 else tr("Delete"))
        if len(ids) == 1:
            take = next((r for r in self._session.library.recordings if r.id == ids[0]), None)
            if take is not None:
                who = one_line(take.subject) or tr("no subject")
                self.advice.setText(f"{who} · {seconds(take.seconds)} · {take.rate_hz:.2f} Hz · {judge(take)}")

    def tick(self) -> None:
        """Draw the signal, the countdown and the take's progress; called at the screen's pace."""
        capture, linked = self._session.capture, self._session.connection.linked
        self.countdown.setVisible(capture.state is CaptureState.COUNTDOWN)
        if capture.state is CaptureState.COUNTDOWN:
            self.countdown.setText(str(int(capture.countdown_left_s) + 1))
        self.progress.setVisible(capture.state is CaptureState.RECORDING)
        self.progress.setValue(round(capture.share * 1000))
        if linked is None:
            return
        rate = linked.identity.hello.rate_hz
        shot = linked.link.stream.snapshot(int(_SHOWN_S * rate))
        self.plot.show_live(shot.counts, linked.g_per_count, rate, _SHOWN_S)
        self._mark_take(shot.last_sample, rate)

    def _mark_take(self, newest: int, rate: float) -> None:
        capture = self._session.capture
        if capture.state is not CaptureState.RECORDING:
            self.plot.unmark()
            return
        start = (capture.first_sample - newest) / rate
        labels = self._session.library.labels
        number = labels.index(capture.next.label) if capture.next.label in labels else len(labels)
        self.plot.mark(max(start, -_SHOWN_S), 0.0, class_colour(number))

    # --- clicks -----------------------------------------------------------------------------------------

    def record_or_stop(self) -> None:
        """The primary action, and the space bar."""
        capture = self._session.capture
        if capture.state is CaptureState.IDLE:
            capture.record()
        else:
            capture.cancel()

    def choose_label(self, number: int) -> None:
        """The keys 1 to 9."""
        labels = self._session.library.labels
        if number < len(labels):
            self._set(label=labels[number])

    def ask_for_label(self) -> None:
        """Let the user type a new label."""
        text, agreed = QInputDialog.getText(self, tr("New label"), tr("What will be performed?"))
        if agreed and text.strip():
            self.add_label(text)

    def add_label(self, text: str) -> None:
        """Offer a label, and choose it."""
        self._session.add_label(text)

    def _choose_button(self, chosen: QAbstractButton) -> None:
        self._set(label=chosen.property("label"))

    def _set(self, **changes: object) -> None:
        self._session.capture.set_next(replace(self._session.capture.next, **changes))  # type: ignore[arg-type]

    def _delete_selected(self) -> None:
        ids = self.takes.selected_ids()
        if ids:
            self._session.library.delete(ids)

    def _load_example(self) -> None:
        self._session.load_example_here()


def _seconds_box(low: float, high: float, step: float) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(low, high)
    made.setSingleStep(step)
    made.setDecimals(1)
    made.setSuffix(" s")
    return made
