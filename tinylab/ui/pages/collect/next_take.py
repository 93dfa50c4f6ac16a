"""The panel at the right of Collect: what the next take will be."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tinylab.data.recording import tidy
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import Swatch, button, clear, keep_focus, text_label
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.motion import MotionPanel
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.capture.recorder import COUNTDOWN_SECONDS, TAKE_SECONDS, Recorder
from tinylab.workflow.project.document import Document


class NextTakePanel(Panel):
    """Label, subject, length and countdown; and what the virtual board plays."""

    typed = Signal()  # Enter was pressed in the subject

    def __init__(self, document: Document, connection: Connection, recorder: Recorder, motion: Motion) -> None:
        super().__init__(tr("Next take"))
        self._document, self._connection, self._recorder = document, connection, recorder
        self.body.addWidget(text_label(tr("Label"), "field"))
        self._labels = QVBoxLayout()
        self._labels.setSpacing(2)
        self.body.addLayout(self._labels)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._choose_button)
        self.body.addWidget(button(tr("+ New label"), self.ask_for_label, "link"))
        self.subject = QComboBox()
        self.subject.setEditable(True)
        self.subject.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.subject.currentTextChanged.connect(lambda text: self._set(subject=tidy(text)))
        typed = self.subject.lineEdit()
        assert typed is not None
        typed.returnPressed.connect(self.typed.emit)
        typed.editingFinished.connect(lambda: self.subject.setEditText(self._recorder.next.subject))
        self.field(tr("Subject"), self.subject, tr("Who performs it. Tests are fairer when several people record."))
        self.length = NumberField(
            *TAKE_SECONDS, step=0.5, decimals=2, unit="s", changed=lambda value: self._set(seconds=value)
        )
        self.wait = NumberField(
            *COUNTDOWN_SECONDS, decimals=1, unit="s", changed=lambda value: self._set(countdown_s=value)
        )
        self.pair((tr("Length"), self.length), (tr("Countdown"), self.wait))
        self.motion = MotionPanel(motion, with_pad=False)
        self.body.addWidget(self.motion)
        self.stretch()
        self.measuring = text_label("", "small", wrap=True)
        self.body.addWidget(self.measuring)

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw everything."""
        self._show_labels()
        self._show_next()
        self.motion.refresh()
        sampling = self._connection.sampling
        self.measuring.setText(
            tr(
                "Measured at {rate} Hz, ±{range} g; change it on the page Board.",
                rate=sampling.rate_hz,
                range=sampling.range_g,
            )
        )

    def _show_labels(self) -> None:
        labels = self._document.labels
        if [b.property("label") for b in self._group.buttons()] != list(labels):
            for old in self._group.buttons():
                self._group.removeButton(old)
            clear(self._labels)
            for number, name in enumerate(labels):
                self._labels.addWidget(self._label_button(number, name))
        for each in self._group.buttons():
            each.setChecked(each.property("label") == self._recorder.next.label)

    def _label_button(self, number: int, name: str) -> QPushButton:
        made = QPushButton()
        made.setProperty("role", "choice")
        made.setProperty("label", name)
        made.setCheckable(True)
        keep_focus(made)
        made.setMinimumHeight(30)
        made.setAccessibleName(tr("Label {name}", name=one_line(name)))
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
        wanted = self._recorder.next
        subjects = list(self._document.subjects)
        self.subject.blockSignals(True)
        if [self.subject.itemText(i) for i in range(self.subject.count())] != subjects:
            self.subject.clear()
            self.subject.addItems(subjects)
        if tidy(self.subject.currentText()) != wanted.subject:
            self.subject.setEditText(wanted.subject)
        self.subject.blockSignals(False)
        for box, value in ((self.length, wanted.seconds), (self.wait, wanted.countdown_s)):
            box.show_value(value)

    # --- clicks -----------------------------------------------------------------------------------------

    def choose_label(self, number: int) -> None:
        """The keys 1 to 9."""
        labels = self._document.labels
        if number < len(labels):
            self._set(label=labels[number])

    def ask_for_label(self) -> None:
        """Let the user type a new label."""
        text, agreed = QInputDialog.getText(self, tr("New label"), tr("What will be performed?"))
        if agreed and text.strip():
            self.add_label(text)

    def add_label(self, text: str) -> None:
        """Offer a label, and choose it."""
        self._recorder.add_label(text)

    def _choose_button(self, chosen: QAbstractButton) -> None:
        self._set(label=chosen.property("label"))

    def _set(self, **changes: object) -> None:
        self._recorder.set_next(replace(self._recorder.next, **changes))  # type: ignore[arg-type]
