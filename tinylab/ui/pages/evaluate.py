"""The page Evaluate: what the network is worth on data it never saw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QListWidget, QListWidgetItem

from tinylab.data.recording import Recording
from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.ui.formats import one_line, read_first
from tinylab.ui.pages.class_table import ClassTable
from tinylab.ui.pages.evaluate_tiles import FigureTiles
from tinylab.ui.pages.matrix_card import MatrixCard
from tinylab.ui.pages.simpler_card import SimplerCard
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.matrix import worst_cell
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.run_texts import closed_words, facts_of, run_words
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import show_text, side_by_side, text_label
from tinylab.ui.widgets.cards import Card, Panel
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.stale_mark import StaleMark
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_beside import RunBeside
from tinylab.workflow.training.runs import INT8, TrainedRun
from tinylab.workflow.training.trainer import Trainer

_NO_CELL = tr("Windows of a cell")
_HINT = tr("Click a cell of the matrix to see its windows on their signals.")
_NARROW = 960  # pixels of the page
_LISTED = 200  # windows of one cell


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return EvaluatePage(session.document, session.trainer, session.beside, session.show_page)


class EvaluatePage(Page):
    """Shows the current run's figures; a cell of the matrix leads to its windows."""

    name = "Evaluate"
    icon_name = "grid"

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        beside: RunBeside,
        go: Callable[[str], None],
    ) -> None:
        super().__init__(
            tr("Evaluate"), tr("How good is the network on people or recordings it never saw?"), scrolls=True
        )
        self._document = document
        self._trainer = trainer
        self._beside, self._go = beside, go
        self._run: TrainedRun | None = None
        self._cell: tuple[int, int] | None = None
        self.primary(tr("Deploy this network"), self._go_on)
        self._build_main()
        self._build_side()
        self.follow(trainer.changed, beside.changed)

    def _build_main(self) -> None:
        self.stale = StaleMark()
        self.main.addWidget(self.stale)
        self.advice = text_label("", "small", wrap=True, tone="caution")
        self.main.addWidget(self.advice)
        self.simpler = SimplerCard(self._trainer, self._go)
        self.main.addWidget(self.simpler.offer, 0, Qt.AlignmentFlag.AlignLeft)
        self.tiles = FigureTiles()
        self.main.addWidget(self.tiles)
        self.matrix_card = MatrixCard()
        self.class_card = Card(tr("Class by class, int8"))
        self.matrix = self.matrix_card.matrix
        self.matrix.chosen.connect(self._choose_cell)
        self.classes = ClassTable()
        self.class_card.body.addWidget(self.classes)
        self.class_card.body.addStretch(1)
        self.middle = side_by_side(self.matrix_card, self.class_card)
        self.main.addWidget(self.middle, 5)
        self.main.addWidget(self.simpler)
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
        self.closed = EmptyState("lock-outline", tr("The test is closed"), "")
        self.main.addWidget(self.closed, 1)

    def _build_side(self) -> None:
        panel = Panel(tr("Network"))
        self.runs = QComboBox()
        self.runs.activated.connect(self._choose_run)
        panel.field(tr("Run"), self.runs)
        self.facts = text_label("", "small", wrap=True)
        panel.body.addWidget(self.facts)
        self.list_head = panel.head(_NO_CELL)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Windows of the chosen cell"))
        self.list.currentRowChanged.connect(lambda _: self._show_window())
        panel.body.addWidget(self.list, 1)
        self.hint = text_label(_HINT, "small", wrap=True)
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
        if self._trainer.since().stale:
            return "stale", ""
        return ("done", "") if self._trainer.current is not None else ("", "")

    def refresh(self) -> None:
        """Draw everything from the current run."""
        run = self._trainer.current
        fresh, was_open = run is not self._run, self._run is not None and self._run.is_open
        self._run = run
        self.action.setEnabled(run is not None)
        is_open = run is not None and run.is_open
        for widget in (self.tiles, self.middle, self.window_card, self.list_head):
            widget.setVisible(is_open)
        self.empty.setVisible(run is None)
        self.closed.setVisible(run is not None and not is_open)
        self.action.setText(tr("Deploy this network") if is_open or run is None else tr("Open the test"))
        self.stale.setVisible(False)
        self._show_choices()
        show_text(self.advice, read_first(run) if run is not None else "")
        self.simpler.show_run(run if is_open else None)
        if run is None:
            self.facts.setText("")
            self.list.clear()
            self.list_head.setText(_NO_CELL)
            self.hint.setText(_HINT)
            self.hint.show()
            return
        self.stale.show_since(self._trainer.since())
        if not is_open:
            self.closed.text.setText(closed_words(run))
            self.facts.setText(run.sentence)
            self.list.clear()
            self.hint.hide()
            return
        self._show_figures(run)
        if fresh or not was_open:
            self._cell = None
            self.matrix.show_counts(run.labels, self._colours(run), run.int8.confusion)
            self._choose_cell(*worst_cell(run.int8.confusion))
        self.matrix_card.put_beside(self._beside.run)

    def _go_on(self) -> None:
        """The primary action: first the test is opened, then the network is deployed."""
        if self._run is not None and not self._run.is_open:
            self._trainer.open_test()
        else:
            self._go("Deploy")

    def _colours(self, run: TrainedRun) -> list[int]:
        labels = self._document.labels
        return [labels.index(name) if name in labels else number for number, name in enumerate(run.labels)]

    def _show_choices(self) -> None:
        runs = self._trainer.runs
        self.runs.clear()
        for run in reversed(runs):
            self.runs.addItem(run_words(run), run.number)
        if self._run is not None:
            self.runs.setCurrentIndex(self.runs.findData(self._run.number))
        self.runs.setEnabled(len(runs) > 1)

    def _show_figures(self, run: TrainedRun) -> None:
        self.tiles.show_run(run)
        self.classes.show_run(run, self._beside.run)
        self.facts.setText(facts_of(run))

    def _choose_cell(self, truth: int, answer: int) -> None:
        run = self._run
        if run is None:
            return
        self._cell = (truth, answer)
        self.matrix.select(self._cell)
        self.list_head.setText(
            tr("{truth} → {answer}", truth=one_line(run.labels[truth], 14), answer=one_line(run.labels[answer], 14))
        )
        self.list.clear()
        evidence = self._trainer.evidence
        for number in self._windows_of(truth, answer)[:_LISTED]:
            assert evidence is not None
            start = int(evidence.starts[number]) / run.recipe.rate_hz
            item = QListWidgetItem(tr("take {id}, from {s:.1f} s", id=int(evidence.take_ids[number]), s=start))
            item.setData(Qt.ItemDataRole.UserRole, int(number))
            self.list.addItem(item)
        self.hint.setVisible(self.list.count() == 0)
        self.hint.setText(
            tr("No window of this kind.")
            if evidence is not None
            else tr("An older TinyLab made this run and kept none of its windows; train again to see them.")
        )
        self.list.setCurrentRow(0)
        self._show_window()

    def _windows_of(self, truth: int, answer: int) -> list[int]:
        """Numbers of the test windows of a cell, as they were answered when the run was made."""
        evidence = self._trainer.evidence
        if evidence is None or INT8 not in evidence.probabilities:
            return []
        return [int(i) for i in np.flatnonzero((evidence.truth == truth) & (evidence.answers(INT8) == answer))]

    def _show_window(self) -> None:
        item, run, evidence = self.list.currentItem(), self._run, self._trainer.evidence
        if item is None or run is None or evidence is None:
            self.window_text.setText(tr("Choose a cell that is not empty."))
            self.plot.show_signal(np.empty(0), np.empty((0, 3)))
            self.plot.unmark()
            return
        number = item.data(Qt.ItemDataRole.UserRole)
        truth, answer = int(evidence.truth[number]), int(evidence.answers(INT8)[number])
        text = tr(
            "“{truth}” was taken for “{answer}”", truth=one_line(run.labels[truth]), answer=one_line(run.labels[answer])
        )
        start = int(evidence.starts[number]) / run.recipe.rate_hz
        colour = class_colour(self._colours(run)[truth])
        recording = self._take_of(int(evidence.take_ids[number]), run)
        if recording is None:
            self._show_window_alone(evidence.windows[number], run, start, text)
        else:
            who = one_line(recording.header.subject) or tr("no subject")
            self.window_text.setText(f"{text} · {who} · {tr('the shaded part is what the network saw')}")
            times = np.arange(len(recording.counts)) / recording.header.rate_hz
            self.plot.show_signal(times, recording.in_g)
        self.plot.mark(start, start + run.recipe.window_s, colour)
        margin = 2 * run.recipe.window_s
        self.plot.look_at(max(0.0, start - margin), start + run.recipe.window_s + margin)
        self.plot.show_everything()

    def _take_of(self, take_id: int, run: TrainedRun) -> Recording | None:
        """The take a window was cut from, where it is still what the network saw."""
        take = self._document.header(take_id)
        pieces = {member.take_id: member.pieces for member in run.members}
        if take is None:
            return None
        try:
            if pieces and pieces.get(take_id) != self._document.open_project().pieces_text(take_id):
                return None
            return self._document.recording(take_id)
        except TinyLabError:
            return None

    def _show_window_alone(self, counts: npt.NDArray[np.int16], run: TrainedRun, start: float, text: str) -> None:
        """The kept window itself: its take was deleted for good, or cut since."""
        self.window_text.setText(f"{text} · {tr('its take has changed since; this is the window that was kept')}")
        times = start + np.arange(len(counts)) / run.recipe.rate_hz
        self.plot.show_signal(times, counts.astype(np.float64) * run.recipe.g_per_count)

    def _choose_run(self, _index: int) -> None:
        number = self.runs.currentData()
        run = next((r for r in self._trainer.runs if r.number == number), None)
        if run is not None and not self._trainer.busy:
            self._trainer.choose(run)
