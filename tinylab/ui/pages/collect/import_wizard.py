"""Before an import: the guess, which can be corrected, the first rows and recording, what comes and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tinylab.data.recording import MAX_NAME, tidy
from tinylab.errors import CancelledError, TinyLabError
from tinylab.exchange.found import Choices, Preview
from tinylab.exchange.menu import readable_formats
from tinylab.exchange.units import UNITS
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.widgets.basic import button, set_tone, text_label
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.project.importer import Importer
from tinylab.workflow.task import Task

_ROWS_SHOWN = 4  # of the first file, before one scrolls
_MOST_POINTS = 4000  # of the plot
_MOST_LABELS = 6  # that the summary names
_FASTEST_HZ = 10_000


class ImportWizard(QDialog):
    """Asks the importer what a path would bring, shows it, and imports it when the user agrees."""

    def __init__(
        self, importer: Importer, path: Path, labels: Iterable[str], subjects: Iterable[str], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._importer, self._path = importer, path
        self._task: Task[Preview] | None = None
        self._asked = Choices()  # what the task was asked with
        self.setWindowTitle(tr("Import"))
        self.resize(920, 600)
        self._build(labels, subjects)
        self.finished.connect(self._closed)
        self.look()
        self.open()

    # --- building -----------------------------------------------------------------------------------------

    def _build(self, labels: Iterable[str], subjects: Iterable[str]) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(10)
        outer.addWidget(text_label(tr("Import {name}", name=one_line(self._path.name, 60)), "title"))
        self.summary = text_label("", wrap=True)
        outer.addWidget(self.summary)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        left = QVBoxLayout()
        self.plot = SignalPlot()
        self.plot.setAccessibleName(tr("The first recording"))
        left.addWidget(axes_legend(), 0, Qt.AlignmentFlag.AlignRight)
        left.addWidget(self.plot, 1)
        left.addWidget(text_label(tr("First rows of the first file"), "field"))
        self.rows = QTableWidget()
        self.rows.setAccessibleName(tr("First rows of the first file"))
        self.rows.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.rows.horizontalHeader().hide()
        self.rows.setTabKeyNavigation(False)
        self.rows.setFixedHeight(_ROWS_SHOWN * self.rows.verticalHeader().defaultSectionSize())
        left.addWidget(self.rows)
        middle.addLayout(left, 1)
        middle.addWidget(self._build_choices(labels, subjects))
        outer.addLayout(middle, 1)
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName(tr("What is refused, and what is odd"))
        self.report.setMaximumHeight(110)
        outer.addWidget(self.report)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.no = button(tr("Cancel"), self.reject)
        self.yes = button(tr("Import"), self.agree, "primary")
        self.yes.setDefault(True)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        outer.addLayout(buttons)

    def _build_choices(self, labels: Iterable[str], subjects: Iterable[str]) -> QWidget:
        made = QWidget()
        made.setFixedWidth(270)
        form = QFormLayout(made)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.format = QComboBox()
        self.format.addItem(tr("guessed"), "")
        for name, module in readable_formats().items():
            self.format.addItem(module.TITLE, name)
        self.unit = QComboBox()
        self.unit.addItem(tr("guessed"), None)
        for unit in UNITS:
            self.unit.addItem(unit.name, unit)
        self.rate = NumberField(0, _FASTEST_HZ, decimals=3, unit="Hz", changed=lambda _: self.look())
        self.rate.setSpecialValueText(tr("as the files say"))
        self.label, self.subject = _name_box(labels), _name_box(subjects)
        fields = (
            (tr("Format"), self.format), (tr("Unit"), self.unit), (tr("Rate of files without times"), self.rate),
            (tr("Label of all"), self.label), (tr("Subject of all"), self.subject),
        )  # fmt: skip
        for caption, widget in fields:
            widget.setAccessibleName(caption)
            form.addRow(caption, widget)
        for box in (self.format, self.unit):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.activated.connect(lambda _: self.look())
        for box in (self.label, self.subject):
            box.activated.connect(lambda _: self.look())
            typed = box.lineEdit()
            assert typed is not None
            typed.editingFinished.connect(self.look)
        return made

    # --- the choices, and what they would bring -----------------------------------------------------------

    def choices(self) -> Choices:
        """What the user says so far."""
        return Choices(
            format=self.format.currentData(),
            unit=self.unit.currentData(),
            rate_hz=self.rate.value(),
            label=tidy(self.label.currentText()),
            subject=tidy(self.subject.currentText()),
        )

    def look(self) -> None:
        """Ask what these choices would bring, unless that is known."""
        choices = self.choices()
        if self._task is not None:
            if choices == self._asked:
                return
            self._task.cancel()
        self._asked = choices
        self.yes.setEnabled(False)
        set_tone(self.summary, "")
        self.summary.setText(tr("Reading …"))
        task = self._task = self._importer.preview(self._path, choices)
        task.then(lambda preview: self._show_if_new(task, preview), lambda error: self._show_error(task, error))

    def _show_if_new(self, task: Task[Preview], preview: Preview) -> None:
        if task is self._task:
            self.show_preview(preview)

    def _show_error(self, task: Task[Preview], error: TinyLabError) -> None:
        if task is self._task and not isinstance(error, CancelledError):
            set_tone(self.summary, "error")
            self.summary.setText(str(error))

    def show_preview(self, preview: Preview) -> None:
        """Draw everything from a preview."""
        found = preview.found
        self.summary.setText(_summary(preview))
        set_tone(self.summary, "" if found.recordings else "error")
        sentences = [f"{refusal.why} {refusal.hint}".strip() for refusal in found.refused]
        self.report.setPlainText("\n".join((*sentences, *found.remarks)))
        self.report.setVisible(bool(sentences or found.remarks))
        known = readable_formats().get(preview.format)
        self.format.setItemText(0, tr("guessed: {name}", name=known.TITLE) if known else tr("guessed"))
        self.unit.setItemText(0, tr("guessed: {name}", name=preview.unit.name) if preview.unit else tr("guessed"))
        self._show_rows(preview)
        if found.recordings:
            first = found.recordings[0]
            step = max(1, len(first.counts) // _MOST_POINTS)
            signal = first.counts[::step] * first.header.g_per_count
            self.plot.show_signal(np.arange(len(signal)) * step / first.header.rate_hz, signal)
        else:
            self.plot.show_signal(np.empty(0), np.empty((0, 3)))
        count = len(found.recordings)
        self.yes.setText(ntr("Import 1 recording", "Import {count} recordings", count) if count else tr("Import"))
        self.yes.setEnabled(bool(count))

    def _show_rows(self, preview: Preview) -> None:
        self.rows.setRowCount(len(preview.rows))
        self.rows.setColumnCount(max(map(len, preview.rows), default=0))
        for row, cells in enumerate(preview.rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.rows.setItem(row, column, item)
        self.rows.resizeColumnsToContents()
        self.rows.setVisible(bool(preview.rows))

    # --- clicks -------------------------------------------------------------------------------------------

    def agree(self) -> None:
        """Import what is shown, unless something else was typed since."""
        if self.choices() != self._asked:
            self.look()
            return
        self.accept()
        self._importer.import_path(self._path, self._asked)

    def _closed(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        self.deleteLater()


def _name_box(names: Iterable[str]) -> QComboBox:
    """A box for a name, empty at first: then the files are believed."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(["", *names])
    typed = box.lineEdit()
    assert typed is not None
    typed.setPlaceholderText(tr("as the files say"))
    typed.setMaxLength(MAX_NAME)
    return box


def _summary(preview: Preview) -> str:
    """How many recordings of which labels would come, at which rates, and how many are refused."""
    found = preview.found
    labels = Counter(recording.header.label for recording in found.recordings).most_common()
    named = ", ".join(
        tr("{label} {count}", label=one_line(label or tr("unlabelled"), 30), count=count)
        for label, count in labels[:_MOST_LABELS]
    )
    rates = [recording.header.rate_hz for recording in found.recordings]
    text = ntr("1 recording", "{count} recordings", len(rates))
    if rates:
        slow, fast = f"{min(rates):.4g}", f"{max(rates):.4g}"
        rate = slow if slow == fast else tr("{low} to {high}", low=slow, high=fast)
        text = tr("{recordings} at {rate} Hz: {labels}", recordings=text, rate=rate, labels=named)
        if len(labels) > _MOST_LABELS:
            text = tr("{start} and {count} more labels", start=text, count=len(labels) - _MOST_LABELS)
    if found.refused:
        refused = ntr("1 is refused", "{count} are refused", len(found.refused))
        text = tr("{taken}; {refused}.", taken=text, refused=refused)
    return text
