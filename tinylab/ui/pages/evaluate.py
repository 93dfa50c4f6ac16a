"""The page Evaluate: what the network is worth on data it never saw."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QListWidget, QListWidgetItem

from tinylab.ui.formats import one_line, percent, plural, tr
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.matrix import ConfusionMatrix
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import Card, EmptyState, Panel, Tile, side_by_side, text_label
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.table import Table
from tinylab.workflow.runs import TrainedRun
from tinylab.workflow.session import Session

_NARROW = 960  # pixels of the page
_LISTED = 200  # windows of one cell


class EvaluatePage(Page):
    """Shows the current run's figures; a cell of the matrix leads to its windows."""

    name = "Evaluate"
    icon_name = "grid"

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("Evaluate"), tr("How good is the network on people or recordings it never saw?"), scrolls=True
        )
        self._session = session
        self._run: TrainedRun | None = None
        self._cell: tuple[int, int] | None = None
        self.primary(tr("Deploy this network"), lambda: session.show_page("Deploy"))
        self._build_main()
        self._build_side()
        self.follow(session.training.changed)

    def _build_main(self) -> None:
        self.float32, self.int8, self.macro, self.majority = (
            Tile(name, bar=False)
            for name in (tr("float32, PC"), tr("int8, board"), tr("macro F1, int8"), tr("baseline"))
        )
        self.tiles = side_by_side(self.float32, self.int8, self.macro, self.majority, spacing=12)
        self.main.addWidget(self.tiles)
        self.matrix_card, self.class_card = (
            Card(tr("Which class was taken for which")),
            Card(tr("Class by class, int8")),
        )
        self.matrix = ConfusionMatrix()
        self.matrix.chosen.connect(self._choose_cell)
        self.matrix_card.body.addWidget(self.matrix, 1)
        columns = (tr("class"), tr("precision"), tr("recall"), tr("F1"), tr("windows"))
        self.classes = Table(columns, tr("Figures of each class"), row_height=26)
        self.class_card.body.addWidget(self.classes)
        self.class_card.body.addStretch(1)
        self.middle = side_by_side(self.matrix_card, self.class_card)
        self.main.addWidget(self.middle, 5)
        self.window_card = Card(tr("The window on its signal"))
        self.window_card.corner.addWidget(axes_legend())
        self.window_text = text_label("", "small", wrap=True)
        self.plot = SignalPlot()
        self.plot.setMinimumHeight(96)
        self.window_card.body.addWidget(self.window_text)
        self.window_card.body.addWidget(self.plot, 1)
        self.main.addWidget(self.window_card, 3)
        self.empty = EmptyState(
            "clipboard-check-outline",
            tr("There is no network to judge yet"),
            tr("Train one first; it is tested once, on data it did not learn from."),
        )
        self.main.addWidget(self.empty, 1)

    def _build_side(self) -> None:
        panel = Panel(tr("Network"))
        self.runs = QComboBox()
        self.runs.activated.connect(self._choose_run)
        panel.field(tr("Run"), self.runs)
        self.facts = text_label("", "small", wrap=True)
        panel.body.addWidget(self.facts)
        self.list_head = panel.head(tr("Windows of a cell"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Windows of the chosen cell"))
        self.list.currentRowChanged.connect(lambda _: self._show_window())
        panel.body.addWidget(self.list, 1)
        self.hint = text_label(
            tr("Click a cell of the matrix to see its windows on their signals."), "small", wrap=True
        )
        panel.body.addWidget(self.hint)
        self.side.addWidget(panel)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the table stands below the matrix instead of beside it."""
        super().resizeEvent(event)
        layout = self.middle.layout()
        if isinstance(layout, QBoxLayout):
            narrow = self.width() < _NARROW
            layout.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
            self.classes.fit_height()

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """Done when there are figures."""
        return ("done", "") if self._session.training.current is not None else ("", "")

    def refresh(self) -> None:
        """Draw everything from the current run."""
        run = self._session.training.current
        fresh = run is not self._run
        self._run = run
        self.action.setEnabled(run is not None)
        for widget in (self.tiles, self.middle, self.window_card):
            widget.setVisible(run is not None)
        self.empty.setVisible(run is None)
        self._show_choices()
        if run is None:
            self.facts.setText("")
            self.list.clear()
            return
        self._show_figures(run)
        if fresh:
            self._cell = None
            self.matrix.show_counts(run.labels, self._colours(run), run.int8.confusion)
            self._choose_cell(*_worst_cell(run))

    def _colours(self, run: TrainedRun) -> list[int]:
        labels = self._session.library.labels
        return [labels.index(name) if name in labels else number for number, name in enumerate(run.labels)]

    def _show_choices(self) -> None:
        runs = self._session.training.runs
        self.runs.clear()
        for run in reversed(runs):
            self.runs.addItem(tr("run {n}: {a}").format(n=run.number, a=percent(run.int8.accuracy)), run.number)
        if self._run is not None:
            self.runs.setCurrentIndex(self.runs.findData(self._run.number))
        self.runs.setEnabled(len(runs) > 1)

    def _show_figures(self, run: TrainedRun) -> None:
        of = plural(run.int8.windows, tr("unseen window"), tr("unseen windows"))
        self.float32.show_figure(percent(run.float32.accuracy), "", of, run.float32.accuracy)
        points = (run.int8.accuracy - run.float32.accuracy) * 100
        against = tr("{p:+.1f} points").format(p=points)
        self.int8.show_figure(percent(run.int8.accuracy), "", against, run.int8.accuracy)
        self.macro.show_figure(f"{run.int8.macro_f1:.3f}", "", tr("classes count alike"), run.int8.macro_f1)
        self.majority.show_figure(percent(run.int8.majority), "", tr("the most frequent class"), run.int8.majority)
        self.classes.show_rows(
            [
                (one_line(c.label, 22), f"{c.precision:.2f}", f"{c.recall:.2f}", f"{c.f1:.2f}", f"{c.support:,}")
                for c in run.int8.classes
            ]
        )
        self.classes.fit_height()
        agree = tr("{n} of {all} windows equal in every bit in LiteRT.").format(
            n=run.litert_identical, all=run.int8.windows
        )
        self.facts.setText(f"{run.sentence}\n\n{agree}")

    def _choose_cell(self, truth: int, answer: int) -> None:
        run = self._run
        if run is None:
            return
        self._cell = (truth, answer)
        self.matrix.select(self._cell)
        self.list_head.setText(
            tr("{truth} → {answer}").format(
                truth=one_line(run.labels[truth], 14), answer=one_line(run.labels[answer], 14)
            )
        )
        self.list.clear()
        for number in self._windows_of(run, truth, answer)[:_LISTED]:
            recording = int(run.test.recordings[number])
            start = int(run.test.starts[number]) / run.recipe.rate_hz
            item = QListWidgetItem(tr("take {id}, from {s:.1f} s").format(id=recording, s=start))
            item.setData(Qt.ItemDataRole.UserRole, int(number))
            self.list.addItem(item)
        self.hint.setVisible(self.list.count() == 0)
        self.hint.setText(tr("No window of this kind."))
        self.list.setCurrentRow(0)
        self._show_window()

    def _windows_of(self, run: TrainedRun, truth: int, answer: int) -> list[int]:
        answers = np.asarray(run.answers)
        if len(answers) != len(run.test):
            return []  # some of the tested recordings have been deleted since
        return [int(i) for i in np.flatnonzero((run.test.classes == truth) & (answers == answer))]

    def _show_window(self) -> None:
        item, run = self.list.currentItem(), self._run
        if item is None or run is None:
            self.window_text.setText(tr("Choose a cell that is not empty."))
            self.plot.show_signal(np.empty(0), np.empty((0, 3)))
            self.plot.unmark()
            return
        number = item.data(Qt.ItemDataRole.UserRole)
        recording = next(
            (r for r in self._session.library.recordings if r.id == int(run.test.recordings[number])), None
        )
        start = int(run.test.starts[number]) / run.recipe.rate_hz
        truth, answer = run.labels[run.test.classes[number]], run.labels[run.answers[number]]
        text = tr("“{truth}” was taken for “{answer}”").format(truth=one_line(truth), answer=one_line(answer))
        if recording is None:
            return
        who = one_line(recording.subject) or tr("no subject")
        self.window_text.setText(f"{text} · {who} · {tr('the shaded part is what the network saw')}")
        times = np.arange(recording.samples) / recording.rate_hz
        self.plot.show_signal(times, recording.in_g)
        self.plot.mark(start, start + run.recipe.window_s, class_colour(self._colours(run)[run.test.classes[number]]))
        margin = 2 * run.recipe.window_s
        self.plot.setXRange(max(0.0, start - margin), start + run.recipe.window_s + margin, padding=0)

    def _choose_run(self, _index: int) -> None:
        number = self.runs.currentData()
        run = next((r for r in self._session.training.runs if r.number == number), None)
        if run is not None and not self._session.training.busy:
            self._session.training.choose(run)


def _worst_cell(run: TrainedRun) -> tuple[int, int]:
    """The most frequent mistake, or the first class where there is none."""
    matrix = np.asarray(run.int8.confusion)
    mistakes = matrix - np.diag(np.diag(matrix))
    if not mistakes.any():
        return 0, 0
    truth, answer = np.unravel_index(int(mistakes.argmax()), mistakes.shape)
    return int(truth), int(answer)
