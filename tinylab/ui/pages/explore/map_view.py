"""The feature map with its switches, what is caught in it, and the chosen window on its signal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from tinylab.text import percent, tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.explore.failed_note import FailedNote
from tinylab.ui.pages.explore.grouping import groups, words
from tinylab.ui.pages.explore.lasso_bar import LassoBar
from tinylab.ui.pages.explore.live_tail import LiveTail
from tinylab.ui.pages.explore.window_card import WindowCard
from tinylab.ui.plots.clouds import Group
from tinylab.ui.plots.feature_map import MapPlot
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import Swatch, button, clear, keep_focus, show_text, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.segments import Segments
from tinylab.workflow.explore.chosen_windows import chosen_windows
from tinylab.workflow.explore.colouring import ColourBy
from tinylab.workflow.explore.picture import Layout, Picture
from tinylab.workflow.explore.window_player import Window
from tinylab.workflow.session import Session

_LAYOUTS: Final = ((Layout.PCA, tr("PCA")), (Layout.TSNE, tr("t-SNE")), (Layout.LAYER, tr("last layer")))
_COLOURS: Final = (
    (ColourBy.LABEL, tr("by label")), (ColourBy.SUBJECT, tr("by person")), (ColourBy.SESSION, tr("by session")),
    (ColourBy.VERDICT, tr("by verdict")), (ColourBy.ANSWER, tr("right or wrong")),
)  # fmt: skip
_SAME_S: Final = 0.01
_LEGEND: Final = 5  # names


class MapView(QWidget):
    """Shows the map of a session; what is chosen in it stays chosen until another map is drawn."""

    def __init__(self, session: Session, go: Callable[[int], None], play: Callable[[list[Window]], None]) -> None:
        super().__init__()
        self._session, self._map = session, session.explore.feature_map
        self._go, self._play_windows = go, play
        self._picture: Picture | None = None
        self._groups: tuple[Group, ...] = ()
        self._drawn: tuple[object, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        card = Card()
        card.tighten()
        card.body.addLayout(self._tools())
        self.plot = MapPlot()
        self.plot.setMinimumHeight(150)
        self._live = LiveTail(session, self.plot)
        self.plot.describe = self._describe
        self.plot.point_chosen.connect(self.choose)
        self.plot.caught.connect(self.catch)
        card.body.addWidget(self.plot, 1)
        card.body.addWidget(self._below())
        outer.addWidget(card, 5)
        self.window_card = WindowCard(tr("The chosen window"), session.document, self._play, self._open)
        outer.addWidget(self.window_card, 3)
        self.plot.opened.connect(lambda _row: self._open())

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.layouts = Segments(tr("How windows become points"), [text for _, text in _LAYOUTS])
        self.layouts.chosen.connect(lambda number: self._map.set_layout(_LAYOUTS[number][0]))
        self.colours = QComboBox()
        self.colours.setAccessibleName(tr("What the colours mean"))
        for by, text in _COLOURS:
            self.colours.addItem(text, by)
        self.colours.activated.connect(lambda _: self.refresh())
        keep_focus(self.colours)
        self.lasso = button(tr("Lasso"), self._toggle_lasso, "toggle", tr("Drag around windows; so does Shift"))
        self.lasso.setCheckable(True)
        row.addWidget(self.layouts)
        row.addWidget(self.colours)
        row.addStretch(1)
        row.addWidget(self.lasso)
        return row

    def _below(self) -> QWidget:
        """One line: what is drawn now, what was caught, or what the picture says."""
        self.below = QStackedWidget()
        self.below.setFixedHeight(34)
        self.note = QWidget()
        row = QHBoxLayout(self.note)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.legend = QHBoxLayout()
        self.legend.setSpacing(6)
        self.sentence = text_label("", "small", wrap=True)
        row.addLayout(self.legend)
        row.addWidget(self.sentence, 1)
        self.busy = QWidget()
        row = QHBoxLayout(self.busy)
        row.setContentsMargins(0, 0, 0, 0)
        self.doing = text_label("", "small", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress of the map"))
        self.cancel = button(tr("Cancel"), self._map.cancel, "link")
        row.addWidget(self.doing, 1)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel)
        self.bar = LassoBar(
            self._session.document, self._session.take_actions, self._play, lambda: self.catch([])
        )  # fmt: skip
        self.failed = FailedNote(self._map)
        for widget in (self.note, self.busy, self.bar, self.failed):
            self.below.addWidget(widget)
        return self.below

    # --- drawing ----------------------------------------------------------------------------------------

    @property
    def colour_by(self) -> ColourBy:
        """What decides a point's colour."""
        by: ColourBy = self.colours.currentData()
        return by

    def forget(self) -> None:
        """Another project is shown."""
        self.colours.setCurrentIndex(0)
        self.lasso.setChecked(False)
        self._toggle_lasso()
        self._live.forget()
        self.plot.show_everything()

    def refresh(self) -> None:
        """Draw everything but what moves."""
        self._show_tools()
        picture, before = self._map.picture, None
        if picture is not self._picture:
            before, self._picture, self._drawn = self._chosen_window, picture, ()
            self._live.forget()
            self.plot.mark([])
            self.plot.choose(None)
        if picture is not None:
            self._draw(picture)
            if self.plot.chosen is None:
                self.plot.choose(_row_of(picture, before))
        self._show_window()
        self.show_progress()

    def _show_tools(self) -> None:
        layouts = [layout for layout, _ in _LAYOUTS]
        self.layouts.show_choice(layouts.index(self._map.layout))
        why_not = self._map.why_no_layer()
        last = self.layouts.buttons[layouts.index(Layout.LAYER)]
        last.setEnabled(not why_not or self._map.layout is Layout.LAYER)
        last.setToolTip(why_not)

    def _draw(self, picture: Picture) -> None:
        by, labels = self.colour_by, self._session.document.labels
        found = words(picture, by, self._session)
        key = (picture, by, labels, found, theme.tokens.dark, self.plot.width() // 40)
        if key == self._drawn:
            return
        self._drawn = key
        self._groups = groups(found, by, labels)
        self.plot.show_map(picture.points, self._groups, clouds=by is ColourBy.LABEL)
        self._show_legend(by)
        show_text(self.sentence, self._sentence(picture, by))

    def _show_legend(self, by: ColourBy) -> None:
        clear(self.legend)
        if by is ColourBy.LABEL:
            return
        for group in self._groups[:_LEGEND]:
            self.legend.addWidget(Swatch(group.colour))
            name = text_label(one_line(group.name, 11), "small")
            name.setToolTip(group.name)
            self.legend.addWidget(name)
        if len(self._groups) > _LEGEND:
            self.legend.addWidget(text_label(tr("and {n} more", n=len(self._groups) - _LEGEND), "small"))

    def _sentence(self, picture: Picture, by: ColourBy) -> str:
        if by is not ColourBy.LABEL:
            return self._map.sample_sentence
        share = picture.projection.share if picture.projection is not None else 0.0
        shows = tr("Shows {share} of all differences.", share=percent(share)) if share else tr("Near means alike.")
        return f"{shows} {self._map.sample_sentence}".strip()

    def show_progress(self) -> None:
        """What is drawn now and how far it is; else what was caught, or what the picture says."""
        task = self._map.task
        if task is not None:
            self.doing.setText(one_line(task.detail or task.title, 44))
            self.progress.setRange(0, 0 if task.fraction is None else 1000)
            self.progress.setValue(round((task.fraction or 0.0) * 1000))
        caught = bool(self.plot.marked) and self._picture is not None
        note = self.failed if self.failed.refresh() else self.note
        self.below.setCurrentWidget(self.busy if task is not None else self.bar if caught else note)

    def _describe(self, row: int) -> str:
        picture = self._picture
        take = self._session.document.header(int(picture.windows.take_ids[row])) if picture is not None else None
        if picture is None or take is None:
            return ""
        who = f" · {one_line(take.subject, 16)}" if take.subject else ""
        start = float(picture.windows.starts_s[row])
        return tr(
            "{label} · take {id}{who} · {start:.1f} s",
            label=one_line(picture.windows.labels[row], 18), id=take.id, who=who, start=start,
        )  # fmt: skip

    def _show_window(self) -> None:
        picture, row = self._picture, self.plot.chosen
        if picture is None or row is None:
            self.window_card.show_nothing()
            return
        windows, labels = picture.windows, self._session.document.labels
        label = windows.labels[row]
        colour = class_colour(labels.index(label)) if label in labels else theme.colour("muted")
        start = float(windows.starts_s[row])
        self.window_card.show_window(int(windows.take_ids[row]), start, picture.window_s, label, colour)

    def tick(self) -> None:
        """Move the live window, and where the chosen one plays."""
        if self._map.task is not None:
            self.show_progress()
        self._live.tick(self._picture)

    # --- what a user does -------------------------------------------------------------------------------

    def choose(self, row: int) -> None:
        """Show the window of a point."""
        self.plot.choose(row)
        self._show_window()

    def catch(self, rows: list[int]) -> None:
        """These windows were caught; none lets all go."""
        self.plot.mark(rows)
        self.lasso.setChecked(False)
        self._toggle_lasso()
        if self._picture is not None:
            self.bar.show_chosen(chosen_windows(self._session.document, self._picture.windows, rows))
        self.show_progress()

    def catch_label(self, label: str) -> None:
        """Catch all windows of a label."""
        if self._picture is not None:
            self.catch([row for row, each in enumerate(self._picture.windows.labels) if each == label])

    def _toggle_lasso(self) -> None:
        self.plot.lassoing = self.lasso.isChecked()
        self.plot.viewport().setCursor(
            Qt.CursorShape.CrossCursor if self.plot.lassoing else Qt.CursorShape.ArrowCursor
        )  # fmt: skip

    @property
    def _chosen_window(self) -> tuple[int, float] | None:
        """Take and beginning of the window with the ring."""
        picture, row = self._picture, self.plot.chosen
        if picture is None or row is None:
            return None
        return int(picture.windows.take_ids[row]), float(picture.windows.starts_s[row])

    @property
    def wanted(self) -> list[Window]:
        """The windows to play: the caught ones, else the chosen one."""
        picture, chosen = self._picture, self.plot.chosen
        rows = self.plot.marked or ([chosen] if chosen is not None else [])
        if picture is None:
            return []
        starts = [(int(picture.windows.take_ids[row]), float(picture.windows.starts_s[row])) for row in rows]
        return [(take_id, start, start + picture.window_s) for take_id, start in starts]

    def _play(self) -> None:
        self._play_windows(self.wanted)

    def _open(self) -> None:
        row = self.plot.chosen
        if self._picture is not None and row is not None:
            self._go(int(self._picture.windows.take_ids[row]))

    def on_key(self, key: Qt.Key) -> bool:
        """L relabels what was caught, Del trashes it."""
        acts = {Qt.Key.Key_L: self.bar.relabel, Qt.Key.Key_Delete: self.bar.trash}
        if key in acts and self.plot.marked:
            acts[key].click()
            return True
        return False


def _row_of(picture: Picture, window: tuple[int, float] | None) -> int | None:
    """The row of a window in another picture; the first where it is not there."""
    if window is not None:
        same = (picture.windows.take_ids == window[0]) & (np.abs(picture.windows.starts_s - window[1]) < _SAME_S)
        if same.any():
            return int(same.argmax())
    return 0 if len(picture.windows) else None
