"""The page Explore: what the takes look like to a network, before anything is trained."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from tinylab.evaluation.advice import Advice, Show, urgent
from tinylab.text import ntr, tr
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.explore.advice_panel import AdvicePanel, act_of
from tinylab.ui.pages.explore.map_view import MapView
from tinylab.ui.pages.explore.proposals_view import ProposalsView
from tinylab.ui.pages.explore.split_view import SplitPage
from tinylab.ui.pages.explore.takes_view import TakesView
from tinylab.ui.widgets.basic import button
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.segments import Segments
from tinylab.workflow.explore.window_player import Window, WindowPlayer
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.session import Session

VIEWS: Final = ("map", "takes", "proposals", "split")


def make_page(session: Session) -> Page:
    """The page, given the session whose takes it shows."""
    return ExplorePage(session)


class ExplorePage(Page):
    """Four views of the takes, and what they say in words. A view is made when it is first looked at."""

    name = "Explore"
    icon_name = "chart-scatter-plot"

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Explore"), "")
        self._session, self._explore = session, session.explore
        self._player = WindowPlayer(session.document, session.player)
        self._next = Show("Train")
        self.primary(tr("Train a network"), lambda: session.bring_up(self._next))
        self.switch = Segments(tr("What is shown"), [tr("Map"), tr("Takes"), tr("Proposals"), tr("Split")])
        self.switch.chosen.connect(self.show_view)
        self.beside_primary(self.switch)
        self.map = MapView(session, self._open_take, self._play)
        self.empty = EmptyState("chart-scatter-plot", tr("No picture yet"), "")
        self.to_collect = button(tr("Record takes"), lambda: session.show_page("Collect"))
        self.again = button(tr("Try again"), self._explore.feature_map.draw_again)
        self.empty.add(self.to_collect)
        self.empty.add(self.again)
        self.map_place = QStackedWidget()
        self.map_place.addWidget(self.map)
        self.map_place.addWidget(self.empty)
        self.view = "map"  # which of VIEWS is in front
        self.place = QStackedWidget()
        self.place.addWidget(self.map_place)
        self.main.addWidget(self.place, 1)
        self.advice = AdvicePanel(session.bring_up)
        self.side.addWidget(self.advice)
        session.document.changed.subscribe(self._follow_project)
        session.show_asked.subscribe(self._show_asked)
        explore = session.explore
        self.follow(
            session.document.changed, session.trainer.changed, explore.feature_map.changed, explore.facts.changed,
            explore.checks.changed, explore.proposals.changed, explore.take_views.changed,
        )  # fmt: skip

    @cached_property
    def takes(self) -> TakesView:
        """Overlays, spectra and fingerprints."""
        return TakesView(self._session.document, self._explore.take_views, self._open_take)

    @cached_property
    def proposals(self) -> ProposalsView:
        """What the model would label otherwise."""
        return ProposalsView(self._session, self._open_take, self._play)

    @cached_property
    def split(self) -> SplitPage:
        """Who learns and who is held back."""
        return SplitPage(self._session.document, self._explore.split_sides)

    def _widget(self, view: str) -> QWidget:
        if view == "map":
            return self.map_place
        if view == "takes":
            return self.takes
        return self.proposals if view == "proposals" else self.split

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """Done when there is a map."""
        return ("done", "") if self._explore.feature_map.picture is not None else ("", "")

    def showEvent(self, event: QShowEvent) -> None:
        """From now on the map follows the takes."""
        self._explore.checks.start()
        self._explore.feature_map.start()
        super().showEvent(event)

    def refresh(self) -> None:
        """Draw the view that is in front, and what the pictures say."""
        advice = self._explore.facts.advice
        self.advice.show_advice(advice)
        self._show_next_step(advice)
        self.sentence.setText(self._sentence())
        if self.view == "map":
            self._refresh_map()
        elif self.view == "takes":
            self.takes.refresh()
        elif self.view == "proposals":
            self.proposals.refresh()
        else:
            self.split.refresh()

    def _sentence(self) -> str:
        picture = self._explore.feature_map.picture
        if picture is None:
            return tr("What do the takes look like to a network?")
        windows = ntr("{count:,} window", "{count:,} windows", picture.of_all)
        return tr(
            "{windows} of {s:.1f} s: near each other means alike for a network.", windows=windows, s=picture.window_s
        )

    def _show_next_step(self, advice: tuple[Advice, ...]) -> None:
        """What to do next: the most urgent advice, or to train where nothing stands against it."""
        first = urgent(advice)
        if not self._session.document.takes:
            self._next, text = Show("Collect"), tr("Record takes")
        elif first is not None:
            self._next, text = first.show, act_of(first)
        else:
            self._next, text = Show("Train"), tr("Train a network")
        self.action.setText(text)

    def _refresh_map(self) -> None:
        feature_map = self._explore.feature_map
        why_not = feature_map.why_not()
        reason = why_not or feature_map.reason or ("" if feature_map.task else tr("The map was not drawn."))
        there = feature_map.picture is not None and not why_not
        nothing = not there and feature_map.task is None
        self.map_place.setCurrentWidget(self.empty if nothing else self.map)
        self.to_collect.setVisible(bool(why_not))
        self.again.setVisible(not why_not)
        self.empty.text.setText(reason)
        self.map.refresh()

    def tick(self) -> None:
        """Draw what moves in the view that is in front."""
        self._player.tick()
        if self.view == "map":
            self.map.tick()
        elif self.view == "proposals":
            self.proposals.tick()

    # --- what a user does -------------------------------------------------------------------------------

    def show_view(self, number: int) -> None:
        """Bring a view to the front."""
        self.switch.show_choice(number)
        self.view = VIEWS[number]
        widget = self._widget(self.view)
        if self.place.indexOf(widget) < 0:
            self.place.addWidget(widget)
        self.place.setCurrentWidget(widget)
        if self.view == "takes":
            self._explore.take_views.start()
        elif self.view == "proposals" and self._explore.proposals.all is None:
            self._explore.proposals.look()
        self.changed()

    def _show_asked(self, show: Show) -> None:
        """Somebody wants to see something here."""
        if show.page != self.name:
            return
        self.show_view(VIEWS.index(show.view or "map"))
        if show.label:
            self.map.catch_label(show.label)

    def _follow_project(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self._player.stop()
            self.map.forget()
            for made in (self.place.widget(number) for number in range(self.place.count())):
                if isinstance(made, TakesView | SplitPage):
                    made.forget()
            self.show_view(0)

    def _open_take(self, take_id: int) -> None:
        TakeView(self._session, take_id, self.window()).show()

    def _play(self, windows: list[Window]) -> None:
        self._player.play(windows)

    def on_space(self) -> None:
        """Space plays what is chosen, or stops."""
        if self._session.player.take_id is not None:
            self._player.stop()
            self._session.player.stop()
        elif self.view in ("map", "proposals"):
            self._play(self.map.wanted if self.view == "map" else self.proposals.wanted)

    def on_escape(self) -> None:
        """Esc lets go of what was caught."""
        self.map.catch([])

    def on_key(self, key: Qt.Key) -> bool:
        """Keys of the view that is in front."""
        if self.view == "proposals":
            return self.proposals.on_key(key)
        return self.view == "map" and self.map.on_key(key)

    def on_digit(self, number: int) -> None:
        """A label's number corrects what is proposed."""
        if self.view == "proposals":
            self.proposals.on_digit(number)
