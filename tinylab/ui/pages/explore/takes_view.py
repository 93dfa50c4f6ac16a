"""Takes looked at: two labels laid over each other, one take's frequencies, fingerprints, and each label in numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from tinylab.data.recording import Header
from tinylab.evaluation.take_views.class_summary import ClassSummary
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.plots.fingerprints import FingerprintPlot
from tinylab.ui.plots.overlay import AXIS_CHOICES, OverlayPlot, common_range
from tinylab.ui.plots.spectrum import NO_SPECTROGRAM, NO_SPECTRUM, SpectrogramPlot, SpectrumPlot
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import Swatch, button, clear, keep_focus, side_by_side, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.segments import Segments
from tinylab.ui.widgets.table import Table
from tinylab.workflow.explore.take_views import LaidOver, TakeViews
from tinylab.workflow.project.document import Document

_COLUMNS: Final = (tr("label"), tr("takes"), tr("people"), tr("in all"), tr("each"), tr("strength"))


class TakesView(QWidget):
    """Shows what `TakeViews` has computed."""

    def __init__(self, document: Document, views: TakeViews, go: Callable[[int], None]) -> None:
        super().__init__()
        self._document, self._views, self._go = document, views, go
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(self._overlays(), 5)
        outer.addWidget(self._one_take(), 5)

    def _overlays(self) -> Card:
        card = Card(tr("Laid over each other"))
        card.tighten()
        self.axis = Segments(tr("Which axis"), AXIS_CHOICES)
        self.axis.show_choice(len(AXIS_CHOICES) - 1)
        self.axis.chosen.connect(lambda _: self.refresh())
        card.corner.addWidget(self.axis)
        self.boxes, self.plots, self.marks = [], [], []
        halves = []
        for number in range(2):
            half = QWidget()
            column = QVBoxLayout(half)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            head = QHBoxLayout()
            mark = QHBoxLayout()
            box = QComboBox()
            box.setAccessibleName(tr("First label") if number == 0 else tr("Second label"))
            box.activated.connect(lambda _: self._compare())
            keep_focus(box)
            head.addLayout(mark)
            head.addWidget(box, 1)
            plot = OverlayPlot()
            plot.setMinimumHeight(96)
            plot.take_chosen.connect(self._views.choose_take)
            column.addLayout(head)
            column.addWidget(plot, 1)
            self.boxes.append(box)
            self.plots.append(plot)
            self.marks.append(mark)
            halves.append(half)
        card.body.addWidget(side_by_side(*halves, spacing=8), 1)
        self.said = text_label("", "small", wrap=True)
        card.body.addWidget(self.said)
        return card

    def _one_take(self) -> Card:
        card = Card()
        card.tighten()
        row = QHBoxLayout()
        self.kinds = Segments(tr("What is shown below"), [tr("Frequencies"), tr("Fingerprint"), tr("Label by label")])
        self.kinds.chosen.connect(self.show_kind)
        self.of = Segments(tr("Fingerprints of"), [tr("takes"), tr("classes")])
        self.of.chosen.connect(lambda _: self.refresh())
        self.go = button(tr("Go to this take"), lambda: self._go(self._views.take_id), "link")
        row.addWidget(self.kinds)
        row.addStretch(1)
        row.addWidget(self.go)
        card.body.addLayout(row)
        self.take = text_label("", "small")
        about = QHBoxLayout()
        about.addWidget(self.take)
        about.addStretch(1)
        about.addWidget(self.of)
        card.body.addLayout(about)
        self.spectrum, self.spectrogram, self.prints = SpectrumPlot(), SpectrogramPlot(), FingerprintPlot()
        self.prints.take_chosen.connect(self._views.choose_take)
        self.table = Table(_COLUMNS, tr("Each label in numbers"), row_height=26, hidden_below={2: 430})
        self.stack = QStackedWidget()
        for widget in (side_by_side(self.spectrum, self.spectrogram, spacing=8), self.prints, self.table):
            self.stack.addWidget(widget)
        card.body.addWidget(self.stack, 1)
        return card

    # --- drawing ----------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another project is shown."""
        self.axis.show_choice(len(AXIS_CHOICES) - 1)
        self.of.show_choice(0)
        self.kinds.show_choice(0)
        self.stack.setCurrentIndex(0)

    def refresh(self) -> None:
        """Draw everything."""
        self._show_choices()
        self._show_overlays()
        views = self._views
        one = views.one
        take = self._document.header(views.take_id)
        self.take.setText(self._about(take))
        self.go.setEnabled(take is not None)
        self.spectrum.show_spectrum(one.spectrum if one is not None else NO_SPECTRUM)
        self.spectrogram.show_spectrogram(one.spectrogram if one is not None else NO_SPECTROGRAM)
        self.of.setVisible(self.stack.currentWidget() is self.prints)
        prints = views.prints
        shown = (prints.takes if self.of.current == 0 else prints.classes) if prints is not None else None
        self.prints.show_prints(shown, views.take_id)
        self.table.show_rows([_figures(each) for each in views.summaries])

    def _show_choices(self) -> None:
        known, chosen = [each.label for each in self._views.summaries], self._views.labels
        for number, (box, mark) in enumerate(zip(self.boxes, self.marks, strict=True)):
            if [box.itemData(row) for row in range(box.count())] != known:
                box.clear()
                for label in known:
                    box.addItem(one_line(label, 22), label)
            there = number < len(chosen)
            box.setEnabled(there)
            box.setCurrentIndex(known.index(chosen[number]) if there else -1)
            clear(mark)
            if there:
                mark.addWidget(Swatch(self._colour(chosen[number])))

    def _show_overlays(self) -> None:
        laid, axis = self._views.laid, self.axis.current
        scale = common_range([each.overlay for each in laid], axis)
        for number, plot in enumerate(self.plots):
            of_label = laid[number] if number < len(laid) else None
            colour = self._colour(of_label.label) if of_label is not None else theme.colour("muted")
            overlay = of_label.overlay if of_label is not None else None
            plot.show_overlay(overlay, axis, colour, self._views.take_id, scale)
        busy = (
            tr("Computing …") if self._views.busy else tr("Aligned where they fit best, the mean in bold, one scale.")
        )
        self.said.setText(self._views.reason or " ".join([busy, *(_sample(each) for each in laid)]).strip())

    def _colour(self, label: str) -> QColor:
        labels = self._document.labels
        return class_colour(labels.index(label)) if label in labels else theme.colour("muted")

    def _about(self, take: Header | None) -> str:
        one = self._views.one
        if take is None:
            return tr("There is no take with a label yet.")
        who = one_line(take.subject, 16) or tr("no subject")
        strongest = one.spectrum.strongest_hz if one is not None and one.take.id == take.id else 0.0
        hz = tr(" · strongest at {hz:.1f} Hz", hz=strongest) if strongest else ""
        return tr("Take {id} · {label} · {who}{hz}", id=take.id, label=one_line(take.label, 18), who=who, hz=hz)

    # --- what a user does -------------------------------------------------------------------------------

    def show_kind(self, number: int) -> None:
        """Show frequencies, fingerprints or the table below."""
        self.kinds.show_choice(number)
        self.stack.setCurrentIndex(number)
        self.refresh()

    def _compare(self) -> None:
        self._views.compare((self.boxes[0].currentData(), self.boxes[1].currentData()))


def _sample(laid: LaidOver) -> str:
    shown = len(laid.overlay.take_ids)
    if shown == laid.of_all:
        return ""
    return tr("{shown} of {all} of “{label}”.", shown=shown, all=laid.of_all, label=one_line(laid.label, 18))


def _figures(each: ClassSummary) -> tuple[str, ...]:
    lengths = seconds(each.shortest_s)
    if each.longest_s - each.shortest_s > 0.05:
        lengths = f"{each.shortest_s:.1f}–{seconds(each.longest_s)}"
    strength = "–" if math.isnan(each.motion_g) else f"{each.motion_g:.2f} g"
    takes = (
        f"{each.takes:,}"
        if each.parts == each.takes
        else ntr("{t:,} ({count})", "{t:,} ({count})", each.parts, t=each.takes)
    )
    return one_line(each.label, 24), takes, f"{each.people:,}", seconds(each.seconds), lengths, strength
