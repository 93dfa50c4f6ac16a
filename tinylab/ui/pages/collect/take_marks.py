"""Labelling parts of a take that is looked at: drawn with the mouse, or by a number that is held while it plays."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.workflow.capture.player import Player
from tinylab.workflow.capture.take_actions import TakeActions
from tinylab.workflow.project.document import Document


class TakeMarks:
    """The regions of the take that `take_id` names now; places are in s."""

    def __init__(self, document: Document, actions: TakeActions, player: Player, take_id: Callable[[], int]) -> None:
        self._document, self._actions, self._player, self._take_id = document, actions, player, take_id
        self.chosen: int | None = None  # the region that was clicked
        self._held: tuple[str, float] | None = None  # (label, where it was pressed), while it plays

    def press(self, number: int) -> None:
        """A label's number: while the take plays a region begins; else the chosen region, or the take, gets it."""
        labels = self._document.labels
        if number >= len(labels):
            return
        if self._playing:
            self.let_go()
            self._held = (labels[number], self._player.position_s)
        elif self.chosen is not None:
            self._actions.relabel_region(self.chosen, labels[number])
        else:
            self._actions.relabel([self._take_id()], labels[number])

    def let_go(self) -> None:
        """The number was let go, or the take has ended: the region ends here."""
        held, self._held = self._held, None
        take = self._document.header(self._take_id())
        if held is None or take is None:
            return
        label, since = held
        self._add(label, since, self._player.position_s if self._playing else take.seconds)

    def drawn(self, start: float, end: float) -> None:
        """A region was drawn; it gets the take's label, or the first one there is."""
        take = self._document.header(self._take_id())
        label = (take.label if take is not None else "") or next(iter(self._document.labels), "")
        if label:
            self._add(label, start, end)

    def moved(self, region_id: int, start: float, end: float) -> None:
        """A region was dragged."""
        self._actions.move_region(region_id, self._take_id(), self._sample(start), self._sample(end))

    def remove(self) -> None:
        """Remove the region that was clicked."""
        chosen, self.chosen = self.chosen, None
        if chosen is not None and any(region.id == chosen for region in self._document.regions(self._take_id())):
            self._actions.remove_region(chosen)

    @property
    def _playing(self) -> bool:
        return self._player.take_id == self._take_id()

    def _add(self, label: str, start: float, end: float) -> None:
        self._actions.add_region(self._take_id(), label, self._sample(start), self._sample(end))

    def _sample(self, seconds: float) -> int:
        take = self._document.header(self._take_id())
        return round(seconds * take.rate_hz) if take is not None else 0
