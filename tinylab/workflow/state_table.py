"""A flow with many ways to go wrong is a table: (state, event) → next state. Everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from tinylab.events import Event

S = TypeVar("S", bound=Enum)
E = TypeVar("E", bound=Enum)


class StateTable(Generic[S, E]):
    """Holds the state; `fire` moves it, where the table knows the way."""

    def __init__(self, table: Mapping[tuple[S, E], S], start: S) -> None:
        self.changed: Event[S] = Event()
        self._table = table
        self.state = start

    def can(self, event: E) -> bool:
        """Whether `event` means anything now."""
        return (self.state, event) in self._table

    def fire(self, event: E) -> bool:
        """Move on; False, and nothing happens, where the table has no such row."""
        following = self._table.get((self.state, event))
        if following is None:
            return False
        self.state = following
        self.changed.emit(following)
        return True
