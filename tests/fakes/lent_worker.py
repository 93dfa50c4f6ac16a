"""The tests' one worker, lent to a session that would close its own."""

from __future__ import annotations

from typing import Any

from tinylab.workers.client import WorkerClient


class Lent:
    """The tests' one worker, which a session may not close."""

    def __init__(self, worker: WorkerClient) -> None:
        self._worker = worker

    def __getattr__(self, name: str) -> Any:
        return getattr(self._worker, name)

    def close(self) -> None:
        """Others need it."""
